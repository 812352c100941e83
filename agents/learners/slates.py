"""Pieces that several policies are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ports import Observations, Slates, best, child, uniform

Floats = NDArray[np.float64]
_COIN = 2**62  # a lane that no item id reaches


def random_positions(observations: Observations) -> NDArray[np.intp]:
    """Return uniformly random slates as positions in the catalogue, ``(n, size)``, keyed by (user, visit, item)."""
    noise = uniform(observations.keys[:, None], observations.catalogue.ids)
    return best(noise, observations.size)


def coin(observations: Observations) -> Floats:
    """Return one uniform per request, ``(n,)``, independent of the items' draws."""
    return uniform(child(observations.keys, _COIN), 0)


def top(observations: Observations, scores: Floats, mean: Floats | None = None) -> Slates:
    """Return the highest scores of each row as slates of a policy that does not randomise.

    Args:
        observations: the requests.
        scores: ``(n, m)``.
        mean: ``(n, m)`` expected outcome of each item, where it is known.
    """
    shown = best(scores, observations.size)
    predicted = None if mean is None else np.take_along_axis(mean, shown, axis=1)
    return Slates(observations.catalogue.ids[shown], np.ones(shown.shape), predicted)


class RandomPolicy:
    """Shows uniformly random slates."""

    def act(self, observations: Observations) -> Slates:
        """Answer with random slates; every item is as likely as any other at every position."""
        shown = random_positions(observations)
        share = 1.0 / len(observations.catalogue.ids)
        return Slates(observations.catalogue.ids[shown], np.full(shown.shape, share))
