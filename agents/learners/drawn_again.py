"""Propensities of a policy that draws, by drawing again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.ports import Observations, best, child

Floats = NDArray[np.float64]
_AGAIN = 2**61  # lanes above all item ids


def share(
    observations: Observations, shown: NDArray[np.intp], scores: Callable[[Observations], Floats], draws: int
) -> Floats:
    """Return how often items get their position, ``(n, size)``.

    The slate shown counts as one of ``draws + 1``. So the share is never 0, above the probability p by ``(1 - p) /
    (draws + 1)`` on average, with a standard error of ``sqrt(p (1 - p) / draws)``.

    Args:
        observations: n requests.
        shown: ``(n, size)`` positions in the catalogue.
        scores: from requests to the drawn scores of all items, ``(n, m)``, by their keys.
        draws: how many slates to draw, at least 1.
    """
    count = np.ones(shown.shape)
    for number in range(draws):
        again = replace(observations, keys=child(observations.keys, _AGAIN + number))
        count += best(scores(again), observations.size) == shown
    return count / (draws + 1)
