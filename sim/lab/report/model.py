"""The report of a comparison: computed once, then only formatted.

`sim.lab.report.build.report_of` makes it. Each number stands beside the text that people read. Arrays of figures are
``(k,)``, NaN where unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.score import HEADING
from sim.lab.report.palette import Look

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
UNKNOWN = "-"


@dataclass(frozen=True)
class Number:
    """A number, its 95 % interval, and its text."""

    value: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Setting:
    """A setting that differs between rows."""

    key: str  # dotted
    heading: str


@dataclass(frozen=True)
class Row:
    """A contender of a world."""

    label: str  # its name within its world
    settings: tuple[str, ...]  # as people write them, in the order of the world's settings
    verdict: str  # better, worse, equal, undecided or baseline
    may_be_best: str  # yes, no or undecided
    is_baseline: bool
    score: Number  # regret at the base rate
    behind: Number  # mean paired difference to the baseline
    bootstrap: Number  # the same; interval and text are those of the bootstrap
    wins: str  # pairs in which it has less regret
    p: float | None  # of the paired t-test after Holm's correction; None where there is no test
    p_text: str
    data_age: Number  # seconds, mean
    cycle_time: Number  # seconds, mean
    versions: Number  # that were pushed
    requests: Number
    runs: tuple[str, ...]  # hashes, one for each seed


@dataclass(frozen=True)
class ScoreColumn:
    """A column; a higher rank means it is dropped sooner."""

    heading: str
    cell: Callable[[Row], str]
    rank: int = 0
    words: bool = False


COLUMNS = (
    ScoreColumn(HEADING, lambda row: row.score.text),
    ScoreColumn("may be best", lambda row: row.may_be_best, 1, words=True),
    ScoreColumn("behind", lambda row: row.behind.text),
    ScoreColumn("wins", lambda row: row.wins, 4),
    ScoreColumn("p (Holm)", lambda row: row.p_text, 3),
    ScoreColumn("verdict", lambda row: row.verdict, words=True),
    ScoreColumn("data age", lambda row: row.data_age.text, 2),
    ScoreColumn("cycle time", lambda row: row.cycle_time.text, 5),
    ScoreColumn("versions", lambda row: row.versions.text, 6),
    ScoreColumn("requests", lambda row: row.requests.text, 7),
)


@dataclass(frozen=True)
class WorldReport:
    """What is known of one world."""

    heading: str  # what sets it apart from the others, and what only its rows share
    in_words: str  # the same in plainer words; empty if it is the only one
    settings: tuple[Setting, ...]  # those that differ between its rows
    rows: tuple[Row, ...]  # the least regret first
    paragraphs: tuple[str, ...]  # which may be the best; what is known of pairs; what to run next
    reach: tuple[float, float]  # the ends of all intervals of `Row.behind`, 0 within them


@dataclass(frozen=True)
class Axis:
    """The levels of a setting as rows or columns."""

    key: str  # dotted
    name: str  # in words, and the law if all levels share one: …, exponential(mean=…)
    levels: tuple[str, ...]  # by size, as people write them
    ticks: tuple[str, ...]  # without what all of them share


@dataclass(frozen=True)
class MapCell:
    """An agent that pushes against the one in place."""

    verdict: str  # which is better, or why that is not known
    decided: bool
    difference: Number  # regret of the one that pushes minus that of the other; the text has its sign


@dataclass(frozen=True)
class MapPanel:
    """A table of cells by row and column; None: empty."""

    title: str
    cells: tuple[tuple[MapCell | None, ...], ...]


@dataclass(frozen=True)
class MapReport:
    """The verdict map."""

    title: str
    contenders: tuple[str, ...]  # the words for those that push
    down: Axis
    across: Axis
    panels: tuple[tuple[MapPanel, ...], ...]  # by agent that pushes, and level of the third key
    explained: tuple[str, ...]  # what a reader must know, one statement each
    legend: tuple[tuple[str, str], ...]  # each verdict, and what it says
    paragraphs: tuple[str, ...]  # the count of verdicts; what to run next
    table: pd.DataFrame  # a row for each cell


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
class Line:
    """A line; ``half`` is its band's half-width, if any."""

    name: str
    look: Look
    at: Floats
    values: Floats
    half: Floats | None = None


@dataclass(frozen=True)
class OverTime:
    """Regret, and ages in seconds, by time in days."""

    regret: tuple[Line, ...]
    ages: tuple[Line, ...]
    about: str = ""


@dataclass(frozen=True)
class Lines:
    """Impressions under way by day, or shares by delay."""

    lines: tuple[Line, ...]
    about: str
    longest: float = 0.0  # delay in seconds


@dataclass(frozen=True)
class Point:
    """A contender; its name is empty outside the legend."""

    age: float
    regret: float
    name: str
    look: Look


@dataclass(frozen=True)
class Scatter:
    """Regret against staleness in seconds; ``front`` is the Pareto front."""

    points: tuple[Point, ...]
    front: tuple[tuple[float, float], ...]
    about: str


@dataclass(frozen=True)
class Heat:
    """Mean regret by two settings, ``(rows, columns)``."""

    down: Axis
    across: Axis
    values: Floats
    about: str


@dataclass(frozen=True)
class Life:
    """The life of a version in days; superseded: never live."""

    number: int
    cutoff_at: float
    trained_at: float
    live_at: float
    retired_at: float
    superseded: bool


@dataclass(frozen=True)
class Lives:
    """The first versions of a run up to some day."""

    rows: tuple[Life, ...]
    end: float
    about: str


@dataclass(frozen=True)
class Figures:
    """The data of all figures; ``note`` says what is missing."""

    note: str
    over_time: OverTime
    scatter: Scatter
    heat: Heat | None
    lives: Lives
    in_flight: Lines
    delays: Lines


@dataclass(frozen=True)
class Report:
    """All that is said about some runs."""

    title: str  # what all runs have in common
    about: tuple[str, ...]  # what keeps runs apart, one sentence each
    worlds: tuple[WorldReport, ...]  # sorted by the settings that set them apart, by size
    map: MapReport | None  # None if the runs make none
    stops: Stops | None  # None if the number of replications was fixed
    next_command: str | None  # that would decide what is undecided; None if nothing is, or it is not known
    table: pd.DataFrame  # a row for each contender with all scores, see `sim.analysis.paired.table`
    figures: Figures | None  # their data; None if nobody asked for them
