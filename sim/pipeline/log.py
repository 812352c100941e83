"""The log: what the system knows, in order of learning.

Agents see this and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sim.laws.instants import plus
from sim.pipeline.arrivals import Orders, in_queue
from sim.pipeline.columns import OF_REQUEST, Columns, Features, Table, as_known, joined, kinds
from sim.pipeline.coming import Coming
from sim.pipeline.learnt import Unlearnt
from sim.pipeline.log_reader import LogReader
from sim.pipeline.lost import Lost, pending_since
from sim.pipeline.pending import Pending
from sim.pipeline.refits import Matured, final, first_open
from sim.pipeline.reversals import BACK, TakenBack
from sim.pipeline.scheduled import Nothing, Scheduled
from sim.pipeline.truth import Truth
from sim.ports import Examples, Impressions, News
from sim.reading import Read, Stream
from sim.tuning import TUNING, Tuning

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Log:
    """Impressions by number, and which of them have matured.

    The number is their order of serving.

    A row is known at an instant if it was delivered by then. Rows that nothing can need again are
    dropped, so that memory follows the refit window and the pending feedback, not the horizon. What
    never comes back stays pending for 30 days, like the rest.

    Args:
        features: returns how to look up the observed features, now, of users and of items.
        window: seconds of impressions that trainings start over from, or None to read only news.
        adds: whether some trainings read only news where there is a window.
        keeps: False when nobody will ever train: nothing is stored.
        looks: whether anybody calls `poll`.
        horizon: seconds; what comes later comes never.
        size: impressions of a request.
        room: rows that will be kept, about; what is not written to is no memory yet.
        columns: that are stored, see `kinds`; None: the usual ones.
        counts: whether what `poll` returns is only counted; only with a window.
        truth: the column of settled labels, if a correction may read it.
        tuning: sizes.
    """

    def __init__(
        self,
        features: Callable[[], tuple[Features, Features]],
        window: float | None,
        *,
        keeps: bool,
        looks: bool,
        horizon: float,
        size: int = 1,
        room: int = 0,
        columns: dict[str, DTypeLike] | None = None,
        counts: bool = False,
        adds: bool = False,
        truth: Truth | None = None,
        tuning: Tuning = TUNING,
    ) -> None:
        self._horizon, self._dropped, self.truth = horizon, False, truth
        self._features, self._window, self.keeps, self._looks = features, window, keeps, looks
        self._adds = adds or window is None
        room = -(-min(max(room, tuning.log_rows), tuning.log_most_rows) // size) * size
        self._table = Table(size, kinds(frozenset(), narrow=looks) if columns is None else columns, room)
        self.reverses, self._back = "reversed_at" in self._table.columns, TakenBack()
        self._lost = Lost(self._table, horizon)
        self._coming, self._orders = Coming(horizon, tuning) if counts else None, Orders(horizon, tuning)
        self._end = self._settled = self._served_from = 0
        self._scheduled: Scheduled = Nothing()
        self._read_until, self.kept_from = -np.inf, np.inf  # what matures after the latter is kept
        self._few = self._tidy_from = tuning.log_kept
        self._at_once = tuning.rows_at_once
        self.pending, self._unlearnt = Pending(tuning), Unlearnt(tuning)
        self._unread, self._unseen = list[Ints](), list[Ints]()
        self.matured = 0
        self._reading = LogReader(self._table, features, truth)

    @property
    def _first(self) -> int:
        """Number of the first impression stored."""
        return self._table.first

    def append(self, columns: Columns) -> None:
        """Append impressions in order of serving.

        Args:
            columns: ``request_at user visit`` and any ``context`` of each request, and ``item propensity predicted
                delivered_at closes_at label`` of each impression, request by request.
        """
        if not self.keeps:
            return
        at = columns["delivered_at"]
        count, end = len(at), self._end
        self._table.write(self._room(count, float(columns["request_at"][0])), count, columns)
        self._end = self._settled = end + count
        if self._coming is not None:
            return
        comes, numbers = at <= self._horizon, np.arange(end, end + count)
        self.pending.add(*((at, numbers) if comes.all() else (at[comes], numbers[comes])))
        if self.reverses:
            at = columns["reversed_at"]
            comes = at <= self._horizon
            self.pending.add(at[comes], numbers[comes] + BACK)

    def _schedule(self, columns: Columns, scheduled: Scheduled) -> None:
        """Write down who will come when (see `LogWriter.schedule`)."""
        self._settle()
        self._scheduled = scheduled
        if self.keeps:
            count = scheduled.end - self._end
            self._table.write(self._room(count, self._read_until), count, columns)  # trainings may come before them

    @property
    def _rows(self) -> Table:
        self._settle()
        return self._table

    def _settle(self) -> None:
        """Move scheduled impressions into the columns."""
        if self._settled < self._end:
            self._scheduled.write(self._settled, self._table.columns, self._settled - self._first)
            self._settled = self._end

    def read(self, until: float) -> None:
        """Let the entries up to and including ``until`` mature."""
        self._read_until = until
        if self._coming is not None:
            self.matured += self._coming.count(self._stored()["delivered_at"], self._first, until)
            return
        numbers = self.pending.take(until)
        if not len(numbers):
            return
        self.matured += len(numbers)
        if self.reverses:
            numbers = self._back.note(numbers, self._adds)
        if "due_at" in self._table.columns:
            numbers = in_queue(numbers - self._first, self._rows.columns).astype(np.int64) + self._first
        if self._adds:
            self._unread.append(numbers)
        if self._looks:
            self._unseen.append(numbers)

    def poll(self) -> Impressions:
        """Return what matured since the last poll, in log order."""
        if self._coming is not None:
            return self._coming.seen()
        unseen, self._unseen = self._unseen, []
        return self._impressions(self._rows_of(joined(unseen)))

    def take_news(self, now: float, *, refit: bool | None = None) -> News:
        """Return the news for a training; a refit by default."""
        new, self._unread = joined(self._unread), []
        back = self._back.take(new) if self.reverses else new[:0]
        served_from, self._served_from = self._served_from, self._end
        if self._window is not None and refit is not False:
            return self._all_since(now, plus(now, -self._window))
        served, matured = self._between(served_from, now), self._impressions(self._rows_of(new))
        if not len(back):
            return News(now, False, served, matured)
        taken = Impressions(len(back), self._reading.stored(), self._rows_of(back))
        return News(now, False, served, matured, reversed=taken)

    def teach(self, examples: Examples, now: float) -> Floats:
        """Record what the learner was given ``now``.

        Returns the request instants of what it learnt by that.
        """
        return self._unlearnt.teach(examples, self._rows, self._end, now)

    def pending_at(self, now: float) -> Callable[[], Impressions]:
        """Return a function that lists what is pending ``now``.

        In order of serving; to be asked before the log moves on.
        """
        state = self.matured, self._end

        def unknown() -> Impressions:
            if (self.matured, self._end) != state:
                raise RuntimeError(f"what was pending at {now:g} s can be read while training, not later")
            first = self._served_until(pending_since(now))
            late = np.flatnonzero(self._stored()["delivered_at"][first:] > now) + first
            stored = Impressions(len(late), as_known(self._reader(), now), late)
            return Impressions.join([self._lost.pending(self._features(), now), stored])

        return unknown

    def oldest_item(self) -> int | None:
        """Return the lowest item id of kept impressions, or None.

        None when there are none.
        """
        items = self._lost.item, self._stored()["item"]
        return min((int(column.min()) for column in items if len(column)), default=None)

    def compact(self, now: float) -> bool:
        """Drop unneeded rows if many; say whether rows were dropped.

        Unneeded by any later training; dropped at any moment since the last call.
        """
        if self._end - self._first >= self._tidy_from:
            self._drop(now)
        dropped, self._dropped = self._dropped, False
        return dropped

    def _drop(self, now: float) -> int:
        """Drop the rows that no training after ``now`` can need.

        Only if they are a quarter or more. Returns how many rows were dropped.
        """
        rows, stored = self._rows, self._end - self._first
        gone = self._not_needed(now) // rows.size * rows.size
        self._tidy_from = max(self._few, 2 * (stored - gone))
        if gone < max(stored // 4, 1):
            return 0
        self._lost.keep(rows, gone, now)
        self._unlearnt.keep(rows, gone)
        self._orders.drop(gone)
        self._reading.drop()
        reach = max(self._end, self._scheduled.end) - self._first
        rows.move(gone, reach, reach)
        self._dropped = True
        return gone

    def _not_needed(self, now: float) -> int:
        """Count the first stored rows that no later training needs."""
        unread = [numbers for numbers in (*self._unseen, *self._unread, *self._back.waiting) if len(numbers)]
        waiting = [int(numbers.min()) for numbers in unread]
        if self._coming is not None:
            waiting.append(self._coming.upto)
        since = np.inf if self._window is None else plus(now, -self._window)
        if self._adds:
            waiting.append(self._served_from)
        most = min(min([self._end, *waiting]) - self._first, self._served_until(since))
        rows = {name: values[:most] for name, values in self._stored().items()}
        at = rows["delivered_at"]
        if self.reverses and self._adds:  # an incremental training is told of it
            at = np.where(rows["reversed_at"] <= self._horizon, rows["reversed_at"], at)
        until = min(self._read_until, self.kept_from)
        return first_open(at, rows["closes_at"], since, until, self._horizon, self._at_once)

    def _all_since(self, now: float, since: float) -> News:
        rows = self._stored()
        served = self._between(start := self._first + self._served_until(since), now)
        served.stream = Stream("served", start, final(rows, self._first, now, self._horizon))
        matured = Matured(rows, self._reader(), self._orders, since, now, not self.reverses)
        return News(now, True, served, matured, since, goes_on=self._adds)

    def _served_until(self, instant: float) -> int:
        """Count the stored impressions served up to an instant."""
        size = self._table.size
        request_at = self._table["request_at"][: (self._end - self._first) // size]
        return int(request_at.searchsorted(instant, side="right")) * size

    def _stored(self) -> Columns:
        """Return the columns of impressions up to the last served."""
        end, columns = self._end - self._first, self._rows.columns
        return {name: values[:end] for name, values in columns.items() if name not in OF_REQUEST}

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
        """Return all impressions from a number on, as known ``now``."""
        rows = slice(start - self._first, self._end - self._first)
        return Impressions(self._end - start, as_known(self._reader(), now), rows)

    def _reader(self) -> Read:
        self._settle()
        return self._reading.at(self._read_until)

    def _room(self, count: int, now: float) -> int:
        """Make room for impressions; return the row of the first."""
        if self._end - self._first + count > self._rows.room and self._drop(now) < count:
            stored = self._end - self._first
            self._reading.drop()
            self._table.move(0, stored, 2 * (stored + count))
        return self._end - self._first
