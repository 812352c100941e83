"""The answers to every item at requests still to come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.choices import Choice
from sim.draws import child, uniform

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
_NOBODY = 2**62  # lane of the noise of choosing nothing; item ids stay below it


def no_click_noise(keys: Keys) -> Floats:
    """Return the uniforms ``(n,)`` of choosing nothing, by outcome key.

    The outcome keys are ``(n,)``.
    """
    return uniform(child(keys, _NOBODY), 0)


@dataclass(frozen=True)
class Known:
    """What the log will know of impressions.

    Attributes:
        delivered_at: when it has the positive, the negative or the closing.
        closes_at: when nothing more can come.
        label: what it then says.
        reversed_at: when it takes that back; None where it never does.
        due_at: when it would have had the entry without outages; None where there is no incident of labels.
        lost: whether a positive was lost; likewise.
    """

    delivered_at: Floats
    closes_at: Floats
    label: NDArray[Any]
    reversed_at: Floats | None = None
    due_at: Floats | None = None
    lost: NDArray[np.bool_] | None = None

    @property
    def rare(self) -> bool:
        """Whether there is more than the first three."""
        return self.reversed_at is not None or self.due_at is not None

    @cached_property
    def _columns(self) -> list[NDArray[Any]]:
        own = [self.delivered_at, self.closes_at, self.label]
        if not self.rare:
            return own
        own.append(np.full(self.label.shape, np.inf) if self.reversed_at is None else self.reversed_at)
        return own if self.due_at is None or self.lost is None else [*own, self.due_at, self.lost]

    def at(self, row: int, column: int) -> tuple[Any, ...]:
        """Return the columns of one impression."""
        return tuple([own.item(row, column) for own in self._columns])

    def either(self, where: NDArray[np.bool_], other: Known) -> Known:
        """Return these columns with ``other``'s entries ``where`` true.

        ``other`` has the same shape.
        """
        pairs = zip(self._columns, other._columns, strict=True)
        return Known(*(np.where(where, theirs, own) for own, theirs in pairs))


@dataclass(frozen=True)
class PotentialOutcomes:
    """Answers of ``n`` requests to ``m`` items, clicked or not.

    Attributes:
        choice: how the items shown become clicks.
        utility: ``(n, m)`` log odds of a click.
        noise: ``(n, m)`` uniforms of the items.
        keys: ``(n,)`` outcome keys of the requests.
        if_not: ``(n, m)`` what becomes of an impression that is not clicked.
        if_clicked: ``(n, m)`` what becomes of one that is.
        size: items in a slate.
    """

    choice: Choice
    utility: Floats
    noise: Floats
    keys: Keys
    if_not: Known
    if_clicked: Known
    size: int
