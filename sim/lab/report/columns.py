"""The columns of a comparison, in terminal and on page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.analysis.score import HEADING
from sim.lab.report.model import Row


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
