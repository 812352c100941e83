"""The world: who comes when, what the best slate was, what is answered, and what that changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, root
from sim.ports import Observations, Slates, Space
from sim.scenario import Scenario
from sim.world.items import Items
from sim.world.outlook import Outlook
from sim.world.response import Answer, Responder
from sim.world.soon import Soon
from sim.world.tastes import Tastes
from sim.world.users import Habits, States
from sim.world.visits import Visits
from sim.world.wave import Answers, Wave, in_order

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_MOST_VISITS_AHEAD = 1024
_MANY = 256  # users in a block, above which they are taken one visit at a time
_Visits = tuple[Ints, States, tuple[Floats, Floats] | None]


class World:
    """One replication of a scenario.

    Args:
        scenario: the world's description.
        seed: the run's seed.
        replication: number of this replication.

    Attributes:
        space: what an agent may know beforehand.
        items: the catalogue.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        self.items = Items(scenario, seed, replication)
        self._tastes = Tastes(scenario, seed, replication)
        self._visits = Visits(scenario, root(seed, replication, Stream.VISIT))
        self._habits = Habits(scenario)
        self._responder = Responder(scenario, seed, replication, self._tastes.scale)
        self._size = scenario.slate.size
        self._per_second = _request_rate(scenario)
        self._states = self._start(scenario.users.count)
        self._soon = Soon(self._states.next_at, self._per_second)
        self.space = Space(
            users=scenario.users.count,
            user_dim=self._tastes.features.shape[1],
            items=scenario.items.alive,
            item_dim=self._tastes.dim,
            size=self._size,
            turnover=scenario.items.lifetime is not None,
        )

    def _start(self, count: int) -> States:
        users, nothing = np.arange(count), np.zeros(count)
        visit = np.zeros(count, dtype=np.int64)
        tau = self._visits.tau(nothing, users, visit, nothing)
        return States(
            visit=visit,
            tau=tau.copy(),
            next_at=self._visits.instant(tau, users, visit),
            last_at=nothing.copy(),
            satisfaction=nothing.copy(),
            satiation=np.zeros((count, self._tastes.dim if self._habits.satiates else 0)),
            drift=self._tastes.drift_start(),
            knot=visit.copy(),
        )

    @property
    def user_features(self) -> Floats:
        """The observed features of all users, ``(users, p)``."""
        return self._tastes.features

    def reach(self, before: float, count: int) -> float | None:
        """Return the instant up to which the next ``count`` requests lie (about; ties are kept together).

        Args:
            before: requests at or after this instant are not wanted.
            count: wanted number of requests, at least 1.

        Returns:
            An instant, itself included; None when there is no request before ``before``.
        """
        return self._soon.reach(before, count)

    def first_wave(self, until: float) -> Wave:
        """Return the next requests up to and including ``until``.

        One visit per user where visits depend on earlier answers, else all.
        """
        users = self._soon.users(until)
        states = self._states.take(users)
        following = None
        if not self._habits.remembers:
            each = self._visits_of_many if len(users) > _MANY else self._visits_of_few
            users, states, following = each(users, states, until)
        order = in_order(states.next_at, users, states.visit)
        if following is not None:
            following = following[0][order], following[1][order]
        return self._wave(users[order], states.take(order), following)

    def steady_wave(self, before: float, count: int) -> Wave | None:
        """Return about the next ``count`` requests, or as many of them as no answer to another can touch.

        Args:
            before: requests at or after this instant are not wanted.
            count: wanted number of requests.

        Returns:
            None when there is none.
        """
        until = self.reach(before, count)
        if until is None:
            return None
        if not self._habits.remembers:
            return self.first_wave(until)
        users = self._soon.users(until)
        states = self._states.take(users)
        alone = states.next_at < self._visits.soonest(states.tau, users, states.visit + 1).min()
        users, states = users[alone], states.take(np.flatnonzero(alone))
        order = in_order(states.next_at, users, states.visit)
        return self._wave(users[order], states.take(order)) if len(users) else None

    def outlook(self, wave: Wave) -> Outlook:
        """Return what every item would be answered, for requests of which no answer touches another."""
        return self._responder.outlook(wave)

    def next_wave(self, answers: Answers, until: float) -> Wave | None:
        """Return the visits that follow those of a wave, up to and including ``until``."""
        again = np.flatnonzero(answers.after.next_at <= until)
        if not self._habits.remembers or not len(again):
            return None
        return self._wave(answers.user[again], answers.after.take(again))

    def _visits_of_many(self, users: Ints, states: States, until: float) -> _Visits:
        """Return all visits up to an instant, of users most of whom come once or twice: one visit of all at a time."""
        parts, following = [], []
        while len(users):
            visit = states.visit + 1
            tau = self._visits.tau(states.tau, users, visit, states.satisfaction)
            next_at = self._visits.instant(tau, users, visit)
            parts.append((users, states))
            following.append((tau, next_at))
            again = np.flatnonzero(next_at <= until)
            users = users[again]
            states = replace(states.take(again), visit=visit[again], tau=tau[again], next_at=next_at[again])
        tau, next_at = (np.concatenate(column) for column in zip(*following, strict=True))
        return np.concatenate([u for u, _ in parts]), States.join([s for _, s in parts]), (tau, next_at)

    def _visits_of_few(self, users: Ints, states: States, until: float) -> _Visits:
        """Return all visits up to an instant, of users who come often: many visits of each at a time."""
        parts = [(users, states)]
        while len(users):
            span = (until - states.next_at.min()) * self._per_second / self.space.users
            count = int(min(_MOST_VISITS_AHEAD, 1.2 * span + 2))
            tau, next_at, visit = self._visits.ahead(states.tau, users, states.visit, count)
            row, column = np.nonzero(next_at <= until)
            found = states.take(row)
            found = replace(found, visit=visit[row, column], tau=tau[row, column], next_at=next_at[row, column])
            parts.append((users[row], found))
            more = np.flatnonzero(column == count - 1)
            users, states = users[row[more]], found.take(more)
        return np.concatenate([u for u, _ in parts]), States.join([s for _, s in parts]), None

    def _wave(self, user: Ints, state: States, following: tuple[Floats, Floats] | None = None) -> Wave:
        at = state.next_at
        drift, knot = self._tastes.drift(at, user, state.drift, state.knot)
        state = replace(state, drift=drift, knot=knot)
        appetite = taste = self._tastes.at(at, user, drift)
        if self._habits.satiates:
            worn = self._habits.worn_off(state.satiation, at - state.last_at)
            state = replace(state, satiation=worn)
            appetite = taste - worn
        keys = self._visits.keys(user, state.visit)
        utility, value = self._responder.judge(self.items, user, taste, appetite)
        observations = Observations(
            at=at,
            user=user,
            visit=state.visit,
            features=self._tastes.features[user],
            catalogue=self.items.catalogue,
            size=self._size,
            keys=self._responder.policy_keys(keys),
        )
        for column in (at, user, state.visit, observations.features, observations.keys):
            column.flags.writeable = False  # the world's own: a policy that writes into them is told so
        return Wave(user, state, keys, observations, utility, value, following)

    def best(self, wave: Wave) -> Ints:
        """Return the positions in the catalogue of the best slates, ``(n, size)``."""
        return self._responder.best(wave.utility, wave.value)

    def respond(self, wave: Wave, best: Ints, shown: Ints, slates: Slates) -> Answers:
        """Let the users of a wave answer.

        Args:
            wave: the requests.
            best: ``(n, size)`` positions in the catalogue of the best slates.
            shown: ``(n, size)`` positions in the catalogue of the slates shown.
            slates: the policy's answer, for what it said of itself.
        """
        answer = self._responder.respond(wave, best, shown, slates)
        return Answers(wave.at, wave.user, wave.state.visit, self._after(wave, shown, answer), answer)

    def _after(self, wave: Wave, shown: Ints, answer: Answer) -> States:
        state, at = wave.state, wave.at
        satiation = state.satiation
        if self._habits.satiates:
            satiation = self._habits.satiate(satiation, wave.observations.catalogue.features[shown])
        satisfaction = self._habits.please(
            state.satisfaction, at - state.last_at, np.asarray(answer.clicked.any(axis=1))
        )
        visit = state.visit + 1
        if wave.following is not None:
            tau, next_at = wave.following
        else:
            tau = self._visits.tau(state.tau, wave.user, visit, satisfaction)
            next_at = self._visits.instant(tau, wave.user, visit)
        return replace(
            state,
            visit=visit,
            tau=tau,
            next_at=next_at,
            last_at=at,
            satisfaction=satisfaction,
            satiation=satiation,
        )

    def commit(self, answers: Answers) -> None:
        """Let answered requests have happened: users move on, and what no later request needs is dropped."""
        self._states.put(answers.user, answers.after)
        self._tastes.forget(float(answers.at[-1]))


def _request_rate(scenario: Scenario) -> float:
    visits = scenario.users.visits
    each = visits.rate if visits.rate is not None else 1.0 / (visits.every or 1.0)
    return scenario.users.count * each
