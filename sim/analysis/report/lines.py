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


def top_of(found: Sequence[Line], room: float = 1.06) -> float:
    """Return the axis' end: wide bands must not flatten lines.

    Args:
        found: the lines; their bands are within the axis up to 1.5 times the largest value.
        room: end of the axis / largest value or end of a band.

    >>> day = np.array([1.0, 2.0])
    >>> [round(top_of([Line("", 0, day, day, np.array([0.0, half]))]), 2) for half in (0.0, 0.5, 8.0)]
    [2.12, 2.65, 3.0]
    >>> top_of([Line("", 0, day, np.full(2, np.nan))], room=1.15)
    1.15
    """
    values = np.concatenate([one.values for one in found])
    ends = np.concatenate([one.values + np.nan_to_num(0.0 if one.half is None else one.half) for one in found])
    known = np.isfinite(values)
    if not known.any() or values[known].max() <= 0.0:
        return room
    return float(round(min(room * ends[known].max(), max(room, 1.5) * values[known].max()), 12))
