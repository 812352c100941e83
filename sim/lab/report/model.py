"""The report of a comparison: computed once, then only formatted.

`sim.lab.report.build.report_of` makes it. Each number stands beside the text that people read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.lab.report.figures.model import Axis, Figures

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = "-"


@dataclass(frozen=True)
class Number:
    """A number, its 95 % interval, and its text.

    The interval is None if it is unknown.
    """

    value: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Setting:
    """A setting that differs between rows: dotted key, and heading."""

    key: str
    heading: str


@dataclass(frozen=True)
class Row:
    """A contender of a world.

    Attributes:
        label: its name within its world.
        settings: their values as people write them, in the order of `WorldReport.settings`.
        verdict: ``better``, ``worse``, ``equal``, ``undecided`` or ``baseline``.
        may_be_best: ``yes``, ``no`` or ``undecided``.
        is_baseline: whether the others are compared with it.
        score: regret at the base rate.
        behind: its mean paired difference to the baseline.
        bootstrap: the same difference; interval and text are those of the bootstrap.
        wins: pairs in which it has less regret, in words.
        p: p-value of the paired t-test after Holm's correction; None where there is no test.
        p_text: the same as people read it.
        data_age: mean age of the serving data, in seconds.
        cycle_time: mean time from a request until its feedback has an effect, in seconds.
        versions: how many were pushed.
        requests: how many were served.
        runs: their hashes, one for each seed.
    """

    label: str
    settings: tuple[str, ...]
    verdict: str
    may_be_best: str
    is_baseline: bool
    score: Number
    behind: Number
    bootstrap: Number
    wins: str
    p: float | None
    p_text: str
    data_age: Number
    cycle_time: Number
    versions: Number
    requests: Number
    runs: tuple[str, ...]


@dataclass(frozen=True)
class WorldReport:
    """What is known of one world.

    Attributes:
        heading: what sets it apart from the others, and what only its rows share.
        in_words: the same in plainer words; empty if it is the only one.
        settings: those that differ between its rows.
        rows: the least regret first.
        paragraphs: which may be the best; what is known of pairs; what to run next, where something is undecided.
        reach: the least and the greatest end of the intervals of `Row.behind`, 0 within them.
    """

    heading: str
    in_words: str
    settings: tuple[Setting, ...]
    rows: tuple[Row, ...]
    paragraphs: tuple[str, ...]
    reach: tuple[float, float]


@dataclass(frozen=True)
class MapCell:
    """An agent that pushes against the one in place.

    Attributes:
        verdict: which is better, or why that is not known.
        decided: whether one is.
        difference: regret of the one that pushes minus that of the other; the text has its sign.
    """

    verdict: str
    decided: bool
    difference: Number


@dataclass(frozen=True)
class MapPanel:
    """A table of cells by row and column; None: empty."""

    title: str
    cells: tuple[tuple[MapCell | None, ...], ...]


@dataclass(frozen=True)
class MapReport:
    """The verdict map.

    Attributes:
        title: the question that it answers.
        contenders: the words for those that push.
        down: the rows of all panels.
        across: their columns.
        panels: a row for each agent that pushes, a column for each level of the third key.
        explained: what a reader must know, one statement each.
        legend: each verdict, and what it says.
        paragraphs: the count of verdicts; what to run next, where something is undecided.
        table: a row for each cell.
    """

    title: str
    contenders: tuple[str, ...]
    down: Axis
    across: Axis
    panels: tuple[tuple[MapPanel, ...], ...]
    explained: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    table: pd.DataFrame


@dataclass(frozen=True)
class Stop:
    """How many replications a contender got, and why no more."""

    world: str
    label: str
    replications: int
    half_width: str
    why: str


@dataclass(frozen=True)
class Stops:
    """When a sweep stopped adding replications to each contender."""

    title: str
    rows: tuple[Stop, ...]


@dataclass(frozen=True)
class Report:
    """All that is said about some runs.

    Attributes:
        title: what all runs have in common.
        about: what keeps runs apart, one sentence each.
        worlds: sorted by the settings that set them apart, by size.
        map: None if the runs make none.
        stops: None if the number of replications was fixed.
        next_command: a line for the shell that would decide what is undecided; None if nothing is, or it is not known.
        table: a row for each contender with all scores, see `sim.analysis.paired.table`.
        figures: their data; None if nobody asked for them.
    """

    title: str
    about: tuple[str, ...]
    worlds: tuple[WorldReport, ...]
    map: MapReport | None
    stops: Stops | None
    next_command: str | None
    table: pd.DataFrame
    figures: Figures | None
