"""Costs of cadences as columns of text."""

from __future__ import annotations

from sim.analysis.cadence_cost.costs import Costs
from sim.analysis.cadence_cost.prices import PUSHED, REWARD, TRAINING
from sim.analysis.cadence_cost.sentences import more_than_best
from sim.analysis.report.model import TextColumn
from sim.analysis.units import digits


def columns(costs: Costs) -> list[TextColumn]:
    """Return the columns: amounts and costs a day."""
    numbers = range(len(costs.cadences))

    def mean(part: str) -> tuple[str, ...]:
        return tuple(digits(float(costs.parts[part][n].mean())) for n in numbers)

    near = tuple("best" if n == costs.best else "yes" if costs.near[n] else "no" for n in numbers)
    return [
        TextColumn("retrain", tuple(one.name for one in costs.cadences), words=True),
        TextColumn("trainings a day", tuple(digits(one.retrains) for one in costs.cadences), rank=2),
        TextColumn("reward", tuple(digits(float(one.rewards.mean())) for one in costs.cadences), rank=3),
        *(TextColumn(part, mean(part)) for part in (REWARD, TRAINING, PUSHED)),
        TextColumn("cost a day", tuple(digits(float(own.mean())) for own in costs.total)),
        TextColumn("more than the best", tuple(more_than_best(costs, n) for n in numbers)),
        TextColumn("near-optimal", near, rank=1, words=True),
    ]
