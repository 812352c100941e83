"""Decomposition of a measure of regret by cause, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.attribution.shapley import shapley
from sim.analysis.attribution.twins import CAUSES
from sim.score.summary import interval

Floats = NDArray[np.float64]
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Estimate:
    """Mean over replications with its 95 % t-interval.

    The interval is None with a single replication.
    """

    mean: float
    low: float | None
    high: float | None

    @staticmethod
    def of(values: Floats) -> Estimate:
        """Return the estimate from a value per replication, ``(replications,)``."""
        if len(values) == 1:
            return Estimate(float(values[0]), None, None)
        mean, half = interval(values)
        return Estimate(mean, mean - half, mean + half)

    @property
    def half(self) -> float | None:
        """Half-width of the interval."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2


@dataclass(frozen=True)
class Decomposition:
    """Parts of one measure of regret.

    Attributes:
        regret: that of the run itself.
        total: ``regret`` less ``learning``: the cost of all delays together.
        parts: the Shapley value of each of `CAUSES`; they add up to ``total``. Exactly 0 for a cause without effect.
        alone: what removing only that cause would save.
        learning: regret of the twin without any cause: the cost of learning itself.
    """

    regret: Estimate
    total: Estimate
    parts: Mapping[str, Estimate]
    alone: Mapping[str, Estimate]
    learning: Estimate

    def plain(self) -> dict[str, Any]:
        """Return plain data by the names of `docs/attribution.md`.

        ``total total/low total/high ... parts alone``, with ``mean low high`` for each cause.
        """
        found: dict[str, Any] = {}
        for name in ("total", "learning", "regret"):
            estimate = getattr(self, name)
            found |= {name: estimate.mean, f"{name}/low": estimate.low, f"{name}/high": estimate.high}
        for name in ("parts", "alone"):
            found[name] = {cause: dict(vars(estimate)) for cause, estimate in getattr(self, name).items()}
        return found


def decompose(regret: Mapping[frozenset[str], Floats], varied: Sequence[str]) -> Decomposition:
    """Decomposition one measure of regret among the causes.

    Args:
        regret: that of the twin without each subset of the causes varied, ``(replications,)``.
        varied: the causes varied.

    Raises:
        ArithmeticError: the parts do not add up.
    """
    run, learning = regret[frozenset()], regret[frozenset(varied)]
    saved = {gone: run - left for gone, left in regret.items()}
    total, nothing = run - learning, np.zeros_like(run)
    parts = dict.fromkeys(CAUSES, nothing) | shapley(saved, varied)
    alone = dict.fromkeys(CAUSES, nothing) | {cause: saved[frozenset({cause})] for cause in varied}
    most = max(1.0, *(float(np.abs(left).max()) for left in regret.values()))
    if not np.all(np.abs(sum(parts.values()) - total) <= _ROUNDING * most):
        raise ArithmeticError(f"the parts add up to {sum(parts.values())}, not to the total {total}")
    return Decomposition(
        regret=Estimate.of(run),
        total=Estimate.of(total),
        parts={cause: Estimate.of(values) for cause, values in parts.items()},
        alone={cause: Estimate.of(values) for cause, values in alone.items()},
        learning=Estimate.of(learning),
    )
