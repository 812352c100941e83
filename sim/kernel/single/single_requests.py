"""The loop that serves requests one at a time.

It serves what was computed ahead, and processes feedback between.
"""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import Any

import numpy as np
import simpy

from sim.kernel.sides import Side
from sim.kernel.single.incremental import Incremental, find_incremental
from sim.kernel.single.stretch import Stretch
from sim.pipeline import OF_VERSION, Clock, LogWriter, Priority
from sim.pipeline.guard import Guarded
from sim.tuning import Tuning
from sim.world import World

Served = Generator[simpy.Event, Any, tuple[int, int]]


class SingleRequests:
    """A server of single requests.

    It uses SimPy only when SimPy has something due.

    Args:
        clock: the clock.
        world: the world.
        agent: what is asked and trained.
        side: its log, where impressions go at once, platform and recording.
        tuning: sizes.
    """

    def __init__(self, clock: Clock, world: World, agent: Guarded, side: Side, tuning: Tuning) -> None:
        self._clock, self._world, self._agent, self._log = clock, world, agent, LogWriter(side.log)
        self._platform, self._recording = side.platform, side.recording
        self._most = max(16, tuning.single_scores // world.space.items)
        self._path: Incremental | None = None

    def prepare(self, before: float) -> Stretch | None:
        """Compute the next requests before an instant ahead.

        About that many; None where there are none.
        """
        batch = self._world.independent_batch(before, self._most)
        return None if batch is None else Stretch(self._world, self._log, batch)

    def serve(self, stretch: Stretch) -> Served:
        """Serve a stretch, as a process.

        Returns its requests, and how many versions were made meanwhile.
        """
        reach, feedback, versions = self._clock.reach, self._platform.feedback, self._platform.versions
        before = versions.count
        feedback.suspend()
        self._path = path = find_incremental(
            self._agent, self._platform, self._log, stretch.parts, self._world.items.oldest, self._clock.now
        )
        while (at := stretch.next_at) < inf:
            if path is not None and at < (change := self._clock.peek()):
                self._undisturbed(stretch, path, change)
                continue
            if (due := feedback.due()) <= at:
                if (event := reach(due, Priority.FEEDBACK)) is not None:
                    yield event
                self._read(due)
                continue
            if (event := reach(at, Priority.REQUEST)) is not None:
                yield event
            self._serve_at(stretch, at)
        self._record(stretch)
        self.catch_up()
        self._path = None
        return len(stretch.stamps), versions.count - before

    def catch_up(self) -> None:
        """Add the fast path's versions and make the serving policy."""
        if self._path is not None:
            self._path.give_policy(self._clock.now)

    def _read(self, now: float) -> None:
        if self._path is None:
            self._platform.feedback.read(now)
        elif not self._path.learn(now):
            self._path.train(now)

    def _undisturbed(self, stretch: Stretch, path: Incremental, until: float) -> None:
        """Serve and learn one by one until SimPy's next event."""
        due, learn, serve, answer = self._platform.feedback.due, path.learn, stretch.serve, path.answer
        versions, last = path.versions, self._clock.now
        while (at := stretch.next_at) < until:
            if (now := due()) > at:
                serve(answer, versions.number)
                last = at
                continue
            if not learn(now):
                self._clock.reach(now, Priority.FEEDBACK)
                path.train(now)
            last = now
        self._clock.reach(last, Priority.REQUEST)

    def _serve_at(self, stretch: Stretch, at: float) -> None:
        if self._path is not None:
            stretch.serve(self._path.answer, self._path.versions.number)
            return
        versions = self._platform.versions
        if not versions.answered:
            self._recording.first_answer(at, versions)
        serving = versions.serving
        stretch.serve(stretch.asking(serving), serving.stamp(versions.in_flight))

    def _record(self, stretch: Stretch) -> None:
        """Record a stretch with its version columns.

        Where a fast path served, a request keeps only the version's number.
        """
        answers = stretch.answers()
        self._world.commit(answers)
        if self._path is None:
            columns = map(np.array, zip(*stretch.stamps, strict=True))
            self._recording.add(answers, dict(zip(OF_VERSION, columns, strict=True)))
            return
        self._path.work_out()
        of_version = self._path.versions.columns(stretch.stamps)
        first = self._path.versions.first_answers(of_version["version"])
        of_first = {name: of_version[name][first].tolist() for name in ("cutoff_at", "learnt")}
        newly = self._platform.versions.take_newly()
        self._recording.first_answers(answers.at[first].tolist(), **of_first, newly=newly)
        self._recording.add(answers, of_version)
