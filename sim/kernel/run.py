"""One replication, on SimPy's clock and in arrays.

SimPy carries what changes the answer, arrays carry the requests between.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.kernel.blocks import BlockSize, committed_prefix
from sim.kernel.recording import Recording
from sim.kernel.routing import serve_by
from sim.kernel.single import SingleRequests
from sim.pipeline import Clock, Log, LogWriter, Platform, Priority, VersionRow, Versions
from sim.pipeline.ending import ending
from sim.pipeline.guard import Guarded
from sim.pipeline.platform import Process
from sim.pipeline.world_labels import check_world_labels
from sim.ports import AgentParts, rows_of
from sim.scenario import Scenario
from sim.trace import Chunk, Recorder
from sim.tuning import TUNING, Tuning
from sim.world import Answers, World

Probe = Callable[[World, Log, Versions], None]


@dataclass(frozen=True)
class Outcome:
    """What a replication leaves besides its trace.

    Attributes:
        versions: a row per version (see `Versions.rows`).
        training_time: seconds of training within the horizon.
        merged: triggers that became one with another (see `Platform.merged`).
        untested: versions that went live for all although too little was known for a test.
    """

    versions: list[VersionRow]
    training_time: float
    merged: int
    untested: int = 0


def run(
    scenario: Scenario,
    agent: AgentParts,
    seed: int,
    replication: int,
    block: int | None,
    readers: list[Callable[[Chunk], None]],
    probe: tuple[float, Probe] | None = None,
    tuning: Tuning = TUNING,
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

    Raises:
        AgentError: the agent broke its contract.
        LabError: it does not take the labels of this world.
    """
    with ending(agent):
        check_world_labels(agent, scenario)
        kernel = _Kernel(scenario, agent, seed, replication, block, readers, tuning)
        if probe is not None:
            at, look = probe
            kernel.clock.call(at, Priority.REQUEST, lambda _: kernel.show(look))
        kernel.clock.run_through(scenario.horizon)
        kernel.recorder.flush()
        platform = kernel.platform
        untested = 0 if platform.canary is None else platform.canary.untested
        return Outcome(platform.versions.rows(), platform.training_time, platform.merged, untested)


class _Kernel:
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
        self.clock = Clock()
        self._world = World(scenario, seed, replication, tuning)
        self._horizon = scenario.horizon
        asked = Guarded(agent, tuning)
        asked.begin(self._world.space)
        self._log = log_for(self._world, asked, scenario.horizon, tuning)
        self.platform = Platform(
            self.clock, scenario, asked, self._log, seed, replication, self._forget, self._oldest_item, tuning
        )
        routes = self.platform.versions.routes
        self._one_version = routes is None  # at any instant, whoever comes
        further = ("replica",) if routes is not None and routes.many else ()
        self.recorder = Recorder(
            scenario.slate.size, scenario.horizon, readers, self._world.valued, self._world.reverses, further
        )
        self._recording = Recording(self.recorder)
        self._block = BlockSize(block, self._world.together, tuning)
        self._single = SingleRequests(
            self.clock, self._world, asked, LogWriter(self._log), self.platform, self._recording, tuning
        )
        self.clock.process(self._requests())

    def show(self, look: Probe) -> None:
        """Let somebody look at what there is now."""
        self._single.catch_up()
        look(self._world, self._log, self.platform.versions)

    def _requests(self) -> Process:
        end = float(np.nextafter(self._horizon, np.inf))
        while True:
            if self._one_version and self._block.single and (yield from self._serve_single(end)):
                continue
            change = self.clock.peek()
            until = self._world.reach(min(change, end), self._block.now)
            if until is not None:
                at = self._serve(until)
            elif change <= self._horizon:
                at = change
            else:
                return
            yield self.clock.at(at, Priority.REQUEST)

    def _serve_single(self, before: float) -> Generator[simpy.Event, Any, bool]:
        """Serve single requests; say whether there were any.

        A stretch of them, before an instant.
        """
        stretch = self._single.prepare(before)
        if stretch is None:
            return False
        requests, changes = yield from self._single.serve(stretch)
        self._forget()
        self.platform.feedback.schedule_next()
        self._block.adapt_to_single(requests, changes)
        return True

    def _serve(self, until: float) -> float:
        answers = self._compute(until)
        committed = committed_prefix(answers, self._log, self.platform.feedback.remaining)
        self._block.learn(len(answers), committed)
        if committed < len(answers):
            answers = answers.take(slice(0, committed))
        self._commit(answers)
        return float(answers.at[-1])

    def _compute(self, until: float) -> Answers:
        answering = self.platform.versions.answering
        batch = self._world.first_batch(until)
        parts = [serve_by(self._world, batch, answering(batch.user, batch.at))]
        while (more := self._world.next_batch(parts[-1], until)) is not None:
            parts.append(serve_by(self._world, more, answering(more.user, more.at)))
        return self._world.respond(self._world.merged(parts))

    def _commit(self, answers: Answers) -> None:
        versions = self.platform.versions
        self._world.commit(answers)
        if not self._log.keeps:
            self._forget()
        self._log.append(columns := log_columns(answers))
        if self.platform.canary is not None:
            self.platform.canary.read(columns)
        self.platform.feedback.schedule_next()
        stamps = versions.stamps(answers.user, answers.at)
        self._recording.first_of(answers.at, stamps, versions)
        self._recording.add(answers, stamps)

    def _oldest_item(self) -> int:
        return self._world.items.oldest(self.clock.now)[0]

    def _forget(self) -> None:
        if not self._log.keeps:
            self._world.items.forget(None)
        elif self._log.compact(self.clock.now):
            self._world.items.forget(self._log.oldest_item())


def log_for(world: World, agent: Guarded, horizon: float, tuning: Tuning = TUNING) -> Log:
    """Return an empty log for an agent in a world."""
    users = rows_of(world.user_features)
    cadence = agent.cadence
    looks = cadence.feedbacks is None
    keeps = not looks or np.isfinite(cadence.next(0.0))
    kept = min(horizon, cadence.refit_window or 0.0) * world.per_second * world.space.size
    return Log(
        lambda: (users, world.items.lookup),
        cadence.refit_window,
        keeps=bool(keeps),
        looks=looks,
        horizon=horizon,
        size=world.space.size,
        room=int(1.1 * kept) if keeps else 0,
        spared=agent.unread,
        counts=looks and cadence.refit_window is not None and cadence.only_counts and not world.reverses,
        context=world.space.user_dim - world.user_features.shape[1],
        truth=agent.truth,
        valued=world.valued,
        reverses=world.reverses,
        tuning=tuning,
    )


def log_columns(answers: Answers) -> dict[str, NDArray[Any]]:
    """Return what the log takes of answered requests."""
    answer = answers.answer
    back = {} if answer.reversed_at is None else {"reversed_at": answer.reversed_at.ravel()}
    return back | {
        "request_at": answers.at,
        "user": answers.user,
        "visit": answers.visit,
        "context": answers.context,
        "item": answer.item.ravel(),
        "propensity": answer.propensity.ravel(),
        "predicted": answer.predicted.ravel(),
        "delivered_at": answer.delivered_at.ravel(),
        "closes_at": answer.closes_at.ravel(),
        "label": answer.label.ravel(),
    }
