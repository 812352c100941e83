"""From a comparison to its report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.analysis.paired.advice import Advice
from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import BASELINE, Decision
from sim.analysis.paired.stopping_status import half_width, is_base, stopped
from sim.analysis.paired.table import table
from sim.analysis.paired.verdict_map import Place, VerdictMap
from sim.analysis.score import REGRET
from sim.analysis.settings import display_name, display_value, short_name
from sim.lab.config.command_line import again
from sim.lab.report.map_layout import Panel, panels_of
from sim.lab.report.model import MapCell, MapPanel, MapReport, Number, Report, Row, Setting, Stop, Stops, WorldReport
from sim.lab.report.score_table import title
from sim.lab.report.text.map_narrative import map_paragraphs
from sim.lab.report.text.narrative import about_worlds, advice_of, behind, p_value, paragraphs, score, wins
from sim.lab.report.units import amount, with_interval
from sim.lab.store.run_folder import Record

UNKNOWN = "-"


def report_of(records: Sequence[Record], found: Comparison, results: Path = Path("results")) -> Report:
    """Return the report of a comparison.

    Args:
        records: the runs.
        found: their comparison.
        results: the results folder, for the command to run next.
    """
    worlds = tuple(_world(found, world) for world in found.worlds)
    verdicts = None if found.verdicts is None else map_report(found.verdicts)
    return Report(
        title=title(records),
        about=tuple(about_worlds(found)),
        worlds=worlds,
        map=verdicts,
        stops=_stops(found),
        next_command=_next(
            found, [world.advice for world in worlds] if verdicts is None else [verdicts.advice], results
        ),
        table=table(found),
    )


def _world(found: Comparison, world: World) -> WorldReport:
    names = found.names_in(world)
    rows = tuple(_row(found, world, place) for place in world.order)
    return WorldReport(
        name=world.name,
        heading=_heading(found, world),
        settings=tuple(Setting(name, short_name(name)) for name in names),
        rows=rows,
        paragraphs=tuple(paragraphs(found, world)),
        advice=advice_of(found, world),
        reach=_reach(row.behind for row in rows),
    )


def _heading(found: Comparison, world: World) -> str:
    """Return the name of a world, and what all its rows share though not all rows of all worlds do."""
    settings = world.contenders[0].settings
    inside = found.names_in(world)
    shared = [display_name(settings, name) for name in found.names if name not in inside]
    more = [one for one in shared if one and one not in world.name]
    return f"{world.name}; all rows: {', '.join(more)}" if more else world.name


def _row(found: Comparison, world: World, place: int) -> Row:
    one = world.contenders[place]
    settings = tuple(display_value(one.settings, name) for name in found.names_in(world))
    return row_of(one, world.best[place], world.decisions[place], found.label(one, world), settings)


def row_of(one: Contender, best: str, decision: Decision, label: str = "", settings: tuple[str, ...] = ()) -> Row:
    """Return the row of a contender."""
    base = decision.verdict == BASELINE
    low, high = decision.interval or (None, None)
    known = decision.low is not None and decision.high is not None
    bootstrap = f"{decision.low:z.3f} … {decision.high:z.3f}" if known else UNKNOWN
    return Row(
        label=label,
        settings=settings,
        verdict=decision.verdict,
        may_be_best=best,
        is_baseline=base,
        score=_number(one, REGRET, score(one)),
        behind=Number(decision.behind, low, high, UNKNOWN if base else behind(decision)),
        bootstrap=Number(decision.behind, decision.low, decision.high, bootstrap),
        wins=decision.wins,
        pairs=decision.pairs,
        wins_text=wins(decision),
        p=decision.adjusted,
        p_text=p_value(decision.adjusted),
        data_age=_amount(one, "staleness/data_age/mean"),
        cycle_time=_amount(one, "staleness/cycle_time/mean"),
        versions=_amount(one, "versions/pushed"),
        requests=_amount(one, "requests"),
        runs=tuple(run.hash for run in one.records),
    )


def _number(one: Contender, name: str, text: str) -> Number:
    value, low, high = (one.scores.get(f"{name}{end}") for end in ("", "/low", "/high"))
    return Number(value, low, high, text)


def _amount(one: Contender, name: str) -> Number:
    return _number(one, name, amount(one.scores, name))


def _reach(numbers: Iterable[Number]) -> tuple[float, float]:
    ends = [0.0]
    for one in numbers:
        known = [end for end in (one.value, one.low, one.high) if end is not None and math.isfinite(end)]
        ends += known
    return min(ends), max(ends)


def map_report(found: VerdictMap) -> MapReport:
    """Return the report of a verdict map."""
    grid = panels_of(found)
    first = grid[0][0]
    return MapReport(
        contenders=tuple(found.contenders),
        down=first.down.name,
        across=first.across.name,
        panels=tuple(tuple(_panel(panel) for panel in row) for row in grid),
        paragraphs=tuple(map_paragraphs(found)),
        advice=found.advice,
    )


def _panel(panel: Panel) -> MapPanel:
    rows, columns = panel.down.levels, panel.across.levels
    return MapPanel(
        title=panel.title,
        down=tuple(panel.down.short(level) for level in rows),
        across=tuple(panel.across.short(level) for level in columns),
        cells=tuple(tuple(_cell(panel.cells.get((row, column))) for column in columns) for row in rows),
    )


def _cell(place: Place | None) -> MapCell | None:
    if place is None:
        return None
    one = place.decision
    low, high = one.interval or (None, None)
    number = with_interval(one.behind, one.half, 2)
    text = (number if number.startswith("-") else f"+{number}") if one.pairs else ""
    return MapCell(place.verdict, place.decided, Number(one.behind, low, high, text))


def _stops(found: Comparison) -> Stops | None:
    if found.until is None:
        return None
    looks = ", ".join(map(str, found.until.looks))
    rows = [_stop(found, world, *pair) for world in found.worlds for pair in world.ranked()]
    return Stops(f"Replications until {found.until}; analysed at {looks}", tuple(rows))


def _stop(found: Comparison, world: World, one: Contender, decision: Decision) -> Stop:
    assert found.until is not None
    half = None if is_base(world, decision) else half_width(world, one, decision, found.until)
    text = UNKNOWN if half is None else f"{half:.2g}"
    return Stop(world.name, found.label(one), one.replications, text, stopped(found, world, one, decision))


def _next(found: Comparison, advice: Sequence[Advice | None], results: Path) -> str | None:
    """Return the command that would settle what is undecided, if something is and the command is known."""
    given = [one for one in advice if one is not None]
    if not given or found.command is None:
        return None
    return again(found.command, max(given, key=lambda one: one.replications).overrides, results)
