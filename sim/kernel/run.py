"""One replication, on SimPy's clock and in arrays.

SimPy carries what changes the answer, arrays carry the requests between.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import simpy

from sim.kernel.blocks import BlockSize
from sim.kernel.logs import log_columns, log_for
from sim.kernel.outcome import Outcome, outcome_of
from sim.kernel.recording import Recording, recorder_for
from sim.kernel.routing import serve_by
from sim.kernel.sides import Side, Sides
from sim.kernel.single import SingleRequests
from sim.pipeline import Clock, Log, LogWriter, Platform, Priority, Versions
from sim.pipeline.ending import ending
from sim.pipeline.guard import Guarded
from sim.pipeline.platform import Process
from sim.pipeline.world_labels import check_world_labels
from sim.ports import AgentParts
from sim.scenario import Scenario
from sim.trace import Chunk
from sim.tuning import TUNING, Tuning
from sim.world import Answers, World

Probe = Callable[[World, Log, Versions], None]
Watch = Callable[[Clock], None]  # gets the clock of a replication, to read it from another thread


def run(
    scenario: Scenario,
    agent: AgentParts,
    seed: int,
    replication: int,
    block: int | None,
    readers: list[Callable[[Chunk], None]],
    probe: tuple[float, Probe] | None = None,
    tuning: Tuning = TUNING,
    watch: Watch | None = None,
) -> Outcome:
    """Run one replication.

    Args:
        scenario: the world.
        agent: a fresh one; its state changes, and in the end it is closed.
        seed: the run's seed.
        replication: number of the replication.
        block: requests a block, None to adapt. It changes no result.
        readers: called with every chunk of the trace.
        probe: an instant, and what is called then, before its requests are answered; it must change nothing.
        tuning: sizes; they change no result.
        watch: called once with the clock, before anything happens.

    Raises:
        AgentError: the agent broke its contract.
        LabError: it does not take the labels of this world.
    """
    with ending(agent):
        check_world_labels(agent, scenario)
        kernel = Kernel(scenario, agent, seed, replication, block, readers, tuning)
        if probe is not None:
            at, look = probe
            kernel.clock.call(at, Priority.REQUEST, lambda _: kernel.show(look))
        if watch is not None:
            watch(kernel.clock)
        kernel.clock.run_through(scenario.horizon)
        kernel.recorder.flush()
        return outcome_of(kernel.side)


class Loop:
    """The loop that serves requests, block by block.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: number of the replication.
        block: requests a block, None to adapt.
        tuning: sizes.

    Attributes:
        clock: the clock.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int, block: int | None, tuning: Tuning) -> None:
        self.clock = Clock()
        self._world = World(scenario, seed, replication, tuning)
        self._scenario, self._draws, self._tuning = scenario, (seed, replication), tuning
        self._horizon = scenario.horizon
        self._block = BlockSize(block, self._world.together, tuning)
        self._logs: list[Log] = []
        self._sides: Sides

    def _side(self, agent: Guarded, readers: list[Callable[[Chunk], None]]) -> Side:
        """Set an agent to work."""
        agent.begin(self._world.space)
        log = log_for(self._world, agent, self._scenario, self._tuning)
        self._logs.append(log)
        platform = Platform(
            self.clock, self._scenario, agent, log, *self._draws, self._forget, self._oldest_item, self._tuning
        )
        routes = platform.versions.routes
        further = ("replica",) if routes is not None and routes.many else ()
        recorder = recorder_for(self._world, self._scenario, readers, further)
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


class Kernel(Loop):
    """One agent, also asked one request after another.

    Its arguments are those of `run`.

    Attributes:
        side: its log, platform and recording.
        platform: what trains and ships.
        recorder: what writes the trace.
    """

    def __init__(
        self,
        scenario: Scenario,
        agent: AgentParts,
        seed: int,
        replication: int,
        block: int | None,
        readers: list[Callable[[Chunk], None]],
        tuning: Tuning = TUNING,
    ) -> None:
        super().__init__(scenario, seed, replication, block, tuning)
        asked = Guarded(agent, tuning)
        self.side = side = self._side(asked, readers)
        self._log, self.platform, self.recorder = side.log, side.platform, side.recorder
        self._sides = Sides([side], None, False, None, lambda user: {}, log_columns)
        self._one_version = self.platform.versions.routes is None  # at any instant, whoever comes
        self._single = SingleRequests(
            self.clock, self._world, asked, LogWriter(self._log), self.platform, side.recording, tuning
        )
        self.clock.process(self._requests())

    def show(self, look: Probe) -> None:
        """Let somebody look at what there is now."""
        self._single.catch_up()
        look(self._world, self._log, self.platform.versions)

    def _serve_single(self, before: float) -> Generator[simpy.Event, Any, bool]:
        """Serve single requests; say whether there were any.

        A stretch of them, before an instant.
        """
        if not (self._one_version and self._block.single) or (stretch := self._single.prepare(before)) is None:
            return False
        requests, changes = yield from self._single.serve(stretch)
        self._forget()
        self.platform.feedback.schedule_next()
        self._block.adapt_to_single(requests, changes)
        return True
