"""Fitted laws on the terminal."""

from __future__ import annotations

from sim.analysis.fit.fits import Fitted
from sim.analysis.fit.shown import parts
from sim.lab.base.console import out
from sim.lab.report.text import tables


def show(found: Fitted, notes: list[str], window: float) -> None:
    """Print the data, the laws, the best one, and cautions."""
    tables.show(parts(found, notes, window), out())
