"""Policies that draw slates by the estimates of another policy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.learners.estimates import estimates
from agents.learners.plackett_luce import at_each_position, draw, of_slate
from sim.ports import Observations, Slates, at_positions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class DrawingPolicy(ABC):
    """A policy that draws slates by weights made of estimates.

    Args:
        base: a policy with estimates; one without any shows random slates.
    """

    def __init__(self, base: Any) -> None:
        self._base = base

    @abstractmethod
    def _log_weights(self, known: Floats) -> Floats:
        """Return log weights of estimates ``(n, m)``, NaN where unknown."""

    def _scores(self, observations: Observations) -> tuple[Floats, Floats]:
        """Return estimates, NaN where unknown, and log weights."""
        known = estimates(self._base, observations)
        if known is None:
            known = np.full((len(observations), len(observations.catalogue.ids)), np.nan)
        return known, self._log_weights(known)

    def act(self, observations: Observations) -> Slates:
        """Return drawn slates with the propensity of each position."""
        known, weights = self._scores(observations)
        shown = draw(weights, observations.uniforms(), observations.size)
        said = at_positions(known, shown) if hasattr(self._base, "predict") else None
        return Slates(observations.catalogue.ids.take(shown), at_each_position(weights, shown), said)

    def propensity(self, observations: Observations, items: Ints) -> Floats:
        """Return the probability of each item at its position.

        Args:
            observations: n requests.
            items: ``(n, size)`` ids of items alive, first position first.

        Returns:
            ``(n, size)``, whatever stands at the other positions.
        """
        return at_each_position(self._scores(observations)[1], _places(observations, items))

    def slate_propensity(self, observations: Observations, items: Ints) -> Floats:
        """Return the probability of whole slates, in order, ``(n,)``.

        Args:
            observations: n requests.
            items: ``(n, size)`` ids of items alive, first position first.
        """
        return of_slate(self._scores(observations)[1], _places(observations, items))

    def __getattr__(self, name: str) -> Any:
        """Predict as the base does, if it does."""
        if name != "predict":
            raise AttributeError(name)
        return self._base.predict


def _places(observations: Observations, items: Ints) -> NDArray[np.intp]:
    return observations.catalogue.positions(items.ravel()).reshape(items.shape)
