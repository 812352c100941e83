"""The log: what the system knows, in the order in which it learnt it. Agents see this and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.laws.instants import plus
from sim.pipeline.columns import KINDS, NARROW, Columns, Features, as_known, joined, reader, with_room
from sim.pipeline.foreseen import Entry, Foreseen, Known
from sim.pipeline.learnt import Unlearnt
from sim.pipeline.queue import Pending
from sim.ports import Examples, Impressions, News, rising
from sim.ports.impressions import Read

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PENDING_AGE = 30 * 86400.0  # seconds after which an agent is no longer told that something is pending
_ROOM = 1024  # rows to begin with, at least
_MOST_ROOM = 1 << 22  # and at most
_FEW = 4096  # rows that are not worth dropping


class Log:
    """Impressions by number (their order of serving), and which of them have matured.

    A row is known at an instant if it was delivered by then. Rows that nothing can need again are
    dropped, so that memory follows the refit window and the pending feedback, not the horizon. What
    never comes back stays pending for `PENDING_AGE`, like the rest.

    Args:
        features: returns how to look up the observed features, now, of users and of items.
        window: seconds of impressions that trainings start over from, or None to read only news.
        keeps: False when nobody will ever train: nothing is stored.
        looks: whether anybody calls `look`.
        horizon: seconds; what comes later comes never.
        room: rows that will be kept, about; what is not written to is no memory yet.
    """

    def __init__(
        self,
        features: Callable[[], tuple[Features, Features]],
        window: float | None,
        *,
        keeps: bool,
        looks: bool,
        horizon: float,
        room: int = 0,
    ) -> None:
        self._horizon, self._dropped = horizon, False
        self._features, self._window, self.keeps, self._looks = features, window, keeps, looks
        room = min(max(room, _ROOM), _MOST_ROOM)
        kinds = NARROW if looks else KINDS  # where each entry is looked at by itself, it is not to be converted too
        kinds = kinds | {"learnt": np.bool_}  # which no agent sees
        self._columns: Columns = {name: np.empty(room, kind) for name, kind in kinds.items()}
        self._lost: Columns = {name: np.empty(0, kind) for name, kind in kinds.items()}
        self._first = self._end = self._settled = 0
        self._foreseen = Foreseen(0, [], [], np.empty((0, 1)), [])
        self._served_from = 0
        self._read_until = -np.inf
        self._tidy_from = _FEW
        self.pending = Pending()
        self._unlearnt = Unlearnt()
        self._unread: list[Ints] = []
        self._unseen: list[Ints] = []
        self.matured = 0
        self._read: tuple[Features, Read] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy is made of; what reads the columns reads this log's own."""
        return vars(self) | {"_read": None}

    def append(self, columns: Columns) -> None:
        """Append impressions in order of serving; the columns are those of `Impressions` but for features."""
        if not self.keeps:
            return
        at = columns["delivered_at"]
        count = len(at)
        into = self._room(count, float(columns["request_at"][0]))
        for name, values in columns.items():
            self._columns[name][into] = values
        numbers = np.arange(self._end, self._end + count)
        self._columns["number"][into], self._columns["learnt"][into] = numbers, False
        self._end = self._settled = self._end + count
        comes = at <= self._horizon
        if comes.all():
            self.pending.add(at, numbers)
        else:
            self.pending.add(at[comes], numbers[comes])

    def foresee(self, columns: Columns, features: Floats, ids: Ints) -> Foreseen:
        """Write down who will come when.

        Args:
            columns: ``request_at user visit position`` of all impressions served next.
            features: ``(users, p)`` observed features of all users; read only.
            ids: ``(m,)`` of the items alive.

        Returns:
            Where to write down what is shown; each request is then told to `append_next`.
        """
        self._settle()
        request_at, user = (columns[name].tolist() for name in ("request_at", "user"))
        self._foreseen = Foreseen(self._end, request_at, user, features, ids.tolist())
        if self.keeps:
            into = self._room(len(user), self._read_until)  # trainings may come before the first of these
            numbers = np.arange(self._end, self._end + len(user))
            for name, values in (columns | {"number": numbers, "learnt": np.False_}).items():
                self._columns[name][into] = values
        return self._foreseen

    def append_next(self, fates: list[Known]) -> None:
        """Append the impressions of the next request foreseen, which have been written down.

        Args:
            fates: ``delivered_at closes_at label`` of each.
        """
        if not self.keeps:
            return
        number = self._end
        for delivered_at, _, _ in fates:
            if delivered_at <= self._horizon:
                self.pending.push(delivered_at, number)
            number += 1
        self._end = number

    @property
    def _rows(self) -> Columns:
        self._settle()
        return self._columns

    def _settle(self) -> None:
        """Move into the columns what was written down of the impressions foreseen."""
        if self._settled < self._end:
            self._foreseen.settle(self._settled, self._columns, self._settled - self._first)
            self._settled = self._end

    def read(self, until: float) -> None:
        """Let the entries up to and including ``until`` mature."""
        self._read_until = until
        numbers = self.pending.take(until)
        if not len(numbers):
            return
        self.matured += len(numbers)
        if self._window is None:
            self._unread.append(numbers)
        if self._looks:
            self._unseen.append(numbers)

    def one(self, now: float) -> Entry | None:
        """Let the only entry up to ``now`` mature, be news, and be learnt as it is, at once.

        Returns:
            Item, user features ``(1, p)`` (read only), label, and request instant; None, and nothing happened, when
            there are more entries or other news. There must be no window.
        """
        if self._unread or (number := self.pending.only(now)) is None:
            return None
        self._read_until, self._served_from = now, self._end
        self.matured += 1
        self._columns["learnt"][number - self._first] = True
        if number >= self._foreseen.first:
            return self._foreseen.entry(number)
        rows, row = self._columns, number - self._first
        features = self._features()[0](rows["user"][row : row + 1])
        return rows["item"].item(row), features, rows["label"].item(row), rows["request_at"].item(row)

    def look(self) -> Impressions:
        """Return what matured since the last look, in log order."""
        unseen, self._unseen = self._unseen, []
        return self._impressions(self._rows_of(joined(unseen)))

    def cut(self, now: float) -> News:
        """Return the news for a training at ``now``."""
        if self._window is not None:
            return self._all_since(now, plus(now, -self._window))
        new, self._unread = self._rows_of(joined(self._unread)), []
        served = self._between(self._served_from, now)
        self._served_from = self._end
        return News(now, False, served, self._impressions(new))

    def teach(self, examples: Examples, now: float) -> Floats:
        """Note what the learner was handed at ``now``; return the request instants of what it learnt by that."""
        return self._unlearnt.teach(examples, self._stored(), self._first, now)

    def pending_at(self, now: float) -> Callable[[], Impressions]:
        """Return how to list what is pending ``now``, in order of serving; to be asked before the log moves on."""
        state = self.matured, self._end

        def unknown() -> Impressions:
            if (self.matured, self._end) != state:
                raise RuntimeError(f"what was pending at {now:g} s can be read while training, not later")
            rows, lost = self._stored(), self._lost
            columns = {name: np.concatenate([lost[name], values]) for name, values in rows.items()}
            young = (columns["delivered_at"] > now) & (columns["request_at"] > plus(now, -PENDING_AGE))
            read = as_known(reader(columns, self._features()), now)
            return Impressions(int(young.sum()), read, np.flatnonzero(young))

        return unknown

    def oldest_item(self) -> int | None:
        """Return the lowest item id among the impressions kept, None when there are none."""
        items = np.concatenate([self._lost["item"], self._stored()["item"]])
        return int(items.min()) if len(items) else None

    def forget(self, now: float) -> bool:
        """Drop what no later training can need, when that is much; say whether anything was since the last time."""
        if self._end - self._first >= self._tidy_from:
            self._drop(now)
        dropped, self._dropped = self._dropped, False
        return dropped

    def _drop(self, now: float) -> int:
        """Drop what no training after ``now`` can need if it is a quarter or more; return how many rows that was."""
        rows = self._stored()
        stored = self._end - self._first
        gone = self._not_needed(rows, now)
        self._tidy_from = max(_FEW, 2 * (stored - gone))
        if gone < max(stored // 4, 1):
            return 0
        late, since = rows["delivered_at"][:gone] > self._horizon, plus(now, -PENDING_AGE)
        never = np.flatnonzero(late & (rows["request_at"][:gone] > since))
        old = self._lost["request_at"] > since
        self._lost = {name: np.concatenate([self._lost[name][old], v[never]]) for name, v in rows.items()}
        self._unlearnt.keep({name: values[:gone] for name, values in rows.items()})
        del rows
        self._read = None  # nor may it keep alive what is moved
        reach = max(self._end, self._foreseen.end) - self._first
        for name in list(self._columns):
            self._rows[name] = with_room(self._rows.pop(name)[gone:reach], reach)
        self._first += gone
        self._dropped = True
        return gone

    def _not_needed(self, rows: Columns, now: float) -> int:
        """Return how many of the stored rows, from the first, no later training can need."""
        delivered = rows["delivered_at"]
        comes = delivered <= self._horizon
        needed = (delivered > self._read_until) & comes
        waiting = list(self._unseen)
        if self._window is None:
            waiting += [*self._unread, np.array([self._served_from])]
        else:
            since = plus(now, -self._window)
            needed |= (rows["request_at"] > since) | (comes & (rows["closes_at"] > since))
        first = int(np.argmax(needed)) if needed.any() else len(needed)
        return min([first, *(int(n.min()) - self._first for n in waiting)])

    def _all_since(self, now: float, since: float) -> News:
        rows = self._stored()
        delivered = rows["delivered_at"]
        served = int(np.searchsorted(rows["request_at"], since, side="right")) + self._first
        known = np.flatnonzero((delivered <= now) & (rows["closes_at"] > since))
        known = known[rising(delivered[known])]
        return News(now, True, self._between(served, now), self._impressions(known), since)

    def _stored(self) -> Columns:
        return {name: values[: self._end - self._first] for name, values in self._rows.items()}

    def _rows_of(self, numbers: Ints) -> Ints | slice:
        """Return where the impressions of some numbers are stored."""
        if len(numbers) == 1:  # online learning is made of these
            row = numbers.item() - self._first
            return slice(row, row + 1)
        return numbers - self._first

    def _impressions(self, rows: Ints | slice) -> Impressions:
        count = rows.stop - rows.start if isinstance(rows, slice) else len(rows)
        return Impressions(count, self._reader(), rows)

    def _between(self, start: int, now: float) -> Impressions:
        """Return all impressions from a number on, with what is known of them ``now``."""
        rows = slice(start - self._first, self._end - self._first)
        return Impressions(self._end - start, as_known(self._reader(), now), rows)

    def _reader(self) -> Read:
        """Return how to read all columns as they are; the same one until rows move or items are forgotten."""
        self._settle()
        features = self._features()
        if self._read is None or self._read[0] is not features[1]:
            self._read = features[1], reader(self._rows, features)
        return self._read[1]

    def _room(self, count: int, now: float) -> slice:
        at = self._end - self._first
        if at + count > len(self._rows["item"]):
            self._make_room(count, now)
            at = self._end - self._first
        return slice(at, at + count)

    def _make_room(self, count: int, now: float) -> None:
        """Drop what is not needed any more, or else take twice the room, one column after another."""
        if self._drop(now) >= count:
            return
        stored, self._read = self._end - self._first, None
        for name in list(self._columns):
            self._rows[name] = with_room(self._rows.pop(name)[:stored], 2 * (stored + count))
