"""The answers to every item at requests still to come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.choices import Choice
from sim.draws import child, uniform
from sim.world.feedback import FeedbackTimes

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
_NOBODY = 2**62  # lane of the noise of choosing nothing; item ids stay below it


def no_click_noise(keys: Keys) -> Floats:
    """Return the uniforms ``(n,)`` of choosing nothing, by outcome key.

    The outcome keys are ``(n,)``.
    """
    return uniform(child(keys, _NOBODY), 0)


@dataclass(frozen=True)
class PotentialOutcomes:
    """Answers of ``n`` requests to ``m`` items, clicked or not.

    Attributes:
        choice: how the items shown become clicks.
        utility: ``(n, m)`` log odds of a click.
        noise: ``(n, m)`` uniforms of the items.
        keys: ``(n,)`` outcome keys of the requests.
        if_not: ``(n, m)`` what becomes of an impression that is not clicked.
        if_clicked: ``(n, m)`` what becomes of one that is.
        size: items in a slate.
    """

    choice: Choice
    utility: Floats
    noise: Floats
    keys: Keys
    if_not: FeedbackTimes
    if_clicked: FeedbackTimes
    size: int
