"""Linear Thompson sampling, with a posterior draw for each request."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.learners.drawn_again import share
from agents.learners.linear import Linear, Pairs
from agents.learners.slates import top
from agents.parameters import number
from sim.ports import Observations, Slates, child, cross, normal

Floats = NDArray[np.float64]
CELLS = 1_000_000  # requests x draws at once


class LinTSPolicy:
    """A policy that draws weights for each request."""

    def __init__(self, pairs: Pairs, scale: float, draws: int = 0) -> None:
        self._pairs, self._scale, self._draws = pairs, scale, draws

    @cached_property
    def _root(self) -> Floats:
        """The Cholesky factor of ``A^-1``, computed at first use."""
        assert self._pairs.inverse is not None
        steady = self._pairs.inverse + 1e-12 * np.eye(self._pairs.inverse.shape[-1])
        return np.asarray(np.linalg.cholesky(steady), dtype=np.float64)

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest scores under drawn weights."""
        return self._drawn(observations, self._pairs.mean(observations))

    def _drawn(self, observations: Observations, mean: Floats) -> Slates:
        """Return the slates with the highest scores under drawn weights."""

        def scores(requests: Observations) -> Floats:
            return mean + self._scale * self._noise(requests)

        slates = top(observations, scores(observations), mean)
        if not self._draws:
            return Slates(slates.items, None, slates.predicted)
        shown = observations.catalogue.positions(slates.items.ravel()).reshape(slates.items.shape)
        return Slates(slates.items, share(observations, shown, scores, self._draws), slates.predicted)

    def estimates(self, observations: Observations) -> Floats:
        """Return the estimates of all items, ``(n, m)``."""
        return self._pairs.mean(observations)

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the estimates ``(n,)``, without the draw."""
        return self._pairs.of(observations, items)

    def _noise(self, observations: Observations) -> Floats:
        draw = self._own_noise if self._pairs.own else self._shared_noise
        n, rows = len(observations), max(1, CELLS // self._pairs.theta.size)
        if n <= rows:
            return draw(observations)
        return np.concatenate([draw(observations.take(slice(first, first + rows))) for first in range(0, n, rows)])

    def _shared_noise(self, observations: Observations) -> Floats:
        p, q = self._pairs.theta.shape
        draws = normal(observations.keys[:, None], np.arange(p * q))
        weights = cross(draws, self._root).reshape(-1, p, q)
        z = observations.features
        by_item = z[:, 0, None] * weights[:, 0]
        for a in range(1, p):
            by_item = by_item + z[:, a, None] * weights[:, a]
        return self._pairs.spread(by_item, observations)

    def _own_noise(self, observations: Observations) -> Floats:
        ids = observations.catalogue.ids
        roots = self._root[ids]
        m, p = len(ids), roots.shape[1]
        keys = child(observations.keys[:, None], ids)
        draws = normal(keys[:, :, None], np.arange(p))
        directions = cross(observations.features, roots.transpose(0, 2, 1).reshape(m * p, p)).reshape(-1, m, p)
        noise = directions[:, :, 0] * draws[:, :, 0]
        for a in range(1, p):
            noise = noise + directions[:, :, a] * draws[:, :, a]
        return noise


class LinTS(Linear):
    """Thompson sampling with weights from ``N(theta, scale**2 A^-1)``.

    Args:
        scale: width of the posterior; 1 for unit-variance noise, smaller for click-like outcomes.
        ridge: prior strength, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.
        forget: half-life of an example's weight, such as ``"12h"``, or seconds; None: weights do not fade.
        propensity_draws: by how many further draws for each request propensities are estimated (`drawn_again.share`
            states the error); 0: none are given.

    Source: Agrawal & Goyal 2013 (https://arxiv.org/abs/1209.3352).

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, LinTS
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 300, "horizon": "2d", "users.shifts": []})
    >>> run = simulate(world, Agent(LinTS(scale=0.1), cadence=Every("6h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.7
    """

    reads = ("request_at", "item", "user_features", "item_features")
    labels = "real"

    def __init__(
        self,
        scale: float = 0.3,
        ridge: float = 1.0,
        model: str = "auto",
        forget: float | str | None = None,
        propensity_draws: int = 0,
    ) -> None:
        super().__init__(ridge, model, forget)
        self.scale = number("scale", scale)
        self.propensity_draws = int(number("propensity_draws", propensity_draws))

    def _snapshot(self) -> LinTSPolicy:
        return LinTSPolicy(self._pairs(uncertain=True), self.scale, self.propensity_draws)
