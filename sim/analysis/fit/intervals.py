"""What is known of each delay, as intervals.

No clock is exact, so an answer is an interval; a missing answer is one without an end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FINEST = 1e-6  # seconds; values without a greater common step count as exact
_ROUND = (
    86400.0,
    43200.0,
    21600.0,
    3600.0,
    1800.0,
    900.0,
    600.0,
    300.0,
    60.0,
    30.0,
    15.0,
    10.0,
    5.0,
    1.0,
    0.1,
    0.01,
    1e-3,
)
ROUNDING = {
    "down": (0.0, 1.0),
    "nearest": (0.5, 0.5),
    "up": (1.0, 0.0),
}  # steps below and above the value read


@dataclass(frozen=True)
class Sample:
    """Rows grouped by equal values.

    Attributes:
        low: ``(k,)`` seconds from which the delay of an answer may be.
        high: ``(k,)`` seconds up to which.
        count: ``(k,)`` number of such rows.
        zero: ``(k,)`` whether they read 0.
        ends: ``(m,)`` seconds for which rows without an answer were watched.
        waiting: ``(m,)`` number of such rows.
        never: number of rows that certainly never answer.
        window: seconds beyond which no answer is ever recorded; inf without a window.
    """

    low: Floats
    high: Floats
    count: Floats
    zero: NDArray[np.bool_]
    ends: Floats
    waiting: Floats
    never: float
    window: float

    @property
    def answered(self) -> float:
        """The number of rows that answered."""
        return float(self.count.sum())

    @property
    def open(self) -> float:
        """The number of rows that did not answer."""
        return float(self.waiting.sum()) + self.never

    @property
    def middle(self) -> Floats:
        """The middle of each interval, seconds."""
        return 0.5 * (self.low + self.high)

    def thin(self, most: int) -> Sample:
        """Return the sample reduced to about ``most`` groups.

        Neighbouring groups are replaced by the middle one, with their total count.
        """
        answers, ends = _thinned(self.count, most), _thinned(self.waiting, most)
        return replace(
            self,
            low=self.low[answers[0]],
            high=self.high[answers[0]],
            zero=self.zero[answers[0]],
            count=answers[1],
            ends=self.ends[ends[0]],
            waiting=ends[1],
        )


def _thinned(count: Floats, most: int) -> tuple[NDArray[np.int64], Floats]:
    """Return which sorted groups to keep, and their counts."""
    everything = np.arange(len(count))
    if len(count) <= most:
        return everything, count
    first = most // 4  # the shortest are kept: their rounding matters
    rest = count[first:]
    group = np.minimum((rest.cumsum() - 0.5 * rest) / rest.sum() * (most - first), most - first - 1).astype(np.int64)
    start = np.flatnonzero(np.diff(group, prepend=-1))
    stop = np.append(start[1:], len(rest))
    totals = np.concatenate((count[:first], np.add.reduceat(rest, start)))
    return np.concatenate((everything[:first], first + (start + stop) // 2)), totals


def shared_step(delays: Floats) -> float:
    """Return the greatest step that all delays share, seconds.

    Up to a microsecond; `FINEST` if they share none.

    >>> shared_step(np.array([0.0, 120.0, 600.0])), shared_step(np.array([0.5, 2.25]))
    (120.0, 0.25)
    """
    seen = np.unique(delays)
    near = np.rint(seen / FINEST).astype(np.int64)
    shared = float(np.gcd.reduce(near)) * FINEST if len(near) else FINEST
    for step in _ROUND:  # a second with a microsecond of noise is still a second
        if (
            step > shared
            and (np.abs(seen - step * np.rint(seen / step)) <= 1.000001 * FINEST).all()
            and seen.max() >= step
        ):
            return step
    return max(float(f"{shared:.12g}"), FINEST)


def sample(delay: Floats, watched: Floats, slack: tuple[float, float], window: float = np.inf) -> Sample:
    """Group rows by equal values.

    Args:
        delay: ``(n,)`` seconds until the answer; NaN where none has come.
        watched: ``(n,)`` seconds that a row without an answer was watched; inf where it certainly never answers.
        slack: seconds by which a delay may be less, and more, than it reads.
        window: seconds beyond which no answer is recorded.
    """
    came = ~np.isnan(delay)
    values, count = np.unique(delay[came], return_counts=True)
    ends, waiting = np.unique(np.minimum(watched[~came], np.inf), return_counts=True)
    known = np.isfinite(ends)
    width = sum(slack)
    high = np.minimum(values + slack[1], window)
    low = np.maximum(values - slack[0], 0.0)
    return Sample(
        low=np.where(high - low < 0.25 * width, np.maximum(high - width, 0.0), low),
        high=high,
        count=count.astype(float),
        zero=values <= 0.0,
        ends=ends[known],
        waiting=waiting[known].astype(float),
        never=float(waiting[~known].sum()),
        window=window,
    )
