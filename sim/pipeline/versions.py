"""All policy versions of a run and their history.

What each has read, and when it was trained, went live and was retired.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import repeat
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.routes import Answering, Routes
from sim.pipeline.version import OF_VERSION, Version, VersionRow, row_of
from sim.ports import Policy

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Versions:
    """All versions of a run.

    Args:
        policy: the untrained policy, version 0.

    Attributes:
        serving: the newest version that is live for all.
        candidate: the version that some users try first, if there is one.
        waiting: number of the version that is to be tried next, if there is one.
        newest_live: number of the newest version that ever went live.
        routes: which version answers whom, where it is not always the newest one; else None.
        newest_answered: number of the newest version that has answered a request, -1 before the first.
        rollbacks: how many may still come; as many versions before the serving one are kept.
        count: versions so far.
        in_flight: versions trained and not live yet.
    """

    def __init__(self, policy: Policy) -> None:
        self.serving = Version(0, 0.0, 0, policy, trained_at=0.0, live_at=0.0)
        self.candidate: Version | None = None
        self.waiting: int | None = None
        self.newest_live, self.rollbacks = 0, 0
        self._before: list[Version] = []
        self.routes: Routes | None = None
        self.newest_answered = -1
        self.count, self.in_flight = 1, 0
        self._lives = [0]  # numbers of those that went live, where there are routes
        self._open: dict[int, Version] = {}  # those that have not served yet
        self._closed: list[tuple[Any, ...]] = []
        self._newly: dict[int, list[Floats]] = {}  # of versions that have not answered yet
        self._learnt, self._label_at = 0, -np.inf

    def start(self, cutoff_at: float, examples: int, policy: Policy, newly: Floats) -> Version:
        """Add the version whose training starts now.

        Args:
            cutoff_at: seconds.
            examples: matured log entries up to the cutoff.
            policy: what it will answer with.
            newly: request instants of the impressions that it is the first to learn, in order.
        """
        self._learnt += len(newly)
        if len(newly):
            self._label_at = max(self._label_at, newly.item(-1))
        version = Version(self.count, cutoff_at, examples, policy, self._learnt, self._label_at)
        self._open[version.number], self._newly[version.number] = version, [newly]
        self.count += 1
        return version

    def trained(self, number: int, at: float) -> None:
        """Note that a version's training is over."""
        self._open[number] = replace(self._open[number], trained_at=at)
        self.in_flight += 1

    def arrive(self, number: int, at: float) -> None:
        """End a version's push and make it live.

        Unless a newer one is live: the newest wins.
        """
        if number < self.newest_live:
            self.supersede(number)
            return
        version = self._leave(number, at)
        self._retire(at)
        self.serving = version
        if self.routes is not None:
            self.routes.go_live(version, at)

    def _leave(self, number: int, at: float) -> Version:
        """Return a version that goes live now."""
        self.in_flight -= 1
        self.newest_live = number
        if self.routes is not None:
            self._lives.append(number)
        return replace(self._open.pop(number), live_at=at)

    def supersede(self, number: int) -> None:
        """Drop a version that a newer one has overtaken."""
        self.in_flight -= 1
        self._closed.append(row_of(self._open.pop(number), None, "superseded"))

    def reject(self, number: int) -> None:
        """Drop a version that is not pushed."""
        self.in_flight -= 1
        self._closed.append(row_of(self._open.pop(number), None, "rejected"))

    def try_out(self, number: int, at: float) -> None:
        """Let those users have a version who try it first."""
        assert self.routes is not None
        self.candidate = self._leave(number, at)
        self.routes.go_live(self.candidate, at, tries=True)

    def promote(self, at: float) -> None:
        """Let all users have the candidate."""
        assert self.routes is not None
        assert self.candidate is not None
        self._retire(at)
        self.serving, self.candidate = self.candidate, None
        self.routes.go_live(self.serving, at, tries=False)

    def withdraw(self, at: float) -> None:
        """Take the candidate back from those who tried it."""
        assert self.routes is not None
        assert self.candidate is not None
        self._close(self.candidate, at)
        self.candidate = None
        self.routes.go_live(self.serving, at, tries=True)

    def roll_back(self, at: float) -> None:
        """Let the version before the serving one serve again.

        One that was never live for all is none; without any nothing happens. The newest still wins: what is older than
        the version taken back stays superseded.
        """
        self.rollbacks -= 1
        if not self._before:
            return
        self._close(self.serving, at)
        self.serving = self._before.pop()
        self._closed = [row for row in self._closed if row[0] != self.serving.number]
        if self.routes is not None:
            self.routes.go_live(self.serving, at)

    def _retire(self, at: float) -> None:
        """Close the serving version, for which a newer one comes."""
        self._closed.append(row_of(self.serving, at, "retired"))
        self._before.append(self.serving)
        del self._before[: max(0, len(self._before) - self.rollbacks)]

    def _close(self, version: Version, at: float) -> None:
        """Close a version that is taken back."""
        self._closed.append(row_of(version, at, "rolled_back"))
        if self.routes is not None:
            self._lives.remove(version.number)

    @property
    def answered(self) -> bool:
        """Whether the serving version or a newer one has answered."""
        return self.serving.number <= self.newest_answered

    def take_newly(self, number: int | None = None) -> list[Floats]:
        """Note that a version answers for the first time.

        Args:
            number: of the version, newer than any that has answered; None for the serving one.

        Returns:
            Request instants of the impressions that it, or a version before it that never answered before it, was the
            first to learn.
        """
        self.newest_answered = self.serving.number if number is None else number
        known = sorted(old for old in self._newly if old <= self.newest_answered)
        return [newly for old in known for newly in self._newly.pop(old)]

    def answering(self, user: Ints, at: Floats) -> Answering:
        """Return which versions answer requests.

        Args:
            user: ``(n,)``.
            at: ``(n,)`` seconds, in order; none before a request that was answered.
        """
        return Answering([self.serving]) if self.routes is None else self.routes.answering(user, at)

    def stamps(self, user: Ints, at: Floats) -> dict[str, Any]:
        """Return what requests keep of their versions.

        Args:
            user: ``(n,)``.
            at: ``(n,)`` seconds, in order.

        Returns:
            Columns ``(n,)``, or one value for all.
        """
        if self.routes is None:
            return dict(zip(OF_VERSION, self.serving.stamp(self.in_flight), strict=True))
        answering, further = self.routes.advance(user, at), self.routes.columns(user)
        stamps = [version.stamp(self.in_flight + self._behind(version)) for version in answering.versions]
        if answering.which is None:
            return dict(zip(OF_VERSION, stamps[0], strict=True)) | further
        columns = (np.array(column).take(answering.which) for column in zip(*stamps, strict=True))
        return dict(zip(OF_VERSION, columns, strict=True)) | further

    def _behind(self, version: Version) -> int:
        """Count the live versions that are newer than one."""
        return 0 if self.routes is None else len(self._lives) - bisect_right(self._lives, version.number)

    def give(self, policy: Policy) -> None:
        """Give the serving version its policy if it has none."""
        self.serving = replace(self.serving, policy=policy)

    def update_in_place(
        self, at: Sequence[float], examples: Sequence[int], learnt: Sequence[int], label_at: float, newly: Floats
    ) -> None:
        """Add versions that were trained in place.

        They followed the serving one, and each was live at once.

        Args:
            at: when each was, seconds.
            examples: of each, matured log entries by then.
            learnt: of each, impressions learnt.
            label_at: of the last.
            newly: request instants of what they were the first to learn, in order.
        """
        self._closed.append(row_of(self.serving, at[0], "retired"))
        numbers = range(self.count, self.count + len(at) - 1)  # of all but the last
        self._closed += zip(numbers, at, at, at, at[1:], examples, learnt, repeat("retired"))
        self.count += len(at)
        self._learnt, self._label_at = learnt[-1], label_at
        last, live_at = self.count - 1, at[-1]
        policy, learnt_by = self.serving.policy, (learnt[-1], label_at)
        self._newly[last] = [newly]
        self.serving = Version(last, live_at, examples[-1], policy, *learnt_by, trained_at=live_at, live_at=live_at)

    def rows(self) -> list[VersionRow]:
        """Return a row per version, in order of number."""
        going = [row_of(v, None, self._going(v)) for v in self._open.values()]
        trial = [] if self.candidate is None else [row_of(self.candidate, None, "canary")]
        rows = [*self._closed, row_of(self.serving, None, "live"), *trial, *going]
        return list(map(VersionRow._make, sorted(rows, key=itemgetter(0))))

    def _going(self, version: Version) -> str:
        """Return the status of a version before it is live."""
        if version.trained_at is None:
            return "training"
        return "waiting" if version.number == self.waiting else "pushing"
