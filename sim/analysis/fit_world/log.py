"""An impression log in numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.fit_world.found import Floats, Ints


@dataclass(frozen=True)
class Log:
    """A row per impression, in order of time.

    Attributes:
        at: ``(n,)`` instants of the requests, seconds since the midnight at which day 0 begins.
        user: ``(n,)`` from 0.
        request: ``(n,)`` from 0, in order of time.
        position: ``(n,)`` from 0; None where the log does not say.
        item: ``(n,)`` from 0.
        propensity: ``(n,)`` of the item at its position; NaN where the log does not say.
        clicked: ``(n,)`` whether a click is known by `end`.
        click_at: ``(n,)`` its instant; NaN where there is none, or the log does not say.
        converted_at: ``(n,)`` instants of conversions, NaN where none is known by `end`; None: not logged.
        end: up to when the log knows what happened, seconds.
        steps: resolution of the clocks of requests and of clicks, seconds.
        timed: whether clicks have instants.
        dated: whether the log has dates; day 0 is a Monday then.
    """

    at: Floats
    user: Ints
    request: Ints
    position: Ints | None
    item: Ints
    propensity: Floats
    clicked: NDArray[np.bool_]
    click_at: Floats
    converted_at: Floats | None
    end: float
    steps: tuple[float, float]
    timed: bool
    dated: bool = False

    @property
    def users(self) -> int:
        """How many users were seen."""
        return int(self.user.max()) + 1

    @property
    def requests(self) -> int:
        """How many requests there are."""
        return len(self.visit_at)

    @property
    def size(self) -> int:
        """Items in the longest slate."""
        return int(np.bincount(self.request).max()) if self.position is None else int(self.place.max()) + 1

    @cached_property
    def _first(self) -> NDArray[np.intp]:
        return np.unique(self.request, return_index=True)[1]

    @cached_property
    def visit_at(self) -> Floats:
        """The instant of each request, ``(requests,)``."""
        return self.at[self._first]

    @cached_property
    def visitor(self) -> Ints:
        """The user of each request, ``(requests,)``."""
        return self.user[self._first]

    @cached_property
    def watched(self) -> Floats:
        """For how long each impression was watched, seconds."""
        return self.end - self.at

    @property
    def place(self) -> Ints:
        """The position of each impression, else 0."""
        return np.zeros(len(self.item), dtype=np.int64) if self.position is None else self.position

    @property
    def days(self) -> float:
        """From the first request to the end of the log."""
        return float(self.end - self.at[0]) / 86400.0

    @cached_property
    def drawn(self) -> NDArray[np.bool_]:
        """Which rows are of requests left to chance.

        Every position was, with propensities that the log has.
        """
        known = (self.propensity > 0.0) & (self.propensity < 1.0)
        return np.asarray((np.bincount(self.request, ~known) == 0.0)[self.request])

    @cached_property
    def uniform(self) -> bool:
        """Whether all items were equally likely at every position."""
        return bool(self.drawn.all()) and float(np.ptp(self.propensity)) < 1e-9

    def take(self, rows: Any) -> Log:
        """Return some rows, their requests numbered anew."""
        columns = {name: getattr(self, name) for name in _ROWS}
        own = {name: column[rows] for name, column in columns.items() if column is not None}
        own["request"] = np.unique(own["request"], return_inverse=True)[1]
        return replace(self, **own)


_ROWS = ("at", "user", "request", "position", "item", "propensity", "clicked", "click_at", "converted_at")
