"""Linear Thompson sampling: score with weights drawn from the posterior, anew for every request."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners.features import with_constant
from agents.learners.linear import Linear, Pairs
from agents.learners.slates import top
from agents.parameters import number
from sim.ports import Observations, Slates, child, cross, normal

Floats = NDArray[np.float64]


class LinTSPolicy:
    """Draws weights per request: of the shared model, or of every item's own."""

    def __init__(self, pairs: Pairs, scale: float) -> None:
        assert pairs.inverse is not None
        self._pairs, self._scale = pairs, scale
        steady = pairs.inverse + 1e-12 * np.eye(pairs.inverse.shape[-1])
        self._root: Floats = np.linalg.cholesky(steady).astype(np.float64)

    def act(self, observations: Observations) -> Slates:
        """Answer with the items that the drawn weights like best."""
        mean = self._pairs.mean(observations)
        noise = self._own_noise(observations) if self._pairs.own else self._shared_noise(observations)
        slates = top(observations, mean + self._scale * noise, mean)
        return Slates(slates.items, None, slates.predicted)

    def _shared_noise(self, observations: Observations) -> Floats:
        p, q = self._pairs.theta.shape
        draws = normal(observations.keys[:, None], np.arange(p * q))
        weights = cross(draws, self._root).reshape(-1, p, q)
        z = observations.features
        by_item = z[:, 0, None] * weights[:, 0]
        for a in range(1, p):
            by_item = by_item + z[:, a, None] * weights[:, a]
        return cross(by_item, with_constant(observations.catalogue.features))

    def _own_noise(self, observations: Observations) -> Floats:
        ids = observations.catalogue.ids
        roots = self._root[ids]
        m, p = len(ids), roots.shape[1]
        keys = child(observations.keys[:, None], ids)
        directions = cross(observations.features, roots.transpose(0, 2, 1).reshape(m * p, p)).reshape(-1, m, p)
        noise = directions[:, :, 0] * normal(keys, 0)
        for a in range(1, p):
            noise = noise + directions[:, :, a] * normal(keys, a)
        return noise


class LinTS(Linear):
    """Weights from ``N(theta, scale**2 A^-1)``.

    Args:
        scale: width of the posterior; 1 for unit-variance noise, smaller for click-like outcomes.
        ridge: prior strength, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.

    Source: Agrawal & Goyal 2013 (https://arxiv.org/abs/1209.3352).
    """

    def __init__(self, scale: float = 0.3, ridge: float = 1.0, model: str = "auto") -> None:
        super().__init__(ridge, model)
        self.scale = number("scale", scale)

    def _snapshot(self) -> LinTSPolicy:
        return LinTSPolicy(self._pairs(uncertain=True), self.scale)
