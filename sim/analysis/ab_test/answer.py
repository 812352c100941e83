"""A/B tests, ready to be shown and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.analysis.ab_test.ab_tests import AbTests
from sim.analysis.ab_test.sentences import QUESTION, UNITS, answer, day, percent, sentences
from sim.analysis.report.columns import Table, columns_of
from sim.analysis.report.model import UNKNOWN, Answer
from sim.analysis.units import counted

_MOST_ROWS = 10
DAYS = ("day", "B - A as seen", "truth so far", "wrong sign", "false win")
STOPPING = ("the test ends at", "B wins", "A wins", "falsely", "mean end")


def answer_of(found: AbTests, sides: Sequence[str], about: Mapping[str, Any]) -> Answer:
    """Return the answer: how often a test misleads.

    Args:
        found: the tests.
        sides: say what A and B are.
        about: says in the numbers how the tests were run.
    """
    first, *more = sentences(found)
    stopping = [
        (one.rule, *map(percent, (one.wins, one.losses, one.false)), day(found, one.day)) for one in found.stopping
    ]
    return Answer(
        "abtest",
        QUESTION,
        "\n".join([answer(found), *sides]),
        (*sides, "", first, _days(found), Table("", columns_of(STOPPING, stopping, STOPPING[:1])), *more),
        {"by day": found.frame()},
        _known({**about, **found.plain()}),
    )


def _days(found: AbTests) -> Table:
    """Return the table of some days."""
    rows, honest = found.frame(), found.first_honest_look
    places = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _MOST_ROWS)).round().astype(int))
    chosen = sorted({*places.tolist(), *({honest} - {None})})
    cells = []
    for place in chosen:
        row = rows.iloc[place]
        half = (row["seen_high"] - row["seen_low"]) / 2.0
        cells.append(
            (
                f"{row['day']:.3g}{' first honest' if place == honest else ''}",
                UNKNOWN if np.isnan(row["seen"]) else f"{row['seen']:+.4f} ± {_number(half)}",
                _number(row["truth"], "+"),
                percent(row["wrong_sign"]),
                percent(row["false_win"]),
            )
        )
    bold = {n: "bold" for n, place in enumerate(chosen) if place == honest}
    title = f"{UNITS[found.metric]}, mean of {counted(found.replications, 'test')}"
    return Table(title, columns_of(DAYS, cells, ()), bold)


def _number(value: float, sign: str = "") -> str:
    return UNKNOWN if np.isnan(value) else f"{value:{sign}.4f}"


def _known(value: Any) -> Any:
    """Return plain data in which NaN is null."""
    if isinstance(value, dict):
        return {key: _known(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_known(inner) for inner in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
