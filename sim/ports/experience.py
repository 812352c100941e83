"""What an agent learns from: the log's news, as examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.ports.impressions import Impressions
from sim.reading import LabelledRows

Floats = NDArray[np.float64]


def _nothing() -> Impressions:
    return Impressions.of({"number": np.empty(0, dtype=np.int64), "label": np.empty(0)})


@dataclass
class News:
    """The part of the log that a correction reads.

    Attributes:
        cutoff: the instant up to which the log was read, seconds.
        refit: True if these are *all* impressions of a window, to start over from; False if they are only what is new
            since the last cutoff.
        served: impressions served in this period (outcome known or not), in log order.
        matured: impressions whose outcome became known, in log order. In a refit: all known ones whose closing lies
            after ``since``, however old the request; a correction uses those that it would have turned into examples
            within the window.
        since: start of the refit window, seconds; -inf without one.
        reversed: impressions whose positive was taken back in this period, in log order, with the label that they had
            in earlier news. In a refit there are none: labels are then those of the cutoff, 0 from a reversal on. The
            labels of ``served`` and ``matured`` always are.
        goes_on: of a refit, whether later trainings add what is new after it.
        warm: of a refit, whether the learner begins with what it knew before, not with nothing.
    """

    cutoff: float
    refit: bool
    served: Impressions
    matured: Impressions
    since: float = -np.inf
    reversed: Impressions = field(default_factory=_nothing)
    goes_on: bool = False
    warm: bool = False

    def age(self, rows: Impressions) -> Floats:
        """Return how long ago impressions were served, at the cutoff.

        ``(r,)``, seconds.
        """
        return np.asarray(self.cutoff - rows.request_at)


class Examples(LabelledRows[Impressions, "Examples"]):
    """Weighted training examples, one per row.

    A negative weight takes an earlier row back.

    ``label``, ``weight`` and the columns of ``impressions`` are arrays of all rows. A refit may be handed tens of
    millions: ``parts(rows)`` goes through them in little memory, as often as you like; ``part(start, stop)`` is one.

    Args:
        impressions: the impression of each row, r rows (an impression may occur more than once).
        label: ``(r,)`` finite numbers, of the kind that the learner takes (see `LABELS`). None: those of the log.
        weight: ``(r,)``. None: 1.
    """

    @staticmethod
    def plain(impressions: Impressions, label: Floats | None = None) -> Examples:
        """Return examples of weight 1."""
        return Examples(impressions, label)


@dataclass
class Experience:
    """The input of a training.

    Attributes:
        news: the part of the log that was read.
        examples: the correction's examples of it.
        oldest_item: the lowest id of the items alive at the cutoff. Policies never get older ones again, as ids are not
            reused.
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
        """Whether to start over from these examples, not add them."""
        return self.news.refit

    @property
    def warm(self) -> bool:
        """Whether a refit begins with what the learner knew before."""
        return self.news.refit and self.news.warm

    @property
    def matured(self) -> Impressions:
        """Impressions whose outcome became known (see `News`)."""
        return self.news.matured

    @cached_property
    def pending(self) -> Impressions:
        """Impressions of the last 30 days without a known outcome.

        Raises:
            RuntimeError: first read after the training it belongs to.
        """
        return self._pending()
