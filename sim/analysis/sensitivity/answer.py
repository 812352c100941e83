"""A sensitivity analysis, ready to be shown and written."""

from __future__ import annotations

from sim.analysis.report.columns import Table
from sim.analysis.report.model import Answer
from sim.analysis.sensitivity.columns import columns
from sim.analysis.sensitivity.sentences import TITLE, about, answer, lines
from sim.analysis.sensitivity.swings import Sensitivity
from sim.analysis.sensitivity.table import frame, plain


def answer_of(found: Sensitivity, a: str, b: str, by_reward: bool) -> Answer:
    """Return the answer: which range turns the verdict.

    Args:
        found: the analysis.
        a: says what A is.
        b: says what B is.
        by_reward: whether agents are compared on reward.
    """
    said, how = answer(found), about(found, by_reward)
    return Answer(
        "sensitivity",
        TITLE,
        f"{said}\nA: {a}, B: {b}. {how}",
        (
            Table(TITLE, columns(found), ends=range(0, found.worlds, 2)),
            *(f"A  {a}", f"B  {b}", said),
            *lines(found),
            how,
        ),
        {"table": frame(found)},
        {"a": a, "b": b} | plain(found),
    )
