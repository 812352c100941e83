"""One replication: SimPy carries what changes the answer, arrays carry the requests between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.blocks import BlockSize, standing
from sim.kernel.serving import answer
from sim.kernel.steps import Steps
from sim.pipeline import OF_VERSION, Clock, GuardedOne, Log, Platform, Priority, Version, VersionRow, Versions
from sim.pipeline.guard import Guarded
from sim.pipeline.platform import Process
from sim.ports import AgentParts, rows_of
from sim.scenario import Scenario
from sim.trace import Chunk, Recorder
from sim.world import Answers, World

Probe = Callable[[World, Log, Versions], None]


@dataclass(frozen=True)
class Outcome:
    """What a replication leaves besides its trace.

    Attributes:
        versions: a row per version (see `Versions.rows`).
        training_time: seconds of training within the horizon.
        merged: triggers that became one with another (see `Platform.merged`).
    """

    versions: list[VersionRow]
    training_time: float
    merged: int


def run(
    scenario: Scenario,
    agent: AgentParts,
    seed: int,
    replication: int,
    block: int | None,
    readers: list[Callable[[Chunk], None]],
    probe: tuple[float, Probe] | None = None,
) -> Outcome:
    """Run one replication.

    Args:
        scenario: the world.
        agent: a fresh one; its state changes.
        seed: the run's seed.
        replication: number of the replication.
        block: requests a block, None to adapt. It has no say in the result.
        readers: called with every chunk of the trace.
        probe: an instant, and what is called then, before its requests are answered; it must change nothing.

    Raises:
        AgentError: the agent broke its contract.
    """
    kernel = _Kernel(scenario, agent, seed, replication, block, readers)
    if probe is not None:
        at, look = probe
        kernel.clock.call(at, Priority.REQUEST, lambda _: kernel.show(look))
    kernel.clock.run_through(scenario.horizon)
    kernel.recorder.flush()
    platform = kernel.platform
    return Outcome(platform.versions.rows(), platform.training_time, platform.merged)


class _Kernel:
    def __init__(
        self,
        scenario: Scenario,
        agent: AgentParts,
        seed: int,
        replication: int,
        block: int | None,
        readers: list[Callable[[Chunk], None]],
    ) -> None:
        self.clock = Clock()
        self._world = World(scenario, seed, replication)
        self._horizon = scenario.horizon
        asked = Guarded(agent)
        asked.learner.begin(self._world.space)
        self._log = _log(self._world, asked, scenario.horizon)
        self.platform = Platform(
            self.clock, scenario, asked, self._log, seed, replication, self._forget, self._oldest_item
        )
        self.recorder = Recorder(scenario.slate.size, scenario.horizon, readers)
        self._served = 0  # impressions so far, but for lost ones
        self._block = BlockSize(block, scenario.items.alive)
        self._steps = Steps(self._world, self._log, self._record_steps)
        if np.isfinite(self._world.items.next_change()):
            self.clock.process(self._turnover())
        self.clock.process(self._requests())

    def show(self, look: Probe) -> None:
        """Let somebody look at what there is now."""
        self.platform.give_policy()
        look(self._world, self._log, self.platform.versions)

    def _turnover(self) -> Process:
        items = self._world.items
        while (at := items.next_change()) <= self._horizon:
            yield self.clock.at(at, Priority.WORLD)
            items.turn_over(at)
            if not self._log.keeps:
                items.forget(None)

    def _requests(self) -> Process:
        end = float(np.nextafter(self._horizon, np.inf))
        while True:
            if self._block.steps and self._steps.prepare(min(end, self._world.items.next_change())):
                yield from self._one_by_one()
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

    def _one_by_one(self) -> Process:
        """Serve what was computed ahead, and look after feedback: SimPy is asked only when it has something due."""
        reach, platform, steps, versions = self.clock.reach, self.platform, self._steps, self.platform.versions
        before = versions.count
        one = platform.begin_steps(steps.observations)
        while (at := steps.next_at) < np.inf:
            if one is not None and at < (change := self.clock.peek()):
                self._undisturbed(one, change)
                continue
            if (due := platform.due()) <= at:
                if (event := reach(due, Priority.FEEDBACK)) is not None:
                    yield event
                platform.feedback(due)
                continue
            if (event := reach(at, Priority.REQUEST)) is not None:
                yield event
            self._step(at, one)
        platform.end_steps()
        self._block.stepped(len(steps), versions.count - before)

    def _undisturbed(self, one: GuardedOne, until: float) -> None:
        """Serve and learn one by one, before an instant at which SimPy has something due."""
        platform, steps, versions = self.platform, self._steps, one.versions
        due, learn, serve, answer, last = platform.due, platform.learn_one, steps.serve, one.answer, self.clock.now
        while (at := steps.next_at) < until:
            if (now := due()) > at:
                serve(answer, versions.number)
                last = at
                continue
            if not learn(one, now):
                self.clock.reach(now, Priority.FEEDBACK)
                platform.feedback(now)
            last = now
        self.clock.reach(last, Priority.REQUEST)

    def _step(self, at: float, one: GuardedOne | None) -> None:
        if one is not None:
            self._steps.serve(one.answer, one.versions.number)
            return
        versions = self.platform.versions
        serving = versions.serving
        if not serving.answered:
            self._note_first_answer(serving, at)
        self._steps.serve(self._steps.asking(serving), serving.stamp(versions.in_flight))

    def _serve(self, until: float) -> float:
        answers = self._compute(until)
        stood = standing(answers, self._log, self.platform.feedbacks_to_trigger)
        self._block.learn(len(answers), stood)
        if stood < len(answers):
            answers = answers.take(slice(0, stood))
        self._commit(answers)
        return float(answers.at[-1])

    def _compute(self, until: float) -> Answers:
        version = self.platform.versions.serving
        wave = self._world.first_wave(until)
        parts = [answer(self._world, wave, version)]
        while (more := self._world.next_wave(parts[-1], until)) is not None:
            parts.append(answer(self._world, more, version))
        return Answers.merge(parts)

    def _commit(self, answers: Answers) -> None:
        versions = self.platform.versions
        self._world.commit(answers)
        self._log.append(_log_columns(answers))
        self.platform.expect()
        if not versions.serving.answered:
            self._note_first_answer(versions.serving, float(answers.at[0]))
        self._record(answers, dict(zip(OF_VERSION, versions.serving.stamp(versions.in_flight), strict=True)))

    def _note_first_answer(self, version: Version, at: float) -> None:
        self.recorder.first_answers([at], [version.cutoff_at], [version.learnt], version.newly)
        version.newly, version.answered = [], True

    def _record_steps(self, answers: Answers, stamps: list[Any]) -> None:
        """Record answers given one by one, with what each request keeps of its version: the number alone in place."""
        one, serving = self.platform.one, self.platform.versions.serving
        if one is None:
            columns = map(np.array, zip(*stamps, strict=True))
            self._record(answers, dict(zip(OF_VERSION, columns, strict=True)))
            return
        self.platform.settle()
        of_version = one.versions.columns(stamps)
        first = one.versions.first_answers(of_version["version"])
        at, cutoff_at, learnt = (c[first].tolist() for c in (answers.at, of_version["cutoff_at"], of_version["learnt"]))
        self.recorder.first_answers(at, cutoff_at, learnt, serving.newly)
        serving.newly, serving.answered = [], True
        self._record(answers, of_version)

    def _record(self, answers: Answers, of_version: dict[str, Any]) -> None:
        """Record answers; what is told of the version is a column, or one for all."""
        served = _before(answers.at)
        comes = np.isfinite(answers.answer.delivered_at)
        count = int(np.count_nonzero(comes))
        if count == comes.size:
            served *= comes.shape[1]
        else:
            served = np.concatenate([[0], comes.sum(axis=1).cumsum()])[served]
        columns = {
            "request_at": answers.at,
            "user": answers.user,
            "visit": answers.visit,
            "weight": answers.weight,
            **of_version,
            "served_before": self._served + served,
            **vars(answers.answer),
        }
        self._served += count
        self.recorder.add(len(answers), columns)

    def _oldest_item(self) -> int:
        return self._world.items.catalogue.ids.item(0)

    def _forget(self) -> None:
        if self._log.forget(self.clock.now):
            self._world.items.forget(self._log.oldest_item())


def _before(at: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many of ascending instants lie before each."""
    if (at[1:] == at[:-1]).any():
        return np.searchsorted(at, at, side="left")
    return np.arange(len(at))


def _log(world: World, agent: Guarded, horizon: float) -> Log:
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
        counts=looks and cadence.refit_window is not None and cadence.only_counts,
    )


def _log_columns(answers: Answers) -> dict[str, NDArray[Any]]:
    answer = answers.answer
    return {
        "request_at": answers.at,
        "user": answers.user,
        "visit": answers.visit,
        "item": answer.item.ravel(),
        "propensity": answer.propensity.ravel(),
        "predicted": answer.predicted.ravel(),
        "delivered_at": answer.delivered_at.ravel(),
        "closes_at": answer.closes_at.ravel(),
        "label": answer.credited.ravel(),
    }
