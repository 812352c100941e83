"""The agents at work in one world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.blocks import committed_prefix
from sim.kernel.recording import Recording
from sim.pipeline import Answering, Log, Platform
from sim.trace import Recorder
from sim.world import Answers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LogColumns = Callable[[Answers], dict[str, NDArray[Any]]]


@dataclass(frozen=True)
class Side:
    """One agent at work.

    Attributes:
        log: what it knows.
        platform: its trainer and versions.
        recorder: what is recorded of its users.
        recording: what goes into that.
    """

    log: Log
    platform: Platform
    recorder: Recorder
    recording: Recording

    def commit(self, answers: Answers, columns: dict[str, NDArray[Any]]) -> dict[str, Any]:
        """Take answered requests of its users.

        Args:
            answers: these.
            columns: as the log takes them.

        Returns:
            What the requests keep of their versions (see `Versions.stamps`).
        """
        versions = self.platform.versions
        if self.platform.releases is not None:
            self.platform.releases.read(columns)
        stamps = versions.stamps(answers.user, answers.at)
        self.recording.first_of(answers.at, stamps, versions)
        self.recording.add(answers, stamps)
        return stamps


class Sides:
    """All agents of a run.

    Args:
        sides: each at work.
        log_columns: returns what a log takes of answers.
        of: returns which of them serves each user; None where there is one agent, which serves all.
        shared: whether each log has the requests of all users, not only of its own.
        joint: the trace of all users; None where there is one agent, whose trace that is.
        further: returns what the joint trace says of users besides.
    """

    def __init__(
        self,
        sides: list[Side],
        log_columns: LogColumns,
        of: Callable[[Ints], Ints] | None = None,
        shared: bool = False,
        joint: Recording | None = None,
        further: Callable[[Ints], dict[str, Ints]] = lambda user: {},
    ) -> None:
        self._sides, self._of, self._shared, self._joint, self._further = sides, of, shared, joint, further
        self._log_columns = log_columns

    def answering(self, user: Ints, at: Floats) -> Answering:
        """Return which versions answer requests (see `Versions.answering`)."""
        if self._of is None:
            return self._sides[0].platform.versions.answering(user, at)
        versions, which = list[Any](), np.zeros(len(user), dtype=np.int64)
        for side, own in self._parts(user):
            found = side.platform.versions.answering(user[own], at[own])
            which[own] = len(versions) if found.which is None else len(versions) + found.which
            versions += found.versions
        return Answering(versions, which if len(versions) > 1 else None)

    def _parts(self, user: Ints) -> list[tuple[Side, NDArray[np.intp]]]:
        """Return each agent with rows, and its rows."""
        assert self._of is not None
        of = self._of(user)
        parts = [(side, np.flatnonzero(of == place)) for place, side in enumerate(self._sides)]
        return [(side, own) for side, own in parts if len(own)]

    def committed(self, answers: Answers) -> int:
        """Count the first requests that the block's feedback cannot touch.

        It may change what any of the agents shows.
        """
        if self._of is None or self._shared:
            return min(committed_prefix(answers, s.log, s.platform.feedback.remaining) for s in self._sides)
        return min(
            committed_prefix(answers, side.log, side.platform.feedback.remaining, own)
            for side, own in self._parts(answers.user)
        )

    def commit(self, answers: Answers) -> None:
        """Let logs and traces have answered requests."""
        if self._of is None:
            (only,) = self._sides
            only.log.append(columns := self._log_columns(answers))
            only.platform.feedback.schedule_next()
            only.commit(answers, columns)
            return
        of, joined = self._of(answers.user), dict[str, NDArray[Any]]()
        for place, side in enumerate(self._sides):
            own = np.flatnonzero(of == place)
            part = answers.take(own)
            columns = self._log_columns(part)
            if self._shared:
                side.log.append(
                    self._log_columns(answers) | {"learnt": np.repeat(of != place, answers.answer.item.shape[1])}
                )
            elif len(own):
                side.log.append(columns)
            side.platform.feedback.schedule_next()
            if len(own):
                _fill(joined, len(answers), own, side.commit(part, columns))
        assert self._joint is not None
        self._joint.add(answers, joined | self._further(answers.user) | {"variant": of})


def _fill(joined: dict[str, NDArray[Any]], rows: int, own: NDArray[np.intp], stamps: dict[str, Any]) -> None:
    """Write the stamps of some rows into columns."""
    for name, value in stamps.items():
        if name not in joined:
            joined[name] = np.zeros(rows, dtype=np.asarray(value).dtype)
        joined[name][own] = value
