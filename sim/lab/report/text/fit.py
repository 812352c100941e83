"""Fitted laws on the terminal."""

from __future__ import annotations

import numpy as np

from sim.analysis.fit.families import SHARE
from sim.analysis.fit.fits import Fit, Fitted
from sim.analysis.fit.sentences import data_read, doubts, percent
from sim.analysis.fit.write import Number, duration, plain, told
from sim.lab.base.console import out
from sim.lab.report.text.tables import plain_table
from sim.lazy import rich


def show(found: Fitted, notes: list[str], window: float) -> None:
    """Print the data, the laws, the best one, and cautions."""
    print("\n".join([*notes, *data_read(found, window)]), end="\n\n")
    if len(found.fits) > 1:
        out().print(_laws(found))
        print("AIC: how much worse than the best law; less than 2 is no difference.")
        print("distance: the largest gap between the share of the answers by a time in the law and in the data.\n")
    best = found.fits[0]
    if best.numbers:
        out().print(_numbers(best))
    print("".join(f"{line}\n" for line in doubts(found)))


def _laws(found: Fitted) -> rich.table.Table:
    table = plain_table(("law", "AIC", "distance", "ever answers"), ("law",))
    for n, fit in enumerate(found.fits):
        cells = [f"{fit.name}: no maximum found"]
        if fit.found:
            error = next((number.error for number in fit.numbers if number.name == "ever answers"), 0.0)
            worse, answers = fit.aic - found.fits[0].aic, percent(fit.answers, error)
            cells = [fit.law, f"+{worse:,.1f}", f"{fit.distance:.3f}", answers]
        table.add_row(*cells, style="" if n else "bold")
    return table


def _numbers(best: Fit) -> rich.table.Table:
    table = plain_table(("of the best law", "estimate", "standard error", "95 % from", "to"), ("of the best law",))
    for number in best.numbers:
        table.add_row(number.name, *(_cell(number, v) for v in (number.value, number.error, number.low, number.high)))
    return table


def _cell(number: Number, value: float) -> str:
    if not np.isfinite(value) or (number.kind != SHARE and value > 1e15):
        return "unknown"
    if number.kind == SHARE:
        return percent(value, number.error)
    if value == number.value:
        return told(number)
    return duration(value, value / 10) if number.kind == "scale" else plain(value, value / 10)
