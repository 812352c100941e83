"""What ``delaylab seen`` is asked about, checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.analysis.as_seen.triangle import Triangle, kind_of, triangle
from sim.analysis.paired.comparison import comparison
from sim.analysis.paired.scored_run import ScoredRun
from sim.errors import LabError
from sim.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


def asked_triangle(name: str, curve: pd.DataFrame, kind: str | None) -> Triangle:
    """Return the triangle of a run.

    Args:
        name: of the run, for messages.
        curve: its curve.
        kind: what is counted; None: what is learnt from.

    Raises:
        LabError: the curve does not hold it.
    """
    found = triangle(curve, kind)
    if found is None:
        known = kind_of(curve)
        why = f"--kind: conversions are not learnt in it; {known} is allowed" if known else (
            "it is of an older version; run it again with rerun=true")  # fmt: skip
        raise LabError(f"seen: the run {name}: {why}")
    if not found.requests.any():
        raise LabError(f"seen: the run {name}: it has no requests; a longer horizon or more users are needed")
    return found


def credited_within(scenario: Scenario) -> float | None:
    """Return how long after an impression a positive is credited.

    In seconds; None without a window.
    """
    feedback = scenario.feedback
    windows = [feedback.click.window]
    if feedback.learn_from == "conversion" and feedback.conversion is not None:
        windows.append(feedback.conversion.window)
    return None if None in windows else sum(one for one in windows if one is not None)


def two_names(runs: Sequence[ScoredRun]) -> list[str]:
    """Return the names of two runs that can be compared.

    Raises:
        LabError: they cannot.
    """
    found = comparison(runs)
    if len(found.worlds) != 1:
        raise LabError(
            f"seen: the runs {runs[0].hash} and {runs[1].hash} have different worlds; two runs "
            "of one scenario are allowed, that differ in the agent or the platform"
        )
    told = [(run.config.seed, run.config.replications) for run in runs]
    if len(found.contenders) != 2 or told[0] != told[1]:
        raise LabError(
            f"seen: the runs {runs[0].hash} and {runs[1].hash} must differ in the agent or platform, and have the same "
            "seed and replications"
        )
    return [found.label(one, found.worlds[0]) for one in found.contenders]
