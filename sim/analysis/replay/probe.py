"""Observe one request before it is answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.kernel.serving import answer
from sim.pipeline import Log, Version, VersionRow, Versions
from sim.pipeline.asking import asked
from sim.pipeline.ending import ending
from sim.pipeline.guard import Guarded
from sim.ports import AgentParts, Experience, Policy, Slates
from sim.world import RequestBatch, Served, World
from sim.world.answer import Answer


@dataclass(frozen=True)
class Sight:
    """One request before it was answered.

    Attributes:
        batch: the request alone: state, utilities, observations.
        offset: ``(m,)`` log odds of a click on each item apart from any taste.
        serving: the version that answers, at that instant.
        counts: whether log entries, not the clock, start trainings.
        versions: a row per version (see `Versions.rows`), at that instant.
        shown: the answer to the serving version's slate.
        fresh: the answer to the freshest policy's slate.
        best: the answer to the best slate.
    """

    batch: RequestBatch
    offset: NDArray[np.float64]
    serving: Version
    counts: bool
    versions: list[VersionRow]
    shown: Answer
    fresh: Answer
    best: Answer


class Look:
    """Observes one request; called as a probe of the kernel.

    It does not change the run.

    Args:
        agent: the running agent.
        user: the user of the request.
        visit: number of the user's visit.
        at: the instant, seconds.

    Attributes:
        sight: the request; None if there was none.
    """

    def __init__(self, agent: AgentParts, user: int, visit: int, at: float) -> None:
        self._agent, self._user, self._visit, self._at = agent, user, visit, at
        self.sight: Sight | None = None

    def __call__(self, world: World, log: Log, versions: Versions) -> None:
        """Observe the request."""
        world.reach(np.inf, world.space.users)  # compute all visits that are due
        batch = world.first_batch(self._at)
        here = (batch.user == self._user) & (batch.visit == self._visit) & (batch.at == self._at)
        if not here.any():
            return
        batch = alone(batch, int(np.argmax(here)))
        (serving,) = versions.answering(batch.user, batch.at).versions
        best = world.best(batch)
        with freshest(self._agent, log, versions.count, self._at) as policy:
            fresh = answer(world, batch, Version(versions.count, self._at, 0, policy)).answer
        self.sight = Sight(
            batch=batch,
            offset=batch.alive.offset[0],
            serving=replace(serving),
            counts=self._agent.cadence.feedbacks is not None,
            versions=versions.rows(),
            shown=answer(world, batch, serving).answer,
            fresh=fresh,
            best=world.respond(Served(batch, best, best, Slates(batch.alive.ids_at(best)))).answer,
        )


def alone(batch: RequestBatch, row: int) -> RequestBatch:
    """Return one request of a batch as its own batch."""
    own = slice(row, row + 1)
    return RequestBatch(
        user=batch.user[own],
        state=batch.state.take(np.array([row])),
        keys=batch.keys[own],
        features=batch.features[own],
        context=batch.context[own],
        policy_keys=batch.policy_keys[own],
        size=batch.size,
        alive=batch.alive.take_one(row),
        taste=batch.taste[own],
        judge=batch.judge,
        next_visits=None,
    )


@contextmanager
def freshest(agent: AgentParts, log: Log, number: int, at: float) -> Iterator[Policy]:
    """Yield the policy trained on all that is logged.

    It is that of the agent's learner, trained further at an instant.

    It is trained as the platform would do it: on what is new, or from scratch over the cadence's window. Agent and log
    are copied, so that the run is not changed.

    Args:
        agent: the running agent.
        log: what the system knows.
        number: of the version that it would be.
        at: the instant, seconds.
    """
    who = f"{type(agent.learner).__name__} failed to be copied at {at:g} s as it is then"
    agent, log = asked(who, deepcopy, (agent, log))
    with ending(agent):
        guarded = Guarded(agent)
        guarded.learner.count, log.truth = number, guarded.truth
        log.read(at)
        news = guarded.news(log, at)
        guarded.learner.train(Experience(news, guarded.examples(news), log.pending_at(at)))
        yield guarded.learner.policy(at)
