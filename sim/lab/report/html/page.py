"""The report: what was decided, the tables, the figures, on one page that needs no network and no script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.decisions import BASELINE, BETTER, WORSE, Decision
from sim.analysis.paired.verdict_map import VerdictMap
from sim.analysis.score import WORDS
from sim.analysis.settings import display_value, short_name
from sim.lab.report.charts.verdicts import FILLS
from sim.lab.report.html.figures import figures
from sim.lab.report.map_layout import TITLE, explained, panels_of, words
from sim.lab.report.selection import heading, ordered
from sim.lab.report.text.comparison import HEADINGS, cells_of
from sim.lab.report.text.map_narrative import map_paragraphs
from sim.lab.report.text.narrative import about_worlds, paragraphs

_SIGNS = {BETTER: "▼ ", WORSE: "▲ "}  # less regret, more regret
_WIDE = 6  # settings: with more of them the rows are cards on any screen


@dataclass(frozen=True)
class Column:
    """The heading of a column: its text, what it is in full, and whether its cells are words."""

    text: str
    full: str = ""
    words: bool = False


@dataclass(frozen=True)
class Gap:
    """A difference and its interval as a picture, in percent of its width; ``zero`` is the baseline."""

    zero: float
    low: float
    high: float
    mean: float


@dataclass(frozen=True)
class Row:
    """A contender: its verdict, its cells under the columns, its difference as a picture if it has one."""

    verdict: str
    cells: tuple[str, ...]
    gap: Gap | None


def html(found: Comparison, title: str, keys: Sequence[str] | None = None) -> str:
    """Return the report of a comparison; it holds no times and no paths.

    Args:
        found: what was compared.
        title: the heading.
        keys: the two settings of the heat map; None: those with the largest effects.

    Raises:
        LabError: a key is not a setting that varies.
    """
    pages = Environment(
        loader=PackageLoader("sim.lab.report", "html"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    note, drawn = figures(found, keys)
    return pages.get_template("template.html.j2").render(
        title=title,
        about=about_worlds(found),
        map=_map(found.verdicts) if found.verdicts else None,
        worlds=[_world(found, world) for world in ordered(found)],
        note=note,
        figures=drawn,
        words=WORDS,
    )


def _map(found: VerdictMap) -> dict[str, object]:
    return {
        "title": TITLE,
        "lead": map_paragraphs(found),
        "explained": explained(found),
        "rows": panels_of(found),
        "words": words,
        "fills": FILLS,
    }


def _world(found: Comparison, world: World) -> dict[str, object]:
    names = found.names_in(world)
    lead, *answers = paragraphs(found, world)
    return {
        "heading": heading(found, world) if len(found.worlds) > 1 else "",
        "lead": lead,
        "answers": answers,
        "cards": len(names) > _WIDE,
        "columns": _columns(names),
        "rows": [_row(names, world, n) for n in world.order],
    }


def _columns(names: Sequence[str]) -> list[Column]:
    """Return the columns: the verdict comes first, where a phone shows it too."""
    scores = [Column(text) for text in HEADINGS if text != "verdict"]
    return [
        Column("verdict", words=True), *(Column(short_name(name), name, words=True) for name in names), *scores,
        Column("bootstrap"), Column("run", words=True),
    ]  # fmt: skip


def _row(names: Sequence[str], world: World, n: int) -> Row:
    one, decision = world.contenders[n], world.decisions[n]
    scores = [
        text for column, text in zip(HEADINGS, cells_of(one, world.best[n], decision), strict=True)
        if column != "verdict"
    ]  # fmt: skip
    more = f" and {len(one.records) - 1} more" if len(one.records) > 1 else ""
    cells = (
        f"{_SIGNS.get(decision.verdict, '')}{decision.verdict}",
        *(display_value(one.settings, name) for name in names), *scores,
        _bootstrap(decision), one.records[0].hash + more,
    )  # fmt: skip
    return Row(decision.verdict, cells, _gap(world, decision))


def _bootstrap(decision: Decision) -> str:
    if decision.low is None or decision.high is None:
        return "-"
    return f"{decision.low:z.3f} … {decision.high:z.3f}"


def _gap(world: World, decision: Decision) -> Gap | None:
    """Return the picture of a difference; all of a world have the same scale."""
    if decision.behind is None or decision.verdict == BASELINE:
        return None
    known = [(d.behind, d.half or 0.0) for d in world.decisions if d.behind is not None and math.isfinite(d.behind)]
    low, high = min(0.0, *(m - h for m, h in known)), max(0.0, *(m + h for m, h in known))

    def at(value: float) -> float:
        return round(100.0 * (value - low) / ((high - low) or 1.0), 1)

    half = decision.half or 0.0
    return Gap(at(0.0), at(decision.behind - half), at(decision.behind + half), at(decision.behind))
