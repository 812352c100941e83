"""The comparison as a table: for people, and as CSV that is the same for equal sweeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.analysis.compare.comparison import Comparison, World
from sim.analysis.compare.contenders import Contender
from sim.analysis.compare.decisions import BASELINE, Decision
from sim.analysis.compare.stopping_status import stopped
from sim.analysis.score import HEADING
from sim.analysis.settings import short_name, told
from sim.lab.report.text.narrative import about_worlds, behind, p_value, paragraphs, score, wins
from sim.lab.report.text.stops import show_stops
from sim.lab.report.units import digits, span

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

HEADINGS = (
    HEADING, "may be best", "behind", "wins", "p (Holm)", "verdict", "data age", "cycle time", "versions",
    "requests",
)  # fmt: skip
_WORDS = ("may be best", "verdict")


def frame(found: Comparison) -> pd.DataFrame:
    """Return a row per contender: world, settings, decision, scores; no times, no paths, nothing of the sweep.

    Rows are sorted by what they hold, so that equal sweeps give equal tables in whatever order they ran.
    """
    import pandas as pd

    rows = [
        _row(found, world, one, best, decision)
        for world in found.worlds
        for one, best, decision in zip(world.contenders, world.best, world.decisions, strict=True)
    ]
    rows.sort(key=lambda row: [str(value) for value in row.values()])
    return pd.DataFrame(rows).astype({"wins": "Int64", "pairs": "Int64"})


def as_csv(found: Comparison) -> str:
    """Return `frame` as CSV: full precision, unknown is empty, lines end in ``\\n``."""
    return frame(found).to_csv(index=False, lineterminator="\n")


def _row(found: Comparison, world: World, one: Contender, best: str, decision: Decision) -> dict[str, Any]:
    decided = {
        "may_be_best": best,
        "baseline": found.label(world.contenders[world.baseline]),
        "verdict": decision.verdict,
        "behind": decision.behind,
        "behind/half": decision.half,
        "behind/bootstrap/low": decision.low,
        "behind/bootstrap/high": decision.high,
        "wins": decision.wins,
        "pairs": decision.pairs,
        "p": decision.p,
        "p/holm": decision.adjusted,
    }
    settings = {name: told(one.settings, name) for name in found.names}
    if found.until is not None:
        decided |= {"replications": one.replications, "stopped": stopped(found, world, one, decision)}
    return {"world": world.name, **settings, **decided, **one.scores}


def show(found: Comparison, title: str, console: Console, most: int | None = None) -> None:
    """Print a table and what was decided for each world; the baseline stands out.

    Args:
        found: what was compared.
        title: what all runs have in common.
        console: where to.
        most: with more worlds than these nothing is printed: a verdict map says it in one; None: all are.
    """
    if most is not None and len(found.worlds) > most:
        return
    for world in found.worlds:
        name = f"{title}, {world.name}" if len(found.worlds) > 1 else title
        _show(found, world, name, console)
        for part in paragraphs(found, world):
            _say([part], console)
    _say(about_worlds(found), console)
    show_stops(found, console)


def _show(found: Comparison, world: World, title: str, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for name in found.names:
        table.add_column(Text(short_name(name)), overflow="fold")
    for heading in HEADINGS:
        table.add_column(heading, justify="left" if heading in _WORDS else "right")
    for one, best, decision in zip(world.contenders, world.best, world.decisions, strict=True):
        cells = [told(one.settings, name) for name in found.names] + cells_of(one, best, decision)
        table.add_row(*map(Text, cells), style="bold" if decision.verdict == BASELINE else None)
    console.print(table)


def cells_of(one: Contender, best: str, decision: Decision) -> list[str]:
    """Return what stands under `HEADINGS`."""
    base = decision.verdict == BASELINE
    return [
        score(one),
        best,
        "-" if base else behind(decision),
        wins(decision),
        p_value(decision.adjusted),
        decision.verdict,
        span(one.scores.get("staleness/data_age/mean")),
        span(one.scores.get("staleness/cycle_time/mean")),
        digits(one.scores.get("versions/pushed")),
        digits(one.scores.get("requests")),
    ]


def _say(lines: list[str], console: Console) -> None:
    if lines:
        console.print(" ".join(lines), highlight=False, markup=False)
