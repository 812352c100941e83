"""Fit delay laws to a table."""

from __future__ import annotations

import numpy as np

from sim.analysis.fit.fits import Fitted, fit_all
from sim.analysis.fit.rows import Asked, observed
from sim.analysis.fit.table import Table


def fit_table(table: Table, asked: Asked, window: float, typed: str) -> Fitted:
    """Fit every family of laws to a table of delays.

    Args:
        table: a row per question; remarks are added to its notes.
        asked: which columns, and how they are read.
        window: seconds beyond which no answer is ever recorded.
        typed: the window as the user wrote it, for messages.

    Raises:
        LabError: a column is missing, holds impossible values or delays beyond the window, or too few answers.
    """
    seen = observed(table, asked)
    if (beyond := seen.delay > window).any():
        where = table.where(np.isin(np.arange(len(table.frame)), seen.line[beyond]))
        raise table.error(f"{where} with a delay beyond the window {typed}: leave them out, or give a longer one")
    try:
        return fit_all(
            seen.delay, seen.watched, rounding=asked.rounding, steps=seen.steps, resolution=asked.resolution,
            window=window,
        )  # fmt: skip
    except ValueError as error:
        raise table.error(str(error)) from error
