"""From a comparison to its report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from sim.analysis.paired.advice import Advice
from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import BASELINE
from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.paired.sentences import about_worlds, advice_of, paragraphs
from sim.analysis.paired.stopping_status import half_width, is_base, stopped
from sim.analysis.paired.table import table
from sim.analysis.report.build_map import map_report
from sim.analysis.report.command import again
from sim.analysis.report.model import UNKNOWN, Answered, Figures, Number, Report, Row, Setting, Stop, Stops, WorldReport
from sim.analysis.report.opening import opening
from sim.analysis.score import REGRET
from sim.analysis.settings import cadence_name, display_name, display_value, short_name
from sim.analysis.units import amount, counted, p_value, scored, with_interval


def report_of(
    records: Sequence[ScoredRun],
    found: Comparison,
    results: Path = Path("results"),
    figures: Figures | None = None,
    answered: Answered | None = None,
) -> Report:
    """Return the report of a comparison.

    Args:
        records: the runs.
        found: their comparison.
        results: the results folder, for the command to run next.
        figures: see `sim.lab.report.panels.base.figures_of`; None without any.
        answered: what the sweep was asked, and what its runs answer.
    """
    verdicts = found.verdicts
    advice = [advice_of(found, world) for world in found.worlds]
    return Report(
        title=title(records, len(found.worlds)),
        opening=opening(found),
        about=tuple(about_worlds(found)),
        worlds=tuple(_world(found, *one) for one in zip(found.worlds, advice, strict=True)),
        map=None if verdicts is None else map_report(verdicts),
        stops=_stops(found),
        next_command=_next(found, advice if verdicts is None else [verdicts.advice], results),
        table=table(found),
        figures=figures,
        answered=answered,
    )


def title(records: Sequence[ScoredRun], worlds: int) -> str:
    """Return what all runs of some worlds have in common."""
    scenarios = sorted({r.config.world for r in records})
    replications = {r.config.replications for r in records}
    least, most = min(replications), max(replications)
    many = counted(most, "replication") if least == most else f"{least} to {most} replications"
    note = ", ± 95 % intervals" if least > 1 else ""
    where = f" in {worlds} worlds" if worlds > 1 else ""
    return f"{', '.join(scenarios)}: {counted(len(records), 'run')} of {many}{where}{note}"


def _world(found: Comparison, world: World, advice: Advice | None) -> WorldReport:
    names = found.names_in(world)
    rows = tuple(_row(found, world, n, names) for n in world.order)
    ends = chain.from_iterable((row.behind.value, row.behind.low, row.behind.high) for row in rows)
    known = [0.0, *(end for end in ends if end is not None and math.isfinite(end))]
    first = world.contenders[0].settings
    shared = [display_name(first, name) for name in found.names if name not in names]
    more = [one for one in shared if one and one not in world.name]  # what its rows share, but not all worlds
    all_rows = f"; all rows: {', '.join(more)}" if more else ""
    return WorldReport(
        heading=world.name + all_rows,
        in_words=found.in_words(world) + all_rows if len(found.worlds) > 1 else "",
        settings=tuple(Setting(name, short_name(name)) for name in names),
        rows=rows,
        paragraphs=tuple(paragraphs(found, world, advice)),
        reach=(min(known), max(known)),
    )


def _row(found: Comparison, world: World, n: int, names: Sequence[str]) -> Row:
    one, decision = world.contenders[n], world.decisions[n]
    base = decision.verdict == BASELINE
    low, high = decision.interval or (None, None)
    known = decision.low is not None and decision.high is not None
    resampled = f"{decision.low:z.3f} … {decision.high:z.3f}" if known else UNKNOWN
    return Row(
        label=found.label(one, world),
        settings=tuple(_value(one, name) for name in names),
        verdict=decision.verdict,
        may_be_best=world.best[n],
        is_baseline=base,
        score=_number(one, REGRET, scored(one.scores, REGRET)),
        behind=Number(decision.behind, low, high, UNKNOWN if base else with_interval(decision.behind, decision.half)),
        bootstrap=Number(decision.behind, decision.low, decision.high, resampled),
        wins=UNKNOWN if decision.wins is None else f"{decision.wins} of {decision.pairs}",
        p=decision.adjusted,
        p_text=p_value(decision.adjusted),
        data_age=_amount(one, "staleness/data_age/mean"),
        cycle_time=_amount(one, "staleness/cycle_time/mean"),
        versions=_amount(one, "versions/pushed"),
        requests=_amount(one, "requests"),
        runs=tuple(run.hash for run in one.records),
    )


def _value(one: Contender, name: str) -> str:
    return cadence_name(one.settings) if name == "cadence" else display_value(one.settings, name)


def _number(one: Contender, name: str, text: str) -> Number:
    value, low, high = (one.scores.get(f"{name}{end}") for end in ("", "/low", "/high"))
    return Number(value, low, high, text)


def _amount(one: Contender, name: str) -> Number:
    return _number(one, name, amount(one.scores, name))


def _stops(found: Comparison) -> Stops | None:
    if found.until is None:
        return None
    rows = []
    for world in found.worlds:
        for one, decision in world.ranked():
            half = None if is_base(world, decision) else half_width(world, one, decision, found.until)
            text, why = UNKNOWN if half is None else f"{half:.2g}", stopped(found, world, one, decision)
            rows.append(Stop(world.name, found.label(one), one.replications, text, why))
    looks = ", ".join(map(str, found.until.looks))
    return Stops(f"Replications until {found.until}; interim analyses at {looks}", tuple(rows))


def _next(found: Comparison, advice: Sequence[Advice | None], results: Path) -> str | None:
    """Return the command that would decide open comparisons, if known."""
    given = [one for one in advice if one is not None]
    if not given or found.command is None:
        return None
    return again(found.command, max(given, key=lambda one: one.replications).overrides, results)
