"""How busy trainers were."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.settings import run_label
from sim.analysis.units import digits
from sim.laws.durations import seconds

BUSY = 0.95  # of the time: a trainer is saturated


def load(run: ScoredRun) -> float:
    """Return the trainer's utilisation, 0 without a trainer."""
    spent = run.summary.training_time
    if run.config.ship == "in_place" or spent is None:
        return 0.0
    return spent / seconds(str(run.config.scenario["horizon"]))


def saturated(run: ScoredRun) -> str | None:
    """Return a warning if the trainer is saturated, None otherwise."""
    if (share := load(run)) <= BUSY:
        return None
    done = digits(run.summary.trained)
    merged = run.summary.merged
    lost = f", and {digits(merged)} triggers merged with one that was waiting" if merged else ""
    return f"warning: the trainer was busy {int(100 * share)} % of the time: {done} trainings{lost}"


def saturated_among(runs: Sequence[ScoredRun]) -> str | None:
    """Return a warning that names the runs with saturated trainers."""
    found = [run for run in runs if load(run) > BUSY]
    names = "; ".join(run_label(run.config) for run in found)
    share = f"{100 * BUSY:.0f} % of the time in {len(found)} of {len(runs)} runs"
    return f"warning: the trainer was busy more than {share}, triggers merged: {names}" if found else None
