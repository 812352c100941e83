"""Hybrid LinTS: draws of shared weights, and of each item's."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.learners._hybrid import Hybrid, HybridModel, HybridSums
from agents.learners.features import squares
from agents.learners.slates import top
from agents.parameters import number
from sim.ports import Observations, Slates, child, cross, normal

Floats = NDArray[np.float64]
_CELLS = 1_000_000  # requests x items x features at once
_OWN = 1  # of the draws of items; shared weights have 0


class LinTSHybridPolicy(HybridModel):
    """A policy that draws weights for each request.

    Args:
        sums: what was learnt; not changed later.
        scale: width of the posterior.
    """

    def __init__(self, sums: HybridSums, scale: float) -> None:
        super().__init__(sums)
        self._scale = scale

    @cached_property
    def _root(self) -> Floats:
        """The Cholesky factor of the covariance of shared weights."""
        spread = self._shared[1]
        return np.asarray(np.linalg.cholesky(spread + 1e-12 * np.eye(len(spread))), dtype=np.float64)

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest scores under drawn weights."""
        mean, n = self.estimates(observations), len(observations)
        rows = max(1, _CELLS // (mean.shape[1] * self._sums.p))
        parts = [self._noise(observations.take(slice(first, first + rows))) for first in range(0, n, rows)]
        slates = top(observations, mean + self._scale * np.concatenate(parts), mean)
        return Slates(slates.items, None, slates.predicted)

    def _noise(self, observations: Observations) -> Floats:
        """Return drawn scores less their means, ``(n, m)``.

        The width is 1.

        Shared weights are drawn first, then each item's given these: a normal number for each of the former, and one
        for each item.
        """
        z, catalogue = observations.features, observations.catalogue
        inverse, g, _ = self.parts(catalogue.ids, catalogue.features)
        m, p, k = g.shape
        shared = cross(normal(child(observations.keys, 0)[:, None], np.arange(k)), self._root)
        weights = cross(shared, g.reshape(m * p, k)).reshape(-1, m, p)
        noise = weights[:, :, 0] * z[:, 0, None]
        for a in range(1, p):
            noise = noise + weights[:, :, a] * z[:, a, None]
        variance = np.maximum(cross(squares(z), inverse.reshape(m, -1)), 0.0)
        return noise + np.sqrt(variance) * normal(child(observations.keys, _OWN)[:, None], catalogue.ids)


class LinTSHybrid(Hybrid):
    """Linear Thompson sampling with a hybrid model.

    The model is that of `LinUCBHybrid`: weights of all items, and weights of each. For each request both are drawn from
    their posterior, widened by scale, and the highest scores are shown. So what is unsure of shared weights moves all
    items of a draw together, as it should. It assumes nothing of the delay beyond what the correction does, and takes
    examples back exactly, except those of items that have retired. Cost: that of `LinUCBHybrid`, and a normal draw for
    each shared weight and each item.

    Args:
        scale: width of the posterior; 1 for unit-variance noise, smaller for click-like outcomes.
        ridge: prior strength of all weights, above 0.

    Source: the model, Li, Chu, Langford & Schapire 2010 (https://arxiv.org/abs/1003.0146), section 3.2; the draw,
    Agrawal & Goyal 2013 (https://arxiv.org/abs/1209.3352).

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, LinTSHybrid
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 40, "horizon": "1d", "users.shifts": []})
    >>> run = simulate(world, Agent(LinTSHybrid(scale=0.1), cadence=Every("6h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.9
    """

    reads = ("item", "user_features", "item_features")

    def __init__(self, scale: float = 0.3, ridge: float = 1.0) -> None:
        super().__init__(ridge)
        self.scale = number("scale", scale)

    def _snapshot(self, sums: HybridSums) -> LinTSHybridPolicy:
        return LinTSHybridPolicy(sums, self.scale)
