"""The writing end of the log for single requests.

They are known ahead, and what they show is written down later.
"""

from __future__ import annotations

from sim.pipeline.columns import Columns, seen
from sim.pipeline.log import Log
from sim.pipeline.reversals import BACK
from sim.pipeline.scheduled import Entry, Known, Scheduled


class LogWriter:
    """The part of the log that single requests need.

    Args:
        log: the log.
    """

    def __init__(self, log: Log) -> None:
        self._log = log

    @property
    def matured(self) -> int:
        """How many entries have matured."""
        return self._log.matured

    @property
    def reverses(self) -> bool:
        """Whether positives may be taken back."""
        return self._log.reverses

    @property
    def loses(self) -> bool:
        """Whether entries may come that are learnt by nobody."""
        return "lost" in self._log._table.columns

    @property
    def end(self) -> int:
        """Number of the next impression."""
        return self._log._end

    def schedule(self, columns: Columns, scheduled: Scheduled) -> None:
        """Make room for the next impressions.

        Each is then passed to `append`.

        Args:
            columns: ``request_at user visit`` and any ``context`` of their requests.
            scheduled: where what is shown is written down; its ``first`` is `end`.
        """
        self._log._schedule(columns, scheduled)

    def append(self, outcomes: list[Known]) -> None:
        """Append the written impressions of the next request.

        Args:
            outcomes: ``delivered_at closes_at label`` of each, and ``reversed_at`` where the log has reversals.
        """
        log = self._log
        if not log.keeps:
            return
        number = log._end
        for known in outcomes if log._coming is None else ():
            if known[0] <= log._horizon:
                log.pending.push(known[0], number)
            if log.reverses and known[3] <= log._horizon:
                log.pending.push(known[3], number + BACK)
            number += 1
        log._end += len(outcomes)

    def take_only(self, now: float) -> Entry | None:
        """Mature and learn the only entry up to ``now``.

        It is news, and is learnt as it is, at once.

        Returns:
            Item, observed features ``(1, p)`` (read only), label, and request instant; None, and nothing happened, when
            there are more entries or other news. The cadence must have no refit window.
        """
        log = self._log
        if log._unread or (number := log.pending.only(now)) is None:
            return None
        log._read_until, log._served_from = now, log._end
        log.matured += 1
        rows, row = log._table, number - log._first
        rows["learnt"][row] = True
        if number >= log._scheduled.first:
            return log._scheduled.entry(number)
        request = row // rows.size
        features = seen(log._features()[0], rows.columns, slice(request, request + 1))
        features.setflags(write=False)
        return rows["item"].item(row), features, rows["label"].item(row), rows["request_at"].item(request)
