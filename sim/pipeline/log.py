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
PENDING_AGE = 30 * 86400.0  # seconds after which an agent is no longer told that something is pending
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
    pending feedback, not the horizon. What never comes back stays pending for `PENDING_AGE`, like the rest.

    Args:
        features: from ``(users, items)`` to the observed features of both.
        window: seconds of impressions that trainings start over from, or None to read only news.
        keeps: False when nobody will ever train: nothing is stored.
        looks: whether anybody calls `look`.
    """

    def __init__(self, features: Features, window: float | None, *, keeps: bool, looks: bool) -> None:
        self._features, self._window, self.keeps, self._looks = features, window, keeps, looks
        self._rows: dict[str, NDArray[Any]] = {name: np.empty(_ROOM, kind) for name, kind in _KINDS.items()}
        self._lost: dict[str, NDArray[Any]] = {name: np.empty(0, kind) for name, kind in _KINDS.items()}
        self._first = self._end = 0
        self._served_from = 0
        self._tidy_from = _FEW
        self.pending = Pending()
        self._learnt: list[Floats] = []
        self._unread: list[Ints] = []
        self._unseen: list[Ints] = []
        self.matured = 0

    def append(self, columns: dict[str, NDArray[Any]]) -> None:
        """Append impressions in order of serving; the columns are those of `Impressions` but for features."""
        if not self.keeps:
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
        if not len(numbers):
            return
        self.matured += len(numbers)
        rows = numbers - self._first
        self._rows["known"][rows] = True
        self._learnt.append(self._rows["request_at"][rows])
        if self._window is None:
            self._unread.append(numbers)
        if self._looks:
            self._unseen.append(numbers)

    def look(self) -> Impressions:
        """Return what matured since the last look, in log order."""
        unseen, self._unseen = self._unseen, []
        return self._impressions(_joined(unseen))

    def cut(self, now: float) -> tuple[News, Floats]:
        """Return the news for a training at ``now``, and the request instants of what matured newly."""
        learnt, self._learnt = self._learnt, []
        if self._window is None:
            new, self._unread = _joined(self._unread), []
            fresh_from, self._served_from = self._served_from, self._end
            served = self._impressions(np.arange(fresh_from, self._end))
            news = News(now, False, served, self._impressions(new))
        else:
            news = self._all_since(now, now - self._window)
        return news, np.concatenate(learnt) if learnt else np.empty(0)

    def pending_at(self, now: float) -> Callable[[], Impressions]:
        """Return how to list what is pending ``now``, in order of serving; to be asked before the log moves on."""
        state = self.matured, self._end

        def unknown() -> Impressions:
            if (self.matured, self._end) != state:
                raise RuntimeError(f"what was pending at {now:g} s can be read while training, not later")
            rows, lost = self._stored(), self._lost
            out = ~rows["known"]
            columns = {name: np.concatenate([lost[name], values[out]]) for name, values in rows.items()}
            young = columns["request_at"] > now - PENDING_AGE
            return self._told({name: values[young] for name, values in columns.items()})

        return unknown

    def oldest_item(self) -> int | None:
        """Return the lowest item id among the impressions kept, None when there are none."""
        items = np.concatenate([self._lost["item"], self._stored()["item"]])
        return int(items.min()) if len(items) else None

    def forget(self, now: float) -> bool:
        """Drop what no later training can need, when that is much; say whether anything was dropped."""
        rows = self._stored()
        stored = len(rows["known"])
        if stored < self._tidy_from:
            return False
        gone = self._not_needed(rows, now)
        self._tidy_from = max(_FEW, 2 * (stored - gone))
        if gone < stored // 4:
            return False
        for name, values in rows.items():
            lost = np.concatenate([self._lost[name], values[:gone][~rows["known"][:gone]]])
            kept = values[gone:]
            self._lost[name] = lost
            self._rows[name] = np.concatenate([kept, np.empty(len(kept), values.dtype)])
        young = self._lost["request_at"] > now - PENDING_AGE
        self._lost = {name: values[young] for name, values in self._lost.items()}
        self._first += gone
        return True

    def _not_needed(self, rows: dict[str, NDArray[Any]], now: float) -> int:
        """Return how many of the stored rows, from the first, no later training can need."""
        needed = ~rows["known"] & np.isfinite(rows["delivered_at"])
        waiting = list(self._unseen)
        if self._window is None:
            waiting += [*self._unread, np.array([self._served_from])]
        else:
            needed |= rows["request_at"] > now - self._window
            needed |= rows["known"] & (rows["closes_at"] > now - self._window)
        first = int(np.argmax(needed)) if needed.any() else len(needed)
        return min([first, *(int(n.min()) - self._first for n in waiting)])

    def _all_since(self, now: float, since: float) -> News:
        rows = self._stored()
        served = np.arange(np.searchsorted(rows["request_at"], since, side="right"), len(rows["known"]))
        known = np.flatnonzero(rows["known"] & (rows["closes_at"] > since))
        known = known[np.lexsort((known, rows["delivered_at"][known]))]
        first = self._first
        return News(now, True, self._impressions(served + first), self._impressions(known + first), since)

    def _stored(self) -> dict[str, NDArray[Any]]:
        return {name: values[: self._end - self._first] for name, values in self._rows.items()}

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
