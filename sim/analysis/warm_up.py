"""The warm-up that a curve of regret shows.

MSER-5: of all instants it takes the one from which on the mean is known best: early ones keep the warm-up in, late ones
throw data away. White 1997 (https://doi.org/10.1177/003754979706900601) on means of five observations, here of five
buckets of the curve; a cut in the second half says that the run is too short, and is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.buckets import Steps
from sim.analysis.score import REGRET
from sim.laws.durations import text

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
BATCH = 5  # observations
VISIBLE = 4.0  # standard errors between the warm-up and what follows
_UNITS = (3600.0, 60.0, 1.0)


def warm_up_hint(curves: Iterable[pd.DataFrame]) -> str | None:
    """Return a hint at the longest visible warm-up, or None."""
    found = [over for curve in curves if (over := warm_up(curve)) is not None]
    if not found:
        return None
    longest = max(found)
    unit = next(unit for unit in _UNITS if longest >= 5 * unit or unit == 1.0)
    start = text(float(np.ceil(longest / unit) * unit))
    return f"regret settles only after a warm-up of about {start} (MSER-5): score_from={start} leaves it out"


def warm_up(curve: pd.DataFrame) -> float | None:
    """Return the end of the warm-up in seconds, or None."""
    steps = Steps(curve, size=BATCH)
    means = steps.means(REGRET)
    values = np.array([value for _, value in means])
    cut = mser(values)
    return float(steps.ends()[means[cut - 1][0]]) if cut and visible(values, cut) else None


def mser(values: Floats) -> int:
    """Return how many first batch means to leave out.

    It is 0 where nothing, or half of them and more, would be left out.

    >>> mser(np.array([9.0, 5.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0]))
    2
    """
    n = len(values)
    if n < 2:
        return 0
    left = np.arange(n, 0, -1)
    sums, squares = (np.add.accumulate(some[::-1])[::-1] for some in (values, values * values))
    spread = (squares - sums * sums / left) / left**2
    cut = int(np.argmin(spread[: n - n // 4]))  # of the last few values the spread means nothing
    return cut if cut < n // 2 else 0


def visible(values: Floats, cut: int) -> bool:
    """Return whether the first values differ by more than chance."""
    first, rest = values[:cut], values[cut:]
    error = float(np.std(rest, ddof=1)) * np.sqrt(1.0 / len(first) + 1.0 / len(rest))
    return abs(float(first.mean() - rest.mean())) > VISIBLE * float(error)
