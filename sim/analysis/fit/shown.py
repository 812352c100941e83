"""Fitted laws and their numbers as rows of text."""

from __future__ import annotations

import numpy as np

from sim.analysis.fit.families import SHARE
from sim.analysis.fit.fits import Fit, Fitted
from sim.analysis.fit.sentences import percent
from sim.analysis.fit.write import Number, duration, plain, told


def law_rows(found: Fitted) -> list[list[str]]:
    """Return law, AIC, distance and share of answers, best first."""
    rows = []
    for fit in found.fits:
        cells = [f"{fit.name}: no maximum found"]
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
