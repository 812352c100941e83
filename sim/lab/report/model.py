"""The report of a comparison: computed once, then only formatted, as text, CSV, a page or figures.

It is made by `sim.lab.report.build.report_of`. Each number stands beside the text that people read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.paired.advice import Advice

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Number:
    """A number with its interval, and the text of both.

    Attributes:
        value: None if it is unknown.
        low: lower end of its 95 % interval; None without one.
        high: upper end.
        text: as people read it, with its unit.
    """

    value: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Setting:
    """A setting that differs between the rows of a world.

    Attributes:
        key: dotted, as on the command line.
        heading: its last part.
    """

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
        bootstrap: the same difference with its bootstrap interval; the text is that of the interval.
        wins: pairs in which it has less regret; None without a pair.
        pairs: how many there are.
        wins_text: both in words.
        p: p-value of the paired t-test, after Holm's correction; None where there is no test.
        p_text: the same as people read it.
        data_age: mean age of the serving data, in seconds.
        cycle_time: mean time from request to serving what was learnt of it, in seconds.
        versions: how many were pushed.
        requests: how many were served.
        runs: their hashes, a seed each.
    """

    label: str
    settings: tuple[str, ...]
    verdict: str
    may_be_best: str
    is_baseline: bool
    score: Number
    behind: Number
    bootstrap: Number
    wins: int | None
    pairs: int
    wins_text: str
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
        name: what sets it apart from the others.
        heading: the name, and the settings that all its rows share though those of other worlds differ.
        settings: those that differ between its rows.
        rows: the least regret first.
        paragraphs: who may be the best; what is known of pairs; what to run next, where something is undecided.
        advice: what to run next; None if nothing is undecided.
        reach: the least and the greatest end of the intervals of `Row.behind`, 0 within them.
    """

    name: str
    heading: str
    settings: tuple[Setting, ...]
    rows: tuple[Row, ...]
    paragraphs: tuple[str, ...]
    advice: Advice | None
    reach: tuple[float, float]


@dataclass(frozen=True)
class MapCell:
    """A cell of the verdict map: an agent that pushes against the one in place, in one world.

    Attributes:
        verdict: who is better, or why that is not said.
        decided: whether somebody is.
        difference: regret of the one that pushes, less that of the other; the text has its sign.
    """

    verdict: str
    decided: bool
    difference: Number


@dataclass(frozen=True)
class MapPanel:
    """A table of cells.

    Attributes:
        title: the agent that pushes, and the level of the third key.
        down: the levels of its rows.
        across: those of its columns.
        cells: by row and column; None where there is no such place.
    """

    title: str
    down: tuple[str, ...]
    across: tuple[str, ...]
    cells: tuple[tuple[MapCell | None, ...], ...]


@dataclass(frozen=True)
class MapReport:
    """The verdict map.

    Attributes:
        contenders: the words for those that push.
        down: the key of the rows, in words.
        across: that of the columns.
        panels: a row for each agent that pushes, a column for each level of the third key.
        paragraphs: the count of verdicts; what to run next, where something is undecided.
        advice: what to run next; None if nothing is undecided.
    """

    contenders: tuple[str, ...]
    down: str
    across: str
    panels: tuple[tuple[MapPanel, ...], ...]
    paragraphs: tuple[str, ...]
    advice: Advice | None


@dataclass(frozen=True)
class Stop:
    """How many replications a contender got, and why no more; ``half_width`` is text."""

    world: str
    label: str
    replications: int
    half_width: str
    why: str


@dataclass(frozen=True)
class Stops:
    """The stops of a sweep whose replications were added until something was known.

    Attributes:
        title: what they were added for, and at how many data were looked at.
        rows: world by world, the least regret first.
    """

    title: str
    rows: tuple[Stop, ...]


@dataclass(frozen=True)
class Report:
    """All that is said about some runs.

    Attributes:
        title: what all runs have in common.
        about: what keeps runs apart, a sentence each.
        worlds: sorted by the settings that set them apart.
        map: None if the runs make none.
        stops: None if the number of replications was fixed.
        next_command: a line for the shell that would settle what is undecided; None if nothing is, or if nobody knows.
        table: a row per contender with all scores, see `sim.analysis.paired.table`.
    """

    title: str
    about: tuple[str, ...]
    worlds: tuple[WorldReport, ...]
    map: MapReport | None
    stops: Stops | None
    next_command: str | None
    table: pd.DataFrame
