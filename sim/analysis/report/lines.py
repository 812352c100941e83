"""Lines of a figure, and where their axis ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BASELINE = -1  # its place
# kinds of lines, which look different
TRUTH, SEEN, LATER, PLAIN = "in truth", "as seen", "as seen later", "without marks"


@dataclass(frozen=True)
class Line:
    """A line ``(k,)``, NaN where unknown, and its band."""

    name: str
    place: int  # among lines of different colours
    at: Floats
    values: Floats
    half: Floats | None = None  # the band's half-width
    kind: str = ""


def top(lines: Floats, reach: float) -> float:
    """Return the axis' end: wide bands must not flatten lines.

    >>> top(np.array([0.2, 0.8, np.nan]), 8.0), top(np.array([0.2, 0.8]), 1.0), top(np.array([np.nan]), 1.0)
    (1.2, 1.0, 1.0)
    """
    known = lines[np.isfinite(lines)]
    return min(reach, round(1.5 * float(known.max()), 12)) if known.size and known.max() > 0 else max(reach, 1.0)


def top_of(found: Sequence[Line]) -> float:
    """Return the largest value, 1 if none is positive."""
    known = np.concatenate([one.values for one in found])
    known = known[np.isfinite(known)]
    return float(known.max()) if known.size and known.max() > 0 else 1.0
