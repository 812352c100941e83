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
_Visits = tuple[Ints, Ints, Floats, Floats, tuple[Floats, Floats] | None]


class World:
    """One replication of a scenario.

    Args:
        scenario: the world's description.
        seed: the run's seed.
        replication: number of this replication.

    Attributes:
        space: what an agent may know beforehand.
        items: the catalogue.
        per_second: requests a second, about.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int) -> None:
        self.items = Items(scenario, seed, replication)
        self._tastes = Tastes(scenario, seed, replication)
        self._visits = Visits(scenario, root(seed, replication, Stream.VISIT))
        self._habits = Habits(scenario)
        self._responder = Responder(scenario, seed, replication, self._tastes.scale)
        self._size = scenario.slate.size
        self.per_second = _request_rate(scenario)
        self._states = self._start(scenario.users.count)
        self._soon = Soon(self._states.next_at, self.per_second)
        self.space = Space(
            users=scenario.users.count,
            user_dim=self._tastes.features.shape[1],
            items=scenario.items.alive,
            item_dim=self._tastes.dim,
            size=self._size,
            turnover=scenario.items.lifetime is not None,
        )

    def _start(self, count: int) -> States:
        users, visit = np.arange(count), np.zeros(count, dtype=np.int64)
        satisfaction = np.zeros(count if self._habits.cares else 0)
        tau = self._visits.tau(np.zeros(count), users, visit, satisfaction)
        return States(
            visit=visit,
            tau=tau.copy(),
            next_at=self._visits.instant(tau, users, visit),
            last_at=np.zeros(count if self._habits.remembers else 0),
            satisfaction=satisfaction,
            satiation=np.zeros((count if self._habits.satiates else 0, self._tastes.dim)),
            drift=self._tastes.drift_start(),
            knot=np.zeros(count if self._tastes.drifts else 0, dtype=np.int64),
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
        users, at = self._soon.visits(until)
        if self._habits.remembers:
            users = users[in_order(at, users)]
            return self._wave(users, self._states.take(users))
        each = self._visits_of_many if len(users) > _MANY else self._visits_of_few
        users, visit, tau, at, following = each(users, at, until)
        order = in_order(at, users, visit)
        if following is not None:
            following = following[0].take(order), following[1].take(order)
        users = users.take(order)
        return self._wave(users, self._at_visits(users, visit.take(order), tau.take(order), at.take(order)), following)

    def _at_visits(self, users: Ints, visit: Ints, tau: Floats, at: Floats) -> States:
        """Return the states of users who do not remember at some visits of theirs."""
        drift, knot = self._states.drift, self._states.knot
        if self._tastes.drifts:
            drift, knot = drift.take(users, axis=0), knot.take(users)
        return replace(self._states, visit=visit, tau=tau, next_at=at, drift=drift, knot=knot)

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
        users, _ = self._soon.visits(until)
        states = self._states.take(users)
        alone = states.next_at < self._visits.soonest(states.tau, users, states.visit + 1).min()
        users, states = users[alone], states.take(np.flatnonzero(alone))
        order = in_order(states.next_at, users)
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

    def _visits_of_many(self, users: Ints, at: Floats, until: float) -> _Visits:
        """Return all visits up to an instant, of users most of whom come once or twice: one visit of all at a time."""
        visit, tau = self._states.visit.take(users), self._states.tau.take(users)
        parts = []
        while len(users):
            later = visit + 1
            next_tau = self._visits.tau(tau, users, later, self._states.satisfaction)
            next_at = self._visits.instant(next_tau, users, later)
            parts.append((users, visit, tau, at, next_tau, next_at))
            again = np.flatnonzero(next_at <= until)
            users, visit, tau, at = users[again], later[again], next_tau[again], next_at[again]
        users, visit, tau, at, next_tau, next_at = map(np.concatenate, zip(*parts, strict=True))
        return users, visit, tau, at, (next_tau, next_at)

    def _visits_of_few(self, users: Ints, at: Floats, until: float) -> _Visits:
        """Return all visits up to an instant, of users who come often: many visits of each at a time."""
        visit, tau = self._states.visit.take(users), self._states.tau.take(users)
        parts = [(users, visit, tau, at)]
        while len(users):
            span = (until - at.min()) * self.per_second / self.space.users
            count = int(min(_MOST_VISITS_AHEAD, 1.2 * span + 2))
            readings, instants, numbers = self._visits.ahead(tau, users, visit, count)
            row, column = found = np.nonzero(instants <= until)
            users, visit, tau, at = users[row], numbers[found], readings[found], instants[found]
            parts.append((users, visit, tau, at))
            more = np.flatnonzero(column == count - 1)
            users, visit, tau, at = users[more], visit[more], tau[more], at[more]
        users, visit, tau, at = map(np.concatenate, zip(*parts, strict=True))
        return users, visit, tau, at, None

    def _wave(self, user: Ints, state: States, following: tuple[Floats, Floats] | None = None) -> Wave:
        at = state.next_at
        drift, knot = self._tastes.drift(at, user, state.drift, state.knot)
        state = replace(state, drift=drift, knot=knot)
        taste, satiation = self._tastes.at(at, user, drift), None
        if self._habits.satiates:
            satiation = self._habits.worn_off(state.satiation, at - state.last_at)
            state = replace(state, satiation=satiation)
        keys = self._visits.keys(user, state.visit)
        utility, value = self._responder.judge(self.items, user, taste, satiation)
        observations = Observations(
            at=at,
            user=user,
            visit=state.visit,
            features=self._tastes.features.take(user, axis=0),
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

    def respond(
        self, wave: Wave, best: Ints | None, shown: Ints, slates: Slates, random: Floats | None = None
    ) -> Answers:
        """Let the users of a wave answer.

        Args:
            wave: the requests.
            best: ``(n, size)`` positions in the catalogue of the best slates, None where nobody has asked for them.
            shown: ``(n, size)`` positions in the catalogue of the slates shown.
            slates: the policy's answer, for what it said of itself.
            random: ``(n,)`` outcomes that the policy expects of the random items, None where it does not predict.
        """
        answer = self._responder.respond(wave, best, shown, slates, random)
        weight = self._visits.weight(wave.state)
        return Answers(wave.at, wave.user, wave.state.visit, weight, self._after(wave, shown, answer), answer)

    def _after(self, wave: Wave, shown: Ints, answer: Answer) -> States:
        state, at = wave.state, wave.at
        satiation, satisfaction = state.satiation, state.satisfaction
        if self._habits.satiates:
            satiation = self._habits.satiate(satiation, wave.observations.catalogue.features, shown)
        if self._habits.cares:
            satisfaction = self._habits.please(satisfaction, at - state.last_at, np.asarray(answer.clicked.any(axis=1)))
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
            last_at=at if self._habits.remembers else state.last_at,
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
