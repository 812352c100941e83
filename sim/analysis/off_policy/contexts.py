"""Logged requests with the context and candidates that agents saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.off_policy.retrace import Logged, retrace
from sim.errors import LabError
from sim.ports import Catalogue

if TYPE_CHECKING:
    from sim.analysis.off_policy.evaluate import Traced

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Context:
    """Logged requests that met one catalogue, n of them.

    Attributes:
        at: ``(n,)`` seconds.
        user: ``(n,)``.
        visit: ``(n,)``.
        features: ``(n, p)`` observed features of the users, the constant 1 first, and of the requests.
        catalogue: the items alive.
        item: ``(n, size)`` ids shown.
        propensity: ``(n, size)``.
        label: ``(n, size)`` its value for a positive in the log (a whole 1 without values), else 0.
        known: ``(n, size)`` whether the log has the outcome, else it is pending.
    """

    at: Floats
    user: Ints
    visit: Ints
    features: Floats
    catalogue: Catalogue
    item: Ints
    propensity: Floats
    label: NDArray[Any]
    known: NDArray[np.bool_]


def contexts(run: Traced, at: float, replication: int = 0) -> Iterator[Context]:
    """Yield the requests up to an instant, as known then.

    Features and candidates are not in the trace: the world is run again along its slates.

    Args:
        run: with its trace.
        at: seconds.
        replication: of several, which one.

    Raises:
        LabError: there is no trace, or it is not of this world.
    """
    if run.impressions is None:
        raise LabError("export: the run has no trace; run it with trace=true")
    logged = Logged.of(run.impressions, run.scenario.slate.size, replication)
    for _, served, answers in retrace(run.scenario, run.seed, replication, logged, (at,)):
        if served is None or answers is None:
            continue
        answer, known = answers.answer, answers.answer.delivered_at <= at
        label = answer.label_at(at)
        if answer.value is None:
            label = label.astype(np.int8)
        for rows, observations in served.batch.parts:
            yield Context(
                observations.at, observations.user, observations.visit, observations.features, observations.catalogue,
                answer.item[rows], answer.propensity[rows], label[rows], known[rows],
            )  # fmt: skip
