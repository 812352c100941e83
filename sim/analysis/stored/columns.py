"""Columns of the tables of a stored run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONGEST = 1e15  # seconds: thirty million years
_COUNTS = {"bucket": 100_000, "replication": 1 << 62, "version": 1 << 62}  # columns of whole numbers from 0


def wrong_column(name: str, values: NDArray[np.float64]) -> str | None:
    """Return what is wrong with a stored column, or None.

    Args:
        name: its name, which says what it may hold.
        values: ``(n_rows,)``.

    >>> wrong_column("version", np.array([0.0, 1.5])), wrong_column("regret", np.array([0.5]))
    ('is not of whole numbers from 0 to 4,611,686,018,427,387,904', None)
    """
    if np.isinf(values).any():
        return "has an infinite number"
    most = _COUNTS.get(name)
    if most is not None and not ((values >= 0.0) & (values <= most) & (values % 1.0 == 0.0)).all():
        return f"is not of whole numbers from 0 to {most:,}"
    if name == "at" and not ((values >= 0.0) & (values <= LONGEST)).all():
        return "is not of seconds"
    return None
