"""Pieces that several policies are made of."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.ports import Observations, Slates, at_positions, best, child, uniform

Floats = NDArray[np.float64]
_COIN = 2**62  # a lane that no item id reaches


def random_positions(observations: Observations, rows: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """Return uniformly random slates as positions in the catalogue, keyed by (user, visit, item).

    Args:
        observations: the requests.
        rows: ``(n,)`` which of them to draw for, all unless told.

    Returns:
        ``(rows, size)``.
    """
    if rows is None:
        return best(observations.uniforms(), observations.size)
    return best(uniform(observations.keys[rows, None], observations.catalogue.ids), observations.size)


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
    ids = observations.catalogue.ids
    if len(scores) == observations.size == 1:  # as below; online learning is made of these
        at = scores.argmax().item()
        own = slice(at, at + 1)
        return Slates(ids[None, own], _certain(1), None if mean is None else mean[:, own])
    shown = best(scores, observations.size)
    predicted = None if mean is None else at_positions(mean, shown)
    return Slates(ids.take(shown), certain(*shown.shape), predicted)


def top_one(scores: Floats, size: int, mean: Floats) -> tuple[list[int], list[float], list[float]]:
    """Return what `top` does of one request, ``scores`` and ``mean`` being ``(m,)``, with positions for items."""
    if size == 1:
        place = int(scores.argmax())
        return [place], [1.0], [mean.item(place)]
    places = best(scores[None], size)[0]
    return places.tolist(), [1.0] * size, mean[places].tolist()


def certain(n: int, size: int) -> Floats:
    """Return the propensities ``(n, size)`` of a policy that does not randomise."""
    return _certain(size) if n == 1 else np.ones((n, size))


@cache
def _certain(size: int) -> Floats:
    ones = np.ones((1, size))
    ones.flags.writeable = False
    return ones


class RandomPolicy:
    """Shows uniformly random slates."""

    def act(self, observations: Observations) -> Slates:
        """Answer with random slates; every item is as likely as any other at every position."""
        shown = random_positions(observations)
        share = 1.0 / len(observations.catalogue.ids)
        return Slates(observations.catalogue.ids[shown], np.full(shown.shape, share))
