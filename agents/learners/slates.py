"""Functions that several policies share."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sim.ports import Observations, Slates, at_positions, best, child, uniform

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_COIN = 2**62  # a lane above all item ids


def random_positions(observations: Observations, rows: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
    """Return uniformly random slates, ``(rows, size)``.

    The draws are keyed by (user, visit, item).

    Args:
        observations: the requests.
        rows: ``(n,)`` mask of the requests to draw for; by default all.

    Returns:
        Positions in the catalogue.
    """
    if rows is None:
        return best(observations.uniforms(), observations.size)
    return best(uniform(observations.keys[rows, None], observations.catalogue.ids), observations.size)


def coin(observations: Observations) -> Floats:
    """Return one uniform per request, ``(n,)``.

    It is independent of the items' draws.
    """
    return uniform(child(observations.keys, _COIN), 0)


def top(observations: Observations, scores: Floats, mean: Floats | None = None) -> Slates:
    """Return the slates with the highest scores, without randomisation.

    Args:
        observations: the requests.
        scores: ``(n, m)``.
        mean: ``(n, m)`` expected outcome of each item, where it is known.
    """
    ids = observations.catalogue.ids
    if len(scores) == observations.size == 1:  # the same as below, faster: the usual case of online learning
        at = scores.argmax().item()
        own = slice(at, at + 1)
        return Slates(ids[None, own], _certain(1), None if mean is None else mean[:, own])
    shown = best(scores, observations.size)
    predicted = None if mean is None else at_positions(mean, shown)
    return Slates(ids.take(shown), certain(*shown.shape), predicted)


def top_one(scores: Floats, size: int, mean: Floats) -> tuple[list[int], list[float], list[float]]:
    """Return the result of `top` for one request.

    Args:
        scores: ``(m,)``.
        size: items in the slate.
        mean: ``(m,)`` expected outcome of each item.

    Returns:
        Positions in the catalogue, propensities and expected outcomes.
    """
    if size == 1:
        place = int(scores.argmax())
        return [place], [1.0], [mean.item(place)]
    places = best(scores[None], size)[0]
    return places.tolist(), [1.0] * size, mean[places].tolist()


def certain(n: int, size: int) -> Floats:
    """Return propensities 1, ``(n, size)``, for deterministic policies."""
    return _certain(size) if n == 1 else np.ones((n, size))


@cache
def _certain(size: int) -> Floats:
    ones = np.ones((1, size))
    ones.flags.writeable = False
    return ones


def one_of_all(observations: Observations) -> float:
    """Return the probability of a uniformly random slate."""
    count = len(observations.catalogue.ids)
    return float(1.0 / np.prod(np.arange(count - observations.size + 1, count + 1, dtype=np.float64)))


class RandomPolicy:
    """A policy that shows uniformly random slates."""

    def act(self, observations: Observations) -> Slates:
        """Return random slates.

        At every position all items are equally likely.
        """
        shown = random_positions(observations)
        return Slates(observations.catalogue.ids[shown], self.propensity(observations, shown))

    def propensity(self, observations: Observations, items: Ints) -> Floats:
        """Return the probability of each item at its position."""
        return np.full(items.shape, 1.0 / len(observations.catalogue.ids))

    def slate_propensity(self, observations: Observations, items: Ints) -> Floats:
        """Return the probability of whole slates, in order, ``(n,)``."""
        return np.full(len(items), one_of_all(observations))
