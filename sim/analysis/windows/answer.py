"""A study of windows, ready to be shown and written."""

from __future__ import annotations

from sim.analysis.report.columns import Table
from sim.analysis.report.model import Answer
from sim.analysis.windows.columns import columns
from sim.analysis.windows.sentences import QUESTION
from sim.analysis.windows.study import WindowStudy

ABOUT = (
    "A point is a window. Above, what it costs beside the longest one: mean paired difference with its 95 % interval; "
    "full marks are windows that may be the best; than a hollow one another is known to be better. A window that is "
    "too short loses credit (middle), one that is too long makes noes late (below)."
)


def answer_of(name: str, study: WindowStudy) -> Answer:
    """Return the answer, named after the decision that asks it."""
    said = study.answer
    shown = Table(QUESTION, columns(study))
    return Answer(name, QUESTION, said[0], (shown, *said), {"table": study.table}, about=ABOUT)
