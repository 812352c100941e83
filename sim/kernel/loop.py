"""The loop that serves requests in blocks, on SimPy's clock.

SimPy carries what changes the answer, arrays carry the requests between.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

from sim.kernel.blocks import BlockSize
from sim.kernel.logs import log_for
from sim.kernel.recording import Recording, recorder_for
from sim.kernel.routing import serve_by
from sim.kernel.sides import Side, Sides
from sim.pipeline import Clock, Log, Platform, Priority
from sim.pipeline.clock import Process
from sim.pipeline.guard import Guarded
from sim.scenario import Replication
from sim.trace import Chunk
from sim.world import Answers, World


class Loop:
    """The loop that serves requests, block by block.

    Subclasses set its sides (an agent with its log and platform: one, or those of an A/B test) and start `_requests`:
    `sim.kernel.run.Kernel`, `sim.kernel.variants`.

    Args:
        replication: the scenario with its draws, and how it is computed.

    Attributes:
        clock: the clock.
    """

    def __init__(self, replication: Replication) -> None:
        self.clock, self._replication, self._horizon = Clock(), replication, replication.scenario.horizon
        self._world = World(replication.scenario, replication.seed, replication.number, replication.tuning)
        self._block = BlockSize(replication.block, self._world.together, replication.tuning)
        self._logs: list[Log] = []
        self._sides: Sides

    def _side(self, agent: Guarded, readers: list[Callable[[Chunk], None]]) -> Side:
        """Set an agent to work."""
        agent.begin(self._world.space)
        scenario = self._replication.scenario
        log = log_for(self._world, agent, scenario, self._replication.tuning)
        self._logs.append(log)
        platform = Platform(self.clock, self._replication, agent, log, self._forget, self._oldest_item)
        routes = platform.versions.routes
        further = ("replica",) if routes is not None and routes.many else ()
        recorder = recorder_for(self._world, scenario, readers, further)
        return Side(log, platform, recorder, Recording(recorder, self._horizon))

    def _requests(self) -> Process:
        end = float(np.nextafter(self._horizon, np.inf))
        while True:
            if (yield from self._serve_single(end)):
                continue
            change = self.clock.peek()
            before = min(change, end)
            until = self._world.reach(before, self._block.now)
            if until is not None:
                at = self._serve(until, whole=until < np.nextafter(before, -np.inf))
            elif change <= self._horizon:
                at = change
            else:
                return
            yield self.clock.at(at, Priority.REQUEST)

    def _serve_single(self, before: float) -> Generator[simpy.Event, Any, bool]:
        """Serve single requests; say whether there were any."""
        yield from ()
        return False

    def _serve(self, until: float, *, whole: bool) -> float:
        answers = self._compute(until)
        committed = self._sides.committed(answers)
        self._block.learn(len(answers), committed, whole=whole)
        if committed < len(answers):
            answers = answers.take(slice(0, committed))
        self._world.commit(answers)
        if not any(log.keeps for log in self._logs):
            self._forget()
        self._sides.commit(answers)
        return float(answers.at[-1])

    def _compute(self, until: float) -> Answers:
        answering = self._sides.answering
        batch = self._world.first_batch(until)
        parts = [serve_by(self._world, batch, answering(batch.user, batch.at))]
        while (more := self._world.next_batch(parts[-1], until)) is not None:
            parts.append(serve_by(self._world, more, answering(more.user, more.at)))
        return self._world.respond(self._world.merged(parts))

    def _oldest_item(self) -> int:
        return self._world.items.oldest(self.clock.now)[0]

    def _forget(self) -> None:
        kept = [log for log in self._logs if log.keeps]
        if not kept:
            self._world.items.forget(None)
        elif sum(log.compact(self.clock.now) for log in kept):  # of all of them
            oldest = [item for log in kept if (item := log.oldest_item()) is not None]
            self._world.items.forget(min(oldest, default=None))
