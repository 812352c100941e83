"""Learners within a correction, of features and age."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.corrections._expected import expected
from agents.learners.logistic import LogisticRanker
from sim.ports import Examples, Experience, Impressions, Learner, News, Space, child, fresh_copy, uniform

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_KNOTS = np.array([0.0, 0.25, 0.5, 0.75])  # of the log age, from the first to the last


def inner(base: Learner | None) -> Any:
    """Return a copy of a learner, or the usual one.

    Raises:
        TypeError: it has no ``train`` or ``predict``.
    """
    for method in ("train", "predict") if base is not None else ():
        if not callable(getattr(base, method, None)):
            raise TypeError(f"base is {base!r}, which has no {method}(); a learner such as LogisticRanker() does")
    return LogisticRanker(ridge=1.0) if base is None else fresh_copy(base)


def taught(learner: Any, news: News, examples: Examples) -> None:
    """Train a learner on examples of a correction's own."""
    rows = examples.impressions
    learner.train(Experience(News(news.cutoff, news.refit, rows, rows, news.since), examples, lambda: rows))


def counterfactual(number: Ints, first: float, last: float) -> Floats:
    """Return an age for each impression, log-uniform.

    It follows from the impression's number alone.
    """
    drawn = uniform(child(np.uint64(0), number), 0)
    return np.asarray(first * (last / first) ** drawn)


class AgedLearner:
    """A learner of user, item and age.

    Log odds are piecewise linear in the log of the age, with four more features of the user.

    Args:
        base: what learns; None: the usual one.
        first: youngest age, seconds.
        last: oldest age, seconds; older ones count as this.
    """

    def __init__(self, base: Learner | None, first: float, last: float) -> None:
        self._learner, self._first, self._last = inner(base), first, last

    def begin(self, space: Space) -> None:
        """Set up the learner for the shape of the world."""
        if begin := getattr(self._learner, "begin", None):
            begin(replace(space, user_dim=space.user_dim + len(_KNOTS)))

    def train(self, news: News, rows: Impressions, age: Floats, label: Floats, own: NDArray[np.bool_]) -> None:
        """Train on some of the rows, at an age."""
        aged = self._aged(rows.take(own), age[own])
        taught(self._learner, news, Examples.plain(aged, label[own]))

    def predict(self, rows: Impressions, age: Floats, unknown: float) -> Floats:
        """Return probabilities ``(r,)``, a value where unknown."""
        return expected(self._learner, self._aged(rows, age), unknown, most=1.0)

    def _aged(self, rows: Impressions, age: Floats) -> Impressions:
        long = np.log(np.clip(age, self._first, self._last) / self._first) / np.log(self._last / self._first)
        hinges = np.maximum(long[:, None] - _KNOTS, 0.0)
        return rows.replace(user_features=np.hstack([rows.user_features, hinges]))
