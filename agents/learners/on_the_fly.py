"""Base of the on-the-fly learners: linear, windowed, censored.

Every impression counts as a no when it is served; a yes that comes within a window of its request replaces it. The
estimate is that of the chance of a yes within the window. What it may lack is in the width of the confidence bound::

    width = sqrt(ridge) + sqrt(2 log(1 / delta) + d log(1 + t / (d ridge))) + sum over s of |x_s|

with t the sum of the weights of all examples, d the length of x, ``|x| = sqrt(x' A^-1 x)``, and s over the impressions
served in the last window before the cutoff, whatever became of them.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.learners.features import with_constant
from agents.learners.linear import Linear, Pairs
from agents.parameters import number
from sim.ports import Examples, Experience, Impressions, Observations, Policy, Slates, cross, seconds

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Recent:
    """Impressions served within the window before a cutoff.

    Attributes:
        at: ``(r,)`` request times, seconds.
        item: ``(r,)``.
        z: ``(r, p)`` user features.
        w: ``(r, d + 1)`` item features, the constant 1 first.
    """

    at: Floats
    item: NDArray[np.int64]
    z: Floats
    w: Floats

    @staticmethod
    def of(rows: Impressions) -> Recent:
        """Return impressions."""
        return Recent(rows.request_at, rows.item, rows.user_features, with_constant(rows.item_features))

    def and_since(self, later: Recent, since: float) -> Recent:
        """Return these and later ones, from an instant on."""
        first, other = self.at >= since, later.at >= since
        both = ((mine[first], theirs[other]) for mine, theirs in zip(self._columns(), later._columns(), strict=True))
        return Recent(*map(np.concatenate, both))  # type: ignore[arg-type]

    def _columns(self) -> tuple[Floats, NDArray[np.int64], Floats, Floats]:
        return self.at, self.item, self.z, self.w

    def norms(self, pairs: Pairs) -> Floats:
        """Return ``sqrt(x' A^-1 x)`` of each, ``(r,)``."""
        assert pairs.inverse is not None
        if pairs.own:
            squared = np.einsum("ri,rij,rj->r", self.z, pairs.inverse[self.item], self.z)
        else:
            x = (self.z[:, :, None] * self.w[:, None, :]).reshape(len(self.z), len(pairs.inverse))
            squared = (cross(x, pairs.inverse) * x).sum(axis=1)
        return np.asarray(np.sqrt(np.maximum(squared, 0.0)))


class OnTheFlyPolicy:
    """A policy that is made when it first answers.

    The norms of all impressions in the window are summed only then.

    Args:
        make: from the width of the bound to the policy.
        pairs: the model.
        recent: the impressions in the window.
        width: the width without them.
    """

    def __init__(self, make: Callable[[Pairs, float], Policy], pairs: Pairs, recent: Recent, width: float) -> None:
        self._make, self._pairs, self._recent, self._least = make, pairs, recent, width

    @cached_property
    def width(self) -> float:
        """The width of the confidence bound."""
        return self._least + float(self._recent.norms(self._pairs).sum())

    @cached_property
    def _policy(self) -> Policy:
        return self._make(self._pairs, self.width)

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest bounds or draws."""
        return self._policy.act(observations)

    def estimates(self, observations: Observations) -> Floats:
        """Return the estimates of all items, ``(n, m)``."""
        return self._pairs.mean(observations)

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the estimates ``(n,)``."""
        return self._pairs.of(observations, items)


class OnTheFly(Linear, ABC):
    """Base of `OTFLinUCB` and `OTFLinTS`.

    Args:
        window: how long a yes may take and still count, such as ``"1h"``, or seconds.
        delta: 1 - confidence of the bound, in (0, 1].
        ridge: prior strength, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.
    """

    def __init__(self, window: float | str, delta: float, ridge: float, model: str) -> None:
        super().__init__(ridge, model)
        self.window = number("window", seconds(window), above=True)
        self.delta = number("delta", delta, most=1.0, above=True)
        self._recent: Recent | None = None

    def _start_over(self) -> None:
        super()._start_over()
        self._total, self._recent = 0.0, None

    def train(self, experience: Experience) -> None:
        """Add examples, and note what was served in the window."""
        super().train(experience)
        served = experience.news.served
        if len(served):
            served = served.take(served.request_at >= experience.cutoff - self.window)
        if self._recent is None:
            self._recent = Recent.of(served)
        else:
            self._recent = self._recent.and_since(Recent.of(served), experience.cutoff - self.window)

    _lasts = False  # the sum of weights is kept too

    def _as_learnt(self, examples: Examples) -> Examples:
        """Return examples in which a late yes is a no."""
        self._total += float(examples.weight.sum())
        rows = examples.impressions
        in_time = rows.delivered_at - rows.request_at <= self.window
        return Examples(rows, examples.label * in_time, examples.weight)

    def _width(self) -> float:
        """Return the width of the bound without what is pending."""
        assert self._space is not None
        p = self._space.user_dim
        dim = p * (self._space.items if self._own else self._space.item_dim + 1)
        noise = 2.0 * np.log(1.0 / self.delta) + dim * np.log1p(max(self._total, 0.0) / (dim * self.ridge))
        return float(np.sqrt(self.ridge) + np.sqrt(noise))

    def _pending(self) -> Recent:
        """Return what was served in the window before the cutoff."""
        if self._recent is not None:
            return self._recent
        assert self._space is not None
        shapes = (0, self._space.user_dim), (0, self._space.item_dim + 1)
        return Recent(np.zeros(0), np.zeros(0, dtype=np.int64), *map(np.zeros, shapes))
