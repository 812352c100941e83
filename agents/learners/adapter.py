"""Base of learners whose regression another library fits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.described import Described
from agents.learners.features import checked, interactions, one_hot, per_item, with_constant
from agents.learners.slates import RandomPolicy, top
from sim.ports import Examples, Experience, Impressions, Observations, Policy, Slates, Space, at_positions

Floats = NDArray[np.float64]
Predict = Callable[[Floats], Floats]
_CELLS = 4_000_000  # numbers of features at once


def class_of(package: str, name: str, parameter: str) -> Any:
    """Return a class of a package by name.

    Args:
        package: such as ``sklearn``.
        name: such as ``linear_model.Ridge``.
        parameter: whose value the name is, for the message.

    Raises:
        ValueError: there is none.
    """
    home, _, kind = name.rpartition(".")
    try:
        return getattr(import_module(f"{package}.{home}" if home else package), kind)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{parameter} is {name!r}, and {package} has no such class") from error


class PairPolicy:
    """A policy that shows the highest predictions of a regression.

    Args:
        predict: from features ``(r, dim)`` to expected outcomes ``(r,)``; what is fitted later must not change it.
        own: whether features hold one block for each item.
        items: number of such blocks.
        each: whether to ask for one request at a time. The rows of a request are then always the same, so that a
            library may compute them together as it likes; needed unless it computes each row by itself.
    """

    def __init__(self, predict: Predict, own: bool, items: int, each: bool) -> None:
        self._predict, self._own, self._items, self._each = predict, own, items, each

    def estimates(self, observations: Observations) -> Floats:
        """Return the predictions of all items, ``(n, m)``."""
        z, ids = observations.features, observations.catalogue.ids
        w = with_constant(observations.catalogue.features)
        dim = z.shape[1] * (self._items if self._own else w.shape[1])
        rows = 1 if self._each else max(1, _CELLS // (len(ids) * dim))
        out = np.empty((len(z), len(ids)))
        for first in range(0, len(z), rows):
            part = z[first : first + rows]
            x = self._blocks(part, ids) if self._own else part[:, None, :, None] * w[None, :, None, :]
            out[first : first + rows] = self._predict(x.reshape(-1, dim)).reshape(len(part), len(ids))
        return out

    def _blocks(self, z: Floats, ids: NDArray[np.int64]) -> Floats:
        x = np.zeros((len(z), len(ids), self._items, z.shape[1]))
        x[:, np.arange(len(ids)), ids] = z[:, None, :]
        return x

    def act(self, observations: Observations) -> Slates:
        """Return the slates with the highest predictions."""
        mean = self.estimates(observations)
        return top(observations, mean, mean)

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the predictions ``(n,)``."""
        places = observations.catalogue.positions(items)
        return at_positions(self.estimates(observations), places[:, None])[:, 0]


class Adapter(Described, ABC):
    """A learner whose regression another library fits.

    Features are those of `agents.learners.features`. It does not explore; before it is fitted it shows random slates.
    An example cannot be taken back.

    Args:
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.

    Attributes:
        package: what must be installed.
        each: whether a policy asks for one request at a time (`PairPolicy`).
    """

    package: ClassVar[str]
    retracts: ClassVar[bool] = False

    def __init__(self, model: str) -> None:
        self.model = checked(model)
        self._space: Space | None = None
        self._start_over()

    def begin(self, space: Space) -> None:
        """Take note of the shape of the world."""
        self._space = space
        self._own = per_item(self.model, space)
        self._start_over()

    def train(self, experience: Experience) -> None:
        """Fit examples afresh in a refit, else add them."""
        if self._space is None:
            raise RuntimeError("begin(space) was never called")
        if experience.refit and not experience.warm:
            self._start_over()
        if not len(experience.examples):
            return
        if experience.warm:
            self._warm_up()
        if experience.refit:
            self._fit(*self._all(experience.examples))
            return
        for part, x in self._features(experience.examples):
            self._add(x, part.label, part.weight)

    def _features(self, examples: Examples) -> Iterator[tuple[Examples, Floats]]:
        assert self._space is not None
        return one_hot(examples, self._space.items) if self._own else interactions(examples)

    def _all(self, examples: Examples) -> tuple[Floats, Floats, Floats]:
        """Return features, labels and weights of all examples."""
        parts = [(x, part.label, part.weight) for part, x in self._features(examples)]
        x, label, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
        return x, label, weight

    def policy(self) -> Policy:
        """Return a snapshot; a random policy before it is fitted."""
        predict = None if self._space is None else self._frozen()
        if predict is None:
            return RandomPolicy()
        assert self._space is not None
        return PairPolicy(predict, self._own, self._space.items, self.each)

    def predict(self, impressions: Impressions) -> Floats:
        """Return the expected outcome of impressions, ``(r,)``.

        NaN before it is fitted.
        """
        predict = None if self._space is None else self._frozen()
        if predict is None or not len(impressions):
            return np.full(len(impressions), np.nan)
        parts = [x for _, x in self._features(Examples.plain(impressions, np.zeros(len(impressions))))]
        if not self.each:
            return np.concatenate([predict(x) for x in parts])
        return np.concatenate([predict(row[None]) for x in parts for row in x])

    @property
    def each(self) -> bool:
        """Whether a policy asks for one request at a time."""
        return True

    @abstractmethod
    def _start_over(self) -> None:
        """Forget all examples."""

    def _warm_up(self) -> None:
        """Keep the weights for the refit that follows.

        It is only called of a learner that ``warms``.
        """

    @abstractmethod
    def _fit(self, x: Floats, label: Floats, weight: Floats) -> None:
        """Fit all examples of a refit, ``(r, dim)`` and ``(r,)``."""

    @abstractmethod
    def _add(self, x: Floats, label: Floats, weight: Floats) -> None:
        """Add examples, ``(r, dim)`` and ``(r,)``."""

    @abstractmethod
    def _frozen(self) -> Predict | None:
        """Return what later training does not change; None if unfitted."""
