"""Several agents in one world, each with its users."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from sim.kernel.logs import log_columns
from sim.kernel.loop import Loop
from sim.kernel.outcome import Outcome, outcome_of
from sim.kernel.recording import Recording, recorder_for
from sim.kernel.sides import Sides
from sim.kernel.split import Split
from sim.pipeline.ending import ending
from sim.pipeline.guard import Guarded
from sim.ports import AgentParts
from sim.scenario import Replication
from sim.trace import Chunk

Readers = list[Callable[[Chunk], None]]


def run_variants(
    replication: Replication,
    agents: Sequence[AgentParts],
    split: Split,
    shared: bool,
    readers: Readers,
    readers_of: Sequence[Readers],
) -> list[Outcome]:
    """Run one replication of several agents.

    Each has its own log, trainer and versions, with the draws that it would have alone.

    Args:
        replication: the scenario with its draws, and how it is computed.
        agents: fresh ones, one for each variant; their states change, and in the end they are closed.
        split: who is served by which.
        shared: whether each agent's log has all requests, not only those of its users.
        readers: called with every chunk of the trace of all users.
        readers_of: for each variant, called with every chunk of its users' trace.

    Returns:
        What each leaves.

    Raises:
        AgentError: an agent broke its contract.
    """
    with ExitStack() as endings:
        for agent in agents:
            endings.enter_context(ending(agent))
        return _Variants(replication, agents, split, shared, readers, readers_of).run()


class _Variants(Loop):
    def __init__(
        self,
        replication: Replication,
        agents: Sequence[AgentParts],
        split: Split,
        shared: bool,
        readers: Readers,
        readers_of: Sequence[Readers],
    ) -> None:
        super().__init__(replication)
        pairs = zip(agents, readers_of, strict=True)
        self._all = [self._side(Guarded(agent, replication.tuning), own) for agent, own in pairs]
        routes = [r for side in self._all if (r := side.platform.versions.routes) is not None and r.many]
        further = ("variant", "replica") if routes else ("variant",)
        self._recorder = recorder_for(self._world, replication.scenario, readers, further)
        self._sides = Sides(
            self._all,
            log_columns,
            lambda user: split.of(user, replication.seed, replication.number),
            shared,
            Recording(self._recorder, self._horizon),
            routes[0].columns if routes else lambda user: {},
        )
        self.clock.process(self._requests())

    def run(self) -> list[Outcome]:
        """Let everything happen, and return what each leaves."""
        self.clock.run_through(self._horizon)
        for recorder in (self._recorder, *(side.recorder for side in self._all)):
            recorder.flush()
        return [outcome_of(side) for side in self._all]
