"""One replication of one agent."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

import simpy

from sim.kernel.logs import log_columns
from sim.kernel.loop import Loop
from sim.kernel.outcome import Outcome, outcome_of
from sim.kernel.sides import Sides
from sim.kernel.single import SingleRequests
from sim.pipeline import Clock, Log, Priority, Versions
from sim.pipeline.ending import ending
from sim.pipeline.guard import Guarded
from sim.pipeline.world_labels import check_world_labels
from sim.ports import AgentParts
from sim.scenario import Replication
from sim.trace import Chunk
from sim.world import World

Probe = Callable[[World, Log, Versions], None]
Watch = Callable[[Clock], None]  # gets the clock of a replication, to read it from another thread


def run(
    replication: Replication,
    agent: AgentParts,
    readers: list[Callable[[Chunk], None]],
    probe: tuple[float, Probe] | None = None,
    watch: Watch | None = None,
) -> Outcome:
    """Run one replication.

    Args:
        replication: the scenario with its draws, and how it is computed.
        agent: a fresh one; its state changes, and in the end it is closed.
        readers: called with every chunk of the trace.
        probe: an instant, and what is called then, before its requests are answered; it must change nothing.
        watch: called once with the clock, before anything happens.

    Raises:
        AgentError: the agent broke its contract.
        LabError: it does not take the labels of this world.
    """
    with ending(agent):
        check_world_labels(agent, replication.scenario)
        kernel = Kernel(replication, agent, readers)
        if probe is not None:
            at, look = probe
            kernel.clock.call(at, Priority.REQUEST, lambda _: kernel.show(look))
        if watch is not None:
            watch(kernel.clock)
        kernel.clock.run_through(replication.scenario.horizon)
        kernel.side.recorder.flush()
        return outcome_of(kernel.side)


class Kernel(Loop):
    """One agent, also asked one request after another.

    Its arguments are those of `run`.

    Attributes:
        side: its log, platform and recording.
    """

    def __init__(self, replication: Replication, agent: AgentParts, readers: list[Callable[[Chunk], None]]) -> None:
        super().__init__(replication)
        asked = Guarded(agent, replication.tuning)
        self.side = self._side(asked, readers)
        self._sides = Sides([self.side], log_columns)
        self._one_version = self.side.platform.versions.routes is None  # at any instant, whoever comes
        self._single = SingleRequests(self.clock, self._world, asked, self.side, replication.tuning)
        self.clock.process(self._requests())

    def show(self, look: Probe) -> None:
        """Let somebody look at what there is now."""
        self._single.catch_up()
        look(self._world, self.side.log, self.side.platform.versions)

    def _serve_single(self, before: float) -> Generator[simpy.Event, Any, bool]:
        """Serve single requests; say whether there were any.

        A stretch of them, before an instant.
        """
        if not (self._one_version and self._block.single) or (stretch := self._single.prepare(before)) is None:
            return False
        requests, changes = yield from self._single.serve(stretch)
        self._forget()
        self.side.platform.feedback.schedule_next()
        self._block.adapt_to_single(requests, changes)
        return True
