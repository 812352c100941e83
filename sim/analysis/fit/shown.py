"""Fitted laws and their numbers as tables and sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.analysis.fit.families import SHARE
from sim.analysis.fit.fits import Fit, Fitted
from sim.analysis.fit.sentences import data_read, doubts, percent
from sim.analysis.fit.write import Number, duration, plain, told
from sim.analysis.report.columns import Part, Table, columns_of

_LAWS = ("law", "AIC", "distance", "ever answers")
_NUMBERS = ("of the best law", "estimate", "standard error", "95 % from", "to")


def parts(found: Fitted, notes: Sequence[str], window: float) -> Iterator[Part]:
    """Yield the data, the laws, the best one, and cautions."""
    yield from (*notes, *data_read(found, window), "")
    if len(found.fits) > 1:
        yield Table("", columns_of(_LAWS, law_rows(found), _LAWS[:1]), {0: "bold"})
        yield "AIC: how much worse than the best law; less than 2 is no difference."
        yield "distance: the largest gap between the share of the answers by a time in the law and in the data.\n"
    if found.fits[0].numbers:
        yield Table("", columns_of(_NUMBERS, number_rows(found.fits[0]), _NUMBERS[:1]))
    yield from (*doubts(found), "")


def law_rows(found: Fitted) -> list[list[str]]:
    """Return law, AIC, distance and share of answers, best first."""
    rows = []
    for fit in found.fits:
        cells = [f"{fit.name}: no maximum found", "", "", ""]
        if fit.found:
            error = next((number.error for number in fit.numbers if number.name == "ever answers"), 0.0)
            worse, answers = fit.aic - found.fits[0].aic, percent(fit.answers, error)
            cells = [fit.law, f"+{worse:,.1f}", f"{fit.distance:.3f}", answers]
        rows.append(cells)
    return rows


def number_rows(best: Fit) -> list[list[str]]:
    """Return name, estimate, error and interval of each number."""
    return [[one.name, *(_cell(one, v) for v in (one.value, one.error, one.low, one.high))] for one in best.numbers]


def _cell(number: Number, value: float) -> str:
    if not np.isfinite(value) or (number.kind != SHARE and value > 1e15):
        return "unknown"
    if number.kind == SHARE:
        return percent(value, number.error)
    if value == number.value:
        return told(number)
    return duration(value, value / 10) if number.kind == "scale" else plain(value, value / 10)
