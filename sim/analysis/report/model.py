"""The report of a comparison: computed once, then only formatted.

`sim.analysis.report.build.report_of` makes it. Each number stands beside the text that people read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from sim.analysis.report.columns import Part, Table
from sim.analysis.score import HEADING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

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
    measured: str  # what the numbers are: the title of the table
    down: Axis
    across: Axis
    panels: tuple[tuple[MapPanel, ...], ...]  # by agent that pushes, and level of the third key
    explained: tuple[str, ...]  # what a reader must know, one statement each
    legend: tuple[tuple[str, str], ...]  # each verdict, and what it says
    paragraphs: tuple[str, ...]  # the count of verdicts; what to run next
    table: pd.DataFrame  # a row for each cell

    def heading(self, more: str) -> str:
        """Return title, explanation and more, a line each."""
        return "\n".join((self.title, *self.explained, more))


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


class Drawing(Protocol):
    """A figure to draw: a panel of `sim.lab.report.panels`."""

    title: ClassVar[str]

    @property
    def about(self) -> str:
        """The caption."""

    def draw(self) -> Figure:
        """Return the figure."""


@dataclass(frozen=True)
class Figures:
    """All figures, in order; ``note`` says what is missing."""

    note: str
    panels: tuple[Drawing, ...]


@dataclass(frozen=True)
class Opening:
    """The decision that a report opens with."""

    sentence: str  # which setting to choose, or that it is undecided
    difference: str  # paired, to the next one, with interval and unit; empty if it is not about one
    changes: tuple[str, ...]  # what would change it, a sentence each


@dataclass(frozen=True)
class Answer:
    """What some runs answer: shown, written and drawn from this."""

    name: str  # of its files
    question: str  # heads the figure
    told: str  # below the question, above the figure
    parts: tuple[Part, ...]  # paragraphs and tables, in the order in which people read them
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)  # as CSV; the first has the name of the answer
    numbers: Mapping[str, Any] | None = None  # as JSON; None: not written
    about: str = ""  # how to read the figure

    @property
    def sentences(self) -> list[str]:
        """The paragraphs; of a decision, the first is the answer."""
        return [part for part in self.parts if isinstance(part, str)]

    @property
    def shown(self) -> list[Table]:
        """The tables as people read them."""
        return [part for part in self.parts if isinstance(part, Table)]


class Answered(NamedTuple):
    """An answer, and its figure."""

    answer: Answer
    draw: Callable[[float, str], Figure]  # inches across, heading


@dataclass(frozen=True)
class Report:
    """All that is said about some runs."""

    title: str  # what all runs have in common
    opening: Opening | None  # None if there is nothing to decide
    about: tuple[str, ...]  # what keeps runs apart, one sentence each
    worlds: tuple[WorldReport, ...]  # sorted by the settings that set them apart, by size
    map: MapReport | None  # None if the runs make none
    stops: Stops | None  # None if the number of replications was fixed
    next_command: str | None  # that would decide what is undecided; None if nothing is, or it is not known
    table: pd.DataFrame  # a row for each contender with all scores, see `sim.analysis.paired.table`
    figures: Figures | None  # None if nobody asked for them
    answered: Answered | None = None  # None if the sweep was asked nothing
