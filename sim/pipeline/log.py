"""The log: what the system knows, in the order in which it learnt it. Agents see this and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.queue import Pending
from sim.ports import Impressions, News

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Features = Callable[[Ints, Ints], tuple[Floats, Floats]]
_ROOM = 1024  # rows to begin with
_FEW = 4096  # rows that are not worth dropping
_KINDS: dict[str, type] = {
    "request_at": np.float64,
    "user": np.int64,
    "visit": np.int64,
    "position": np.int64,
    "item": np.int64,
    "propensity": np.float64,
    "predicted": np.float64,
    "delivered_at": np.float64,
    "closes_at": np.float64,
    "label": np.float64,
    "known": np.bool_,
}


class Log:
    """Impressions by number (their order of serving), and which of them have matured.

    Rows that nothing can need again are dropped, so that memory follows the refit window and the
    pending feedback, not the horizon. What never comes back stays pending, and is kept apart.

    Args:
        features: from ``(users, items)`` to the observed features of both.
        window: seconds of impressions that trainings start over from, or None to read only news.
        keeps: False when nobody will ever train: nothing is stored.
        looks: whether anybody calls `look`.
    """

    def __init__(self, features: Features, window: float | None, *, keeps: bool, looks: bool) -> None:
        self._features, self._window, self._keeps, self._looks = features, window, keeps, looks
        self._rows: dict[str, NDArray[Any]] = {name: np.empty(_ROOM, kind) for name, kind in _KINDS.items()}
        self._lost: dict[str, NDArray[Any]] = {name: np.empty(0, kind) for name, kind in _KINDS.items()}
        self._first = self._end = 0
        self._served_from = 0
        self.pending = Pending()
        self._unread: list[Ints] = []
        self._unseen: list[Ints] = []
        self.matured = 0

    def append(self, columns: dict[str, NDArray[Any]]) -> None:
        """Append impressions in order of serving; the columns are those of `Impressions` but for features."""
        if not self._keeps:
            return
        count = len(columns["request_at"])
        numbers = np.arange(self._end, self._end + count)
        into = self._room(count)
        for name, values in columns.items():
            self._rows[name][into] = values
        self._rows["known"][into] = False
        self._end += count
        at = columns["delivered_at"]
        comes = np.isfinite(at)
        if comes.all():
            self.pending.add(at, numbers)
        else:
            self.pending.add(at[comes], numbers[comes])

    def read(self, until: float) -> None:
        """Let the entries up to and including ``until`` mature."""
        numbers = self.pending.take(until)
        if len(numbers):
            self.matured += len(numbers)
            self._rows["known"][numbers - self._first] = True
            self._unread.append(numbers)
            if self._looks:
                self._unseen.append(numbers)

    def look(self) -> Impressions:
        """Return what matured since the last look, in log order."""
        unseen, self._unseen = self._unseen, []
        return self._impressions(_joined(unseen))

    def cut(self, now: float) -> tuple[News, Floats]:
        """Return the news for a training at ``now``, and the request instants of what matured newly."""
        new, self._unread = _joined(self._unread), []
        fresh_from, self._served_from = self._served_from, self._end
        request_at = self._rows["request_at"][new - self._first]
        if self._window is None:
            news = News(now, False, self._impressions(np.arange(fresh_from, self._end)), self._impressions(new))
        else:
            news = self._all_since(now)
        return news, request_at

    def unknown(self) -> Impressions:
        """Return all impressions whose outcome is not known, in order of serving."""
        stored = self._end - self._first
        out = ~self._rows["known"][:stored]
        lost = self._lost
        return self._told({name: np.concatenate([lost[name], v[:stored][out]]) for name, v in self._rows.items()})

    def oldest_item(self) -> int | None:
        """Return the lowest item id among the impressions kept, None when there are none."""
        items = np.concatenate([self._lost["item"], self._rows["item"][: self._end - self._first]])
        return int(items.min()) if len(items) else None

    def forget(self, now: float) -> bool:
        """Drop what no later training can need, when that is much; say whether anything was dropped."""
        stored = self._end - self._first
        if stored < _FEW or stored < len(self._rows["known"]) // 2:
            return False
        first = self._needed_from(now)
        gone = first - self._first
        if gone < stored // 4:
            return False
        lost = np.flatnonzero(~self._rows["known"][:gone])
        for name, values in self._rows.items():
            self._lost[name] = np.concatenate([self._lost[name], values[lost]])
            kept = values[gone:stored].copy()
            self._rows[name] = np.concatenate([kept, np.empty(len(kept), values.dtype)])
        self._first = first
        return True

    def _needed_from(self, now: float) -> int:
        stored = self._end - self._first
        unknown = np.flatnonzero(~self._rows["known"][:stored] & np.isfinite(self._rows["delivered_at"][:stored]))
        first = self._first + (int(unknown[0]) if len(unknown) else stored)
        waiting = [int(n.min()) for n in (*self._unread, *self._unseen)]
        first = min([first, self._served_from, *waiting])
        if self._window is not None:
            since = np.searchsorted(self._rows["request_at"][:stored], now - self._window, side="right")
            first = min(first, self._first + int(since))
        return first

    def _all_since(self, now: float) -> News:
        assert self._window is not None
        stored = self._end - self._first
        since = int(np.searchsorted(self._rows["request_at"][:stored], now - self._window, side="right"))
        served = np.arange(self._first + since, self._end)
        known = served[self._rows["known"][since:stored]]
        order = np.lexsort((known, self._rows["delivered_at"][known - self._first]))
        return News(now, True, self._impressions(served), self._impressions(known[order]))

    def _impressions(self, numbers: Ints) -> Impressions:
        rows = numbers - self._first
        return self._told({name: values[rows] for name, values in self._rows.items()})

    def _told(self, columns: dict[str, NDArray[Any]]) -> Impressions:
        unknown = ~columns.pop("known")
        if unknown.any():
            columns["label"][unknown] = 0.0
            columns["delivered_at"][unknown] = np.inf
            columns["closes_at"][unknown] = np.inf
        user_features, item_features = self._features(columns["user"], columns["item"])
        return Impressions(user_features=user_features, item_features=item_features, **columns)

    def _room(self, count: int) -> slice:
        at = self._end - self._first
        if at + count > len(self._rows["known"]):
            for name, values in self._rows.items():
                self._rows[name] = np.concatenate([values[:at], np.empty(at + 2 * count, values.dtype)])
        return slice(at, at + count)


def _joined(parts: list[Ints]) -> Ints:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
