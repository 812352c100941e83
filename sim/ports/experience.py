"""What an agent is told: impressions as the log knows them, and the examples made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Impressions:
    """r impressions as columns. NaN in ``propensity`` and ``predicted`` means the policy gave none.

    Attributes:
        request_at: ``(r,)`` seconds.
        user: ``(r,)``.
        visit: ``(r,)``.
        position: ``(r,)`` from 0.
        item: ``(r,)`` item ids.
        propensity: ``(r,)``.
        predicted: ``(r,)`` outcome that the serving policy expected.
        user_features: ``(r, p)``.
        item_features: ``(r, d)``.
        delivered_at: ``(r,)`` when the log learnt the outcome; infinite while pending.
        closes_at: ``(r,)`` when the log can be sure that nothing more comes; ``delivered_at`` where
            there is no window; infinite while unknown.
        label: ``(r,)`` 1 for a delivered positive, else 0 (0 while pending: not yet known).
    """

    request_at: Floats
    user: Ints
    visit: Ints
    position: Ints
    item: Ints
    propensity: Floats
    predicted: Floats
    user_features: Floats
    item_features: Floats
    delivered_at: Floats
    closes_at: Floats
    label: Floats

    def __len__(self) -> int:
        return len(self.request_at)

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> Impressions:
        """Return the impressions of an index or a mask."""
        return Impressions(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    @staticmethod
    def join(parts: list[Impressions]) -> Impressions:
        """Return the impressions of several parts, one after another (at least one part)."""
        if len(parts) == 1:
            return parts[0]
        return Impressions(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Impressions)})


@dataclass(frozen=True)
class Examples:
    """Weighted training examples, one per row; a negative weight takes an earlier row back.

    Attributes:
        impressions: what each row is about, r rows (an impression may occur more than once).
        label: ``(r,)`` 0 or 1 as assumed.
        weight: ``(r,)``.
    """

    impressions: Impressions
    label: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.label)


@dataclass(frozen=True)
class News:
    """What the log has for a correction or a cadence to look at.

    Attributes:
        cutoff: the instant up to which the log was read, seconds.
        refit: True when these are *all* impressions of a window, to start over from; False when
            they are only what is new since the last cutoff.
        served: impressions served in it (known or not), in log order.
        matured: impressions whose outcome became known, in log order. In a refit: all known ones whose closing
            lies after ``since``, however old the request; a correction takes those that it would have made
            examples of within the window.
        since: where the refit window begins, seconds; minus infinity without one.
    """

    cutoff: float
    refit: bool
    served: Impressions
    matured: Impressions
    since: float = -np.inf


@dataclass(frozen=True)
class Experience:
    """What a learner trains on: a correction's examples, and what matured and what is pending.

    Attributes:
        news: what the log has (see `News`).
        examples: the rows that the correction made of it.
    """

    news: News
    examples: Examples
    _pending: Callable[[], Impressions]

    @property
    def cutoff(self) -> float:
        """The instant up to which the log was read, seconds."""
        return self.news.cutoff

    @property
    def refit(self) -> bool:
        """Whether to start over from these examples instead of adding them."""
        return self.news.refit

    @property
    def matured(self) -> Impressions:
        """Impressions whose outcome became known (see `News.matured`)."""
        return self.news.matured

    @cached_property
    def pending(self) -> Impressions:
        """Impressions of the last 30 days whose outcome is not known at the cutoff.

        Raises:
            RuntimeError: first asked for after the training it belongs to.
        """
        return self._pending()
