"""The share of positives known at an age, estimated."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def known_share(
    at: float, request_at: Floats, delivered_at: Floats, credited: NDArray[np.bool_]
) -> Callable[[Floats], Floats]:
    """Return the estimated share of positives known, by age.

    By Kaplan and Meier: an impression is followed from its request to the instant, and its event is that a positive
    comes. With S the estimated chance of none by an age, the share is ``(1 - S) / (1 - S(oldest))``: what comes later
    than the oldest impression is as if it never came. A no needs no event of its own, known or not.

    Args:
        at: the instant, seconds.
        request_at: ``(n,)`` seconds, up to the instant.
        delivered_at: ``(n, size)`` when the log has the positive or the closing.
        credited: ``(n, size)`` whether it is a positive.

    Returns:
        From ages in seconds to shares; 1 at all ages where no positive is known.

    Source: Kaplan & Meier 1958 (https://doi.org/10.1080/01621459.1958.10501452).

    >>> share = known_share(4.0, np.zeros(4), np.array([[1.0], [3.0], [9.0], [9.0]]), np.ones((4, 1), dtype=bool))
    >>> share(np.array([0.5, 1.0, 2.0, 3.0])).tolist()  # two of two by then, one at 1 and one at 3
    [0.0, 0.5, 0.5, 1.0]
    """
    came = credited & (delivered_at <= at)
    age = np.broadcast_to((at - request_at)[:, None], came.shape)
    followed = np.sort(np.where(came, delivered_at - request_at[:, None], age).ravel())
    instants, events = np.unique((delivered_at - request_at[:, None])[came], return_counts=True)
    if not len(instants):
        return lambda ages: np.ones(len(ages))
    at_risk = len(followed) - followed.searchsorted(instants, side="left")
    reached = 1.0 - np.cumprod(1.0 - events / at_risk)
    share = np.concatenate([[0.0], reached / reached[-1]])
    return lambda ages: share[instants.searchsorted(ages, side="right")]
