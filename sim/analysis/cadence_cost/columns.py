"""Costs of cadences as columns of text."""

from __future__ import annotations

from sim.analysis.cadence_cost.costs import Costs
from sim.analysis.cadence_cost.prices import PUSHED, REWARD, TRAINING
from sim.analysis.cadence_cost.sentences import money, more_than_best
from sim.analysis.report.columns import Column
from sim.analysis.units import digits


def columns(costs: Costs, unit: str) -> list[Column]:
    """Return the columns: amounts, costs a day, which is best.

    Args:
        costs: of each cadence.
        unit: of rewards, such as ``clicks``.
    """
    numbers = range(len(costs.cadences))

    def mean(part: str) -> tuple[str, ...]:
        return tuple(money(float(costs.parts[part][n].mean())) for n in numbers)

    near = tuple("best" if n == costs.best else "yes" if costs.near[n] else "no" for n in numbers)
    decided = [
        Column("more than the best", tuple(more_than_best(costs, n) for n in numbers), right=True),
        Column("near-optimal", near, rank=1),
    ]
    return [
        Column("retrain", tuple(one.name for one in costs.cadences)),
        Column("trainings a day", tuple(digits(one.retrains) for one in costs.cadences), right=True, rank=2),
        Column(f"{unit} a day", tuple(digits(float(one.rewards.mean())) for one in costs.cadences), right=True, rank=3),
        *(Column(f"cost of {part}", mean(part), right=True) for part in (REWARD, TRAINING, PUSHED)),
        Column("cost a day", tuple(money(float(own.mean())) for own in costs.total), right=True),
        *(() if costs.named is None else decided),
    ]
