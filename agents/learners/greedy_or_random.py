"""Greedy slates that are random with some probability."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners.slates import coin, one_of_all, random_positions
from sim.ports import Observations

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def greedy_or_random(
    observations: Observations, greedy: NDArray[np.intp], epsilon: float
) -> tuple[NDArray[np.intp], Floats]:
    """Return slates and the propensity of each position.

    A propensity adds up both ways in which an item can get its position, greedy and random.

    Args:
        observations: n requests.
        greedy: ``(n, size)`` positions in the catalogue.
        epsilon: probability of a uniformly random slate.

    Returns:
        Positions in the catalogue, and propensities, ``(n, size)`` each.
    """
    shown = greedy.copy()
    if (explore := coin(observations) < epsilon).any():
        shown[explore] = random_positions(observations, explore)
    return shown, propensity(observations, greedy, shown, epsilon)


def propensity(observations: Observations, greedy: Ints, items: Ints, epsilon: float) -> Floats:
    """Return the probability of each item at its position.

    Args:
        observations: n requests.
        greedy: ``(n, size)`` or ``(1, size)``.
        items: ``(n, size)``, of the same kind.
        epsilon: probability of a uniformly random slate.
    """
    return np.asarray(epsilon / len(observations.catalogue.ids) + (1.0 - epsilon) * (items == greedy))


def slate_propensity(observations: Observations, greedy: Ints, items: Ints, epsilon: float) -> Floats:
    """Return the probability of whole slates, in order, ``(n,)``.

    Arguments are those of `propensity`.
    """
    return np.asarray(epsilon * one_of_all(observations) + (1.0 - epsilon) * (items == greedy).all(axis=1))
