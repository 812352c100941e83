"""A scored trigger, ready to be shown and written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.analysis.report.columns import Table, columns_of
from sim.analysis.report.model import Answer
from sim.analysis.triggers.events import frame
from sim.analysis.triggers.sentences import HEADINGS, answer, clock, rows, saw
from sim.analysis.triggers.triggers import Triggers


def answer_of(found: Triggers, ran: str, about: Mapping[str, Any]) -> Answer:
    """Return the answer: what the trigger saw, and the table.

    Args:
        found: the scored trigger.
        ran: says which world and agent ran.
        about: says in the numbers how it was scored.
    """
    return Answer(
        "triggers",
        saw(found),
        f"{clock(found)}\n{ran}",
        (answer(found), Table(ran, columns_of(HEADINGS, rows(found), HEADINGS[:1]))),
        {"events": frame(found)},
        {**about, **found.plain()},
    )
