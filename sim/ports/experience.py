"""What an agent is told: what the log has, and the examples made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ports.impressions import Impressions

Floats = NDArray[np.float64]
_ONE = np.ones(1)
_ONE.setflags(write=False)


@dataclass
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

    @staticmethod
    def plain(impressions: Impressions, label: Floats) -> Examples:
        """Return examples of weight 1."""
        return Examples(impressions, label, _ONE if len(label) == 1 else np.ones(len(label)))


@dataclass
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


@dataclass
class Experience:
    """What a learner trains on: a correction's examples, and what matured and what is pending.

    Attributes:
        news: what the log has (see `News`).
        examples: the rows that the correction made of it.
        oldest_item: the lowest id of the items alive at the cutoff. No policy is asked about older ones again, as ids
            are never reused.
    """

    news: News
    examples: Examples
    _pending: Callable[[], Impressions]
    oldest_item: int = 0

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
