"""Costs of cadences as a frame and plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.cadence_cost.break_even import HOUR, PUSH, break_even
from sim.analysis.cadence_cost.costs import Costs
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")


def frame(costs: Costs) -> pd.DataFrame:
    """Return a row per cadence: amounts, costs a day, decision.

    ``docs/outputs.md`` has the columns.
    """
    return pd.DataFrame([_row(costs, n) for n in range(len(costs.cadences))])


def _row(costs: Costs, n: int) -> dict[str, Any]:
    one, (more, half) = costs.cadences[n], costs.more[n]
    ends = (None, None) if half is None else (more - half, more + half)
    return {
        "cadence": one.name,
        "interval": one.interval,
        "retrains": one.retrains,
        "reward": float(one.rewards.mean()),
        "training_hours": float(one.hours.mean()),
        "pushes": float(one.pushes.mean()),
        **{f"cost_of_{part.replace(' ', '_')}": float(cost[n].mean()) for part, cost in costs.parts.items()},
        "cost": float(costs.total[n].mean()),
        "more": more,
        "more/low": ends[0],
        "more/high": ends[1],
        "near_optimal": None if costs.named is None else costs.near[n],
    }


def plain(costs: Costs) -> dict[str, Any]:
    """Return the costs, the optimum and break-even prices, for JSON."""
    evens = {"training_hour": break_even(costs, HOUR), "push": break_even(costs, PUSH)}
    rows = [_row(costs, n) for n in range(len(costs.cadences))]
    return {
        "prices": vars(costs.prices),
        "best": None if costs.named is None else costs.cadences[costs.named].name,
        "near_optimal": [row["cadence"] for row in rows if row["near_optimal"]],
        "online_pays_from": {
            name: {"price": one.price, "low": one.low, "high": one.high}
            for name, one in evens.items()
            if one is not None
        },
        "cadences": rows,
    }
