"""Base of linear learners: least squares over (user, item) pairs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.fading import Fading
from agents.learners.features import (
    SUMMED_AT_ONCE,
    Shapes,
    by_item,
    checked,
    interactions,
    per_item,
    squares,
    sums,
    with_constant,
)
from agents.learners.gram import Grams
from agents.learners.kept import Kept
from agents.learners.slates import RandomPolicy
from agents.parameters import number
from sim.ports import (
    Catalogue,
    Examples,
    Experience,
    Impressions,
    Observations,
    Policy,
    Space,
    along_rows,
    at_positions,
    cross,
    seconds,
)

Floats = NDArray[np.float64]
PER_ITEM = 32  # examples for each item alive, from which on they are added up by item
_ROWS = 1 << 20  # examples that are read together, at most
CELLS = 4_000_000  # requests x squares of features at once


class Pairs:
    """A frozen linear model that scores every (user, item) pair.

    Args:
        theta: ``(p, d + 1)`` of the shared model, or ``(items, p)`` with one row per item.
        inverse: ``A^-1`` of the shared model, or ``(items, p, p)``; None for a model without uncertainty.
        own: whether each item has its own model.
        shapes: the cache of what is derived from the catalogue, shared by the snapshots of a learner.
    """

    def __init__(self, theta: Floats, inverse: Floats | None, own: bool, shapes: Shapes | None = None) -> None:
        self.theta, self.inverse, self.own = theta, inverse, own
        self._shapes = shapes or Shapes()
        self._last: tuple[Observations | None, Floats | None] = None, None  # batch and its estimates, until read

    def mean(self, observations: Observations) -> Floats:
        """Return the estimate of every pair, ``(n, m)``; read only."""
        z = observations.features
        if self.own:
            mean = cross(z, _of(self.theta, observations.catalogue.ids))
        else:
            mean = self.spread(cross(z, self.theta.T), observations)
        self._last = observations, mean
        return mean

    def of(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the estimate of one item for each request, ``(n,)``."""
        batch, mean = self._last
        if batch is not observations or mean is None:
            mean = self.mean(observations)
        self._last = None, None
        if len(items) == 1:  # the usual case of online learning
            place = observations.catalogue.place[items.item()]
            return mean[0, place : place + 1]
        return at_positions(mean, observations.catalogue.positions(items)[:, None])[:, 0]

    def of_rows(self, rows: Impressions) -> Floats:
        """Return the estimates of impressions, ``(r,)``.

        Those of `of` but for rounding: the items need not be in one catalogue.
        """
        z = rows.user_features
        if self.own:
            return along_rows(np.add, z * self.theta[rows.item])
        return along_rows(np.add, cross(z, self.theta.T) * with_constant(rows.item_features))

    def spread(self, by_item: Floats, observations: Observations) -> Floats:
        """Return the scores ``(n, m)`` by weights ``(n, d + 1)`` on ``w``."""
        return cross(by_item, self._shapes.w(observations.catalogue))

    def variance(self, observations: Observations) -> Floats:
        """Return ``phi' A^-1 phi`` of every pair, ``(n, m)``.

        Phi is never formed: the shared model contracts A^-1 with z once per request, leaving a quadratic form in w.
        """
        z, catalogue = observations.features, observations.catalogue
        rows = max(1, CELLS // z.shape[1] ** 2)
        parts = [self._variance(z[first : first + rows], catalogue) for first in range(0, len(z), rows)]
        variance = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return np.maximum(variance, 0.0, out=variance)

    def _variance(self, z: Floats, catalogue: Catalogue) -> Floats:
        zz = squares(z)
        if not self.own:
            return cross(cross(zz, self._by_pair), self._shapes.squares(catalogue))
        assert self.inverse is not None
        inverse = _of(self.inverse, catalogue.ids)
        return cross(zz, inverse.reshape(len(inverse), -1))

    @cached_property
    def _by_pair(self) -> Floats:
        """A^-1 as ``(q**2, p**2)``: items in rows, users in columns.

        Computed at first use: many versions of an online learner never answer.
        """
        assert self.inverse is not None
        p, q = self.theta.shape
        return np.ascontiguousarray(self.inverse.reshape(p, q, p, q).transpose(1, 3, 0, 2).reshape(q * q, p * p))


class FadingPairs(Pairs):
    """Pairs that are solved when they first score.

    Many versions of an online learner never answer.

    Args:
        models: their state at the cutoff.
        user_dim: p.
        own: whether each item has its own model.
        shapes: the cache of what is derived from the catalogue.
    """

    def __init__(self, models: Fading, user_dim: int, own: bool, shapes: Shapes) -> None:
        super().__init__(np.empty(0), None, own, shapes)
        del self.theta, self.inverse  # `__getattr__` computes them
        self._models, self._user_dim = models, user_dim

    def __getattr__(self, name: str) -> Floats:
        """Solve when the weights or the inverse are first read."""
        if name not in ("theta", "inverse"):
            raise AttributeError(name)
        theta, inverse = self._models.solved()
        self.theta = theta if self.own else theta.reshape(self._user_dim, -1)
        self.inverse = inverse if self.own else inverse[0]
        return self.theta if name == "theta" else self.inverse


def _of(models: Floats, ids: NDArray[np.int64]) -> Floats:
    """Return the models of items.

    Ids ascend, so as many ids as models are all of the models.
    """
    return models if len(ids) == len(models) else models[ids]


class Linear(Described, ABC):
    """Base of the linear learners.

    Args:
        ridge: strength of the prior that weights are 0, above 0.
        model: ``"shared"``, ``"per_item"`` or ``"auto"`` (per item for a fixed catalogue of up to 20,
            or of items without features).
        forget: half-life of an example's weight, a duration such as ``"12h"`` or seconds, in the time from its request
            to the cutoff; the prior does not fade. None: weights do not fade.
    """

    tried_with: ClassVar[dict[str, tuple[str, ...]]] = {"model": ("auto", "per_item")}  # by tests of every part

    def __init__(self, ridge: float = 1.0, model: str = "auto", forget: float | str | None = None) -> None:
        self.ridge, self.model = number("ridge", ridge, above=True), checked(model)
        self.forget = None if forget is None else number("forget", seconds(forget), above=True)
        self._space: Space | None = None
        self._shapes, self._kept = Shapes(), Kept()

    def begin(self, space: Space) -> None:
        """Set up the statistics for the shape of the world."""
        self._space = space
        self._start_over()

    _lasts = True  # whether what is learnt of an example depends on nothing but the example

    def _start_over(self) -> None:
        assert self._space is not None
        p, q = self._space.user_dim, self._space.item_dim + 1
        self._own = per_item(self.model, self._space)
        models, dim = (self._space.items, p) if self._own else (1, p * q)
        self._grams: Grams | Fading
        if self.forget is None:
            self._grams = Grams(models, dim, self.ridge)
        else:
            self._grams = Fading(models, dim, self.ridge, self.forget)

    def train(self, experience: Experience) -> None:
        """Add weighted examples to the statistics."""
        if self._space is None:
            raise RuntimeError("begin(space) was never called")
        if experience.refit:
            self._start_over()
        if isinstance(self._grams, Fading):
            self._grams.move_to(experience.cutoff)
        examples = experience.examples
        if not len(examples):
            return
        if not self._own and len(examples) >= PER_ITEM * self._space.items:
            self._add_many(examples)
            return
        for part in examples.parts(_ROWS):
            learnt = self._as_learnt(part)
            if self._own:
                self._add_own(learnt)
            else:
                self._add_shared(learnt)

    def _as_learnt(self, examples: Examples) -> Examples:
        """Return examples with the labels and weights that count."""
        return self._grams.faded(examples) if isinstance(self._grams, Fading) else examples

    def _add_many(self, examples: Examples) -> None:
        """Add the sums of pieces, by item."""
        gram, origin = self._grams[0], self._grams.origin if isinstance(self._grams, Fading) else None

        def summed(piece: Examples) -> tuple[Floats, Floats]:
            return sums(self._as_learnt(piece))

        lasting = self._kept.pieces(examples, SUMMED_AT_ONCE, summed, origin)
        for piece in lasting if self._lasts else examples.parts(SUMMED_AT_ONCE):
            gram.add_sums(*(summed(piece) if isinstance(piece, Examples) else piece))
        gram.solve()

    def _add_shared(self, examples: Examples) -> None:
        gram = self._grams[0]
        for part, x in interactions(examples):
            gram.add(x, part.label, part.weight)
        gram.solve()

    def _add_own(self, examples: Examples) -> None:
        item = examples.impressions.item
        if len(item) == 1:  # the usual case of online learning
            gram = self._grams[item.item()]
            gram.add(examples.impressions.user_features, examples.label, examples.weight)
            gram.solve()
            return
        order, starts = by_item(item)
        for mine in np.split(order, starts[1:]):
            gram = self._grams[item.item(mine[0])]
            gram.add(examples.impressions.take(mine).user_features, examples.label[mine], examples.weight[mine])
            gram.solve()

    def predict(self, impressions: Impressions) -> Floats:
        """Return the estimates ``(r,)``, without bonus or draw.

        NaN before `begin`.
        """
        if self._space is None:
            return np.full(len(impressions), np.nan)
        return self._pairs(uncertain=False).of_rows(impressions)

    def policy(self) -> Policy:
        """Return a snapshot; a random policy before `begin`."""
        if self._space is None:
            return RandomPolicy()
        return self._snapshot()

    @abstractmethod
    def _snapshot(self) -> Policy: ...

    def _pairs(self, uncertain: bool) -> Pairs:
        assert self._space is not None
        if isinstance(self._grams, Fading):
            return FadingPairs(self._grams.frozen(), self._space.user_dim, self._own, self._shapes)
        theta, inverse = self._grams.theta.copy(), self._grams.inverse.copy() if uncertain else None
        if self._own:
            return Pairs(theta, inverse, True, self._shapes)
        theta = theta.reshape(self._space.user_dim, -1)
        return Pairs(theta, None if inverse is None else inverse[0], False, self._shapes)
