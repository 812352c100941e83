"""An attribution, ready to be shown and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.analysis.attribution.attribute import Attribution
from sim.analysis.attribution.rows import HEADINGS, rows
from sim.analysis.attribution.sentences import totals
from sim.analysis.report.columns import Table, columns_of
from sim.analysis.report.model import Answer
from sim.scenario import Scenario

QUESTION = "What would fixing each delay be worth?"


def answer_of(found: Attribution, scenario: Scenario, ran: str, about: Mapping[str, Any]) -> Answer:
    """Return the answer: the part of each delay.

    Args:
        found: the attribution.
        scenario: of the run.
        ran: says which run was attributed.
        about: names the run in the numbers.
    """
    cells = rows(found)
    *columns, last = columns_of(HEADINGS, cells, ("cause", ""))
    rate = [] if found.beside is None else [replace(last, rank=1)]
    dim = {n: "dim" for n, row in enumerate(cells) if row[0] not in found.varied}
    return Answer(
        "attribution",
        QUESTION,
        ran,
        (Table(ran, [*columns, *rate], dim), *totals(found, scenario)),
        numbers={**found.plain(), **about},
    )
