"""A drill as text columns, frames and plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.drill.drill import ROW, Drill
from sim.analysis.drill.sentences import answer, cell, shown
from sim.analysis.drill.sides import Gap
from sim.analysis.report.columns import Column
from sim.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

NONE = "none"


def columns(drill: Drill) -> list[Column]:
    """Return the columns: cost, time until made good, price."""
    others = drill.sides[1:]
    found = [
        Column("protection", tuple(one.name or NONE for one in drill.sides)),
        Column("cost", tuple(shown(one.cost) for one in drill.sides), right=True),
        Column("made good", tuple(cell(drill, one) for one in drill.sides)),
        Column("lost reward", tuple(shown(one.lost_reward) for one in drill.sides), right=True, rank=1),
    ]
    if not others:
        return found
    return [
        *found,
        Column("price on good days", ("", *(shown(drill.price(one)) for one in others)), right=True),
        Column("saved less price", ("", *(shown(drill.balance(one)) for one in others)), right=True),
    ]


def frame(drill: Drill) -> pd.DataFrame:
    """Return a row per protection; ``docs/outputs.md`` has the columns."""
    return pd.DataFrame([_row(drill, n) for n in range(len(drill.sides))])


def over_time(drill: Drill) -> pd.DataFrame:
    """Return a row per step and protection."""
    rows = []
    for side in drill.sides:
        for n, (step, total) in enumerate(zip(side.steps(), side.running(), strict=True)):
            at = {"protection": side.name or NONE, "at": (n + 1) * drill.step}
            rows.append(at | _interval("more", step) | _interval("more/total", total))
    return pd.DataFrame(rows)


def plain(drill: Drill) -> dict[str, Any]:
    """Return the incident, the answer and the rows, for JSON."""
    incident = drill.incident.model_dump(by_alias=True)
    rows = [_row(drill, n) for n in range(len(drill.sides))]
    return {"incident": incident, "unit": drill.unit, "answer": answer(drill), "step": drill.step,
            "steps_in_a_row": ROW, "protections": rows}  # fmt: skip


def _row(drill: Drill, n: int) -> dict[str, Any]:
    side = drill.sides[n]
    return {
        "protection": side.name or NONE,
        **_interval("cost", side.cost),
        **_interval("lost_reward", side.lost_reward),
        "felt": drill.felt(side),
        "made_good": drill.made_good(side),
        **_interval("price", drill.price(side)),
        **_interval("saved", drill.saved(side)),
        **_interval("saved_less_price", drill.balance(side)),
    }


def _interval(name: str, gap: Gap) -> dict[str, float]:
    return {name: gap.mean, f"{name}/low": gap.low, f"{name}/high": gap.high}
