"""Fitted laws on the terminal."""

from __future__ import annotations

from sim.analysis.fit.fits import Fit, Fitted
from sim.analysis.fit.sentences import data_read, doubts
from sim.analysis.fit.shown import law_rows, number_rows
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
    for n, cells in enumerate(law_rows(found)):
        table.add_row(*cells, style="" if n else "bold")
    return table


def _numbers(best: Fit) -> rich.table.Table:
    table = plain_table(("of the best law", "estimate", "standard error", "95 % from", "to"), ("of the best law",))
    for cells in number_rows(best):
        table.add_row(*cells)
    return table
