"""Logged requests beside what a target would show at them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.off_policy.target import Options
from sim.world import Answers, Served

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Places = NDArray[np.intp]


class Gathered:
    """Columns of logged requests, gathered batch by batch.

    Args:
        user_features: ``(users, p)`` what agents see of users.

    Attributes:
        context: ``(n, q)`` what they see of requests besides.
        at: ``(n,)`` seconds, ascending.
        user: ``(n,)``.
        visit: ``(n,)``.
        item: ``(n, size)``.
        propensity: ``(n, size)`` of the logging policy.
        target: ``(n, size)`` of the target policy.
        slate: ``(n,)`` of the target policy, of whole slates.
        truth: ``(n,)`` expected reward of the target.
        delivered_at: ``(n, size)`` seconds.
        label: ``(n, size)`` what the log says once it has the outcome.
        reversed_at: ``(n, size)`` when it takes that back, seconds; infinite for never.
    """

    context: Floats
    at: Floats
    user: Ints
    visit: Ints
    item: Ints
    propensity: Floats
    target: Floats
    slate: Floats
    truth: Floats
    delivered_at: Floats
    label: Floats
    reversed_at: Floats

    def __init__(self, user_features: Floats) -> None:
        self.user_features = user_features
        self._columns: dict[str, list[NDArray[Any]]] = {}
        self._options: list[tuple[int, Options]] = []
        self._ids, self._features = list[Ints](), list[Floats]()
        self._count, self._last = 0, -1

    def __len__(self) -> int:
        return self._count

    def add(self, served: Served, answers: Answers, options: Options) -> None:
        """Add a batch."""
        answer = answers.answer
        back = np.full(answer.item.shape, np.inf) if answer.reversed_at is None else answer.reversed_at
        columns = {
            "context": answers.context, "at": answers.at, "user": answers.user, "visit": answers.visit,
            "item": answer.item, "propensity": answer.propensity,
            "delivered_at": answer.delivered_at, "label": answer.label.astype(np.float64),
            "reversed_at": back,
            "target": options.propensity, "slate": options.slate, "truth": options.truth,
        }  # fmt: skip
        for name, column in columns.items():
            self._columns.setdefault(name, []).append(column)
        self._options.append((self._count, options))
        self._count += len(answers)
        for catalogue in served.batch.alive.catalogues:  # ids rise, and are not used again
            new = catalogue.ids > self._last
            self._ids.append(catalogue.ids[new])
            self._features.append(catalogue.features[new])
            self._last = max(self._last, int(catalogue.ids[-1]))

    def __getattr__(self, name: str) -> NDArray[Any]:
        """Return a column of all requests."""
        parts = self.__dict__.get("_columns", {}).get(name)
        if parts is None:
            raise AttributeError(name)
        if len(parts) > 1:
            parts[:] = [np.concatenate(parts)]
        column: NDArray[Any] = parts[0]
        return column

    def until(self, at: float) -> Gathered:
        """Return the requests up to an instant."""
        count = int(np.searchsorted(self.at, at, "right"))
        out = Gathered(self.user_features)
        out._columns = {name: [getattr(self, name)[:count]] for name in self._columns}
        out._options = [(start, options) for start, options in self._options if start < count]
        out._ids, out._features, out._count = self._ids, self._features, count
        return out

    def options(self, rows: Places, position: int) -> Iterator[tuple[Places, Ints, Floats]]:
        """Yield rows, the target's items ``(r, k)`` and chances."""
        for start, options in self._options:
            own = rows[(rows >= start) & (rows < start + len(options.chance))]
            if len(own):
                yield own, options.item[own - start, :, position], options.chance[own - start]

    def observed(self, rows: Places) -> Floats:
        """Return what agents saw at requests, ``(r, p + q)``."""
        return np.hstack([self.user_features[self.user[rows]], self.context[rows]])

    def features_of(self, item: Ints) -> Floats:
        """Return the features of items, ``(r, d)``."""
        ids, features = self._table
        return np.asarray(features[np.searchsorted(ids, item)])

    @cached_property
    def _table(self) -> tuple[Ints, Floats]:
        ids, features = np.concatenate(self._ids), np.concatenate(self._features)
        order = np.argsort(ids, kind="stable")
        return ids[order], features[order]
