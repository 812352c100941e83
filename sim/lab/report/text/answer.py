"""A question and its answer in the terminal."""

from __future__ import annotations

from sim.analysis.report.model import Answer
from sim.lab.report.text.tables import Column, fitting, say, table_of
from sim.lazy import rich


def print_answer(answer: Answer, console: rich.console.Console) -> None:
    """Print question, table and answer."""
    columns = [Column(one.heading, one.cells, not one.words, one.rank, folds=one.words) for one in answer.columns]
    kept, _ = fitting(columns, console.width)
    console.print(table_of(answer.question, kept, console.width))
    say(answer.sentences, console)
