"""The law of how many of several independent events happen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def count_one_more(count: list[Floats], no: Floats, yes: Floats) -> None:
    """Add an event to a law of counts, in place.

    Args:
        count: the probabilities of exactly 0, 1, ... events, arrays of one shape.
        no: the probability that the event does not happen.
        yes: that it happens.

    >>> law = [np.ones(1), np.zeros(1), np.zeros(1)]
    >>> for chance in (0.5, 0.2):
    ...     count_one_more(law, np.array([1.0 - chance]), np.array([chance]))
    >>> [round(one.item(), 2) for one in law]
    [0.4, 0.5, 0.1]
    """
    for number in reversed(range(1, len(count))):
        count[number] *= no
        count[number] += count[number - 1] * yes
    count[0] *= no
