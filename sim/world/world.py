"""The world of visits, best slates and answers.

Who comes when, what the best slate was, what is answered, and what that changes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, root
from sim.ports import Space
from sim.scenario import Scenario
from sim.scenario.population import Population
from sim.tuning import TUNING, Tuning
from sim.world.context import RequestContext
from sim.world.groups import Groups
from sim.world.independent_visits import visits_until
from sim.world.items import Items
from sim.world.judged import Chosen
from sim.world.judging import Judging
from sim.world.leaving import Leaving
from sim.world.merging import merge
from sim.world.pleasing import Pleasing
from sim.world.potential_outcomes import PotentialOutcomes
from sim.world.recent_clicks import RecentClicks
from sim.world.redrawn_items import RedrawnItems
from sim.world.request_batch import Answers, RequestBatch, Served, in_order
from sim.world.response import Responder
from sim.world.tastes import Tastes
from sim.world.upcoming_visits import UpcomingVisits
from sim.world.users import States, UserDynamics
from sim.world.visits import Moment, Visits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class World:
    """One replication of a scenario.

    Args:
        scenario: the world's description.
        seed: the run's seed.
        replication: number of this replication.
        tuning: sizes.

    Attributes:
        space: what an agent may know beforehand.
        items: the catalogue.
        per_second: requests a second, about.
        valued: whether an outcome may count something else than 1.
        reverses: whether positives may be taken back.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int, tuning: Tuning = TUNING) -> None:
        self._tuning = tuning
        self._redrawn = scenario.items.redrawn
        self.items: Items | RedrawnItems = Items(scenario, seed, replication, tuning)
        if self._redrawn:
            self.items = RedrawnItems(scenario, seed, replication)
        population = Population(scenario, seed, replication)
        leaving = Leaving(scenario, seed, replication, population)
        self._groups = Groups(scenario, seed, replication, population.count)
        self._tastes = Tastes(scenario, seed, replication, tuning, self._groups.indicators)
        self._visits = Visits(scenario, root(seed, replication, Stream.VISIT), population, leaving, self._groups.visits)
        self._recent = RecentClicks(scenario, tuning)
        self._context, self._dynamics = RequestContext(scenario, seed, replication), UserDynamics(scenario)
        self._judging = Judging(scenario, seed, replication, self._tastes.scale, self._groups, tuning)
        self._responder = Responder(scenario, self._groups)
        self._pleasing = Pleasing(scenario, self.items)
        self.valued, self.reverses = self._responder.valued, self._responder.reverses
        self._size = scenario.slate.size
        self._per_user = scenario.users.visits_per_second
        self.per_second = scenario.users.present(scenario.horizon) * self._per_user
        self._states = self._start(population.arrived_at)
        self._upcoming = UpcomingVisits(self._states.next_at, self.per_second, tuning)
        self.space = Space(
            users=scenario.users.count,
            user_dim=self._tastes.features.shape[1] + self._context.shown + self._recent.dim,
            items=scenario.items.alive,
            item_dim=self._tastes.dim,
            size=self._size,
            turnover=self.items.changes,
        )

    def _start(self, arrived_at: Floats) -> States:
        count = len(arrived_at)
        first = self._visits.first()
        recent, recent_at, waiting = self._recent.start(count)
        return States(
            visit=np.zeros(count, dtype=np.int64),
            tau=first.tau.copy(),
            next_at=first.at,
            last_at=arrived_at.copy() if self._dynamics.remembers else np.zeros(0),
            satisfaction=np.zeros(count if self._dynamics.cares else 0),
            stretch=first.stretch,
            patience=first.patience,
            satiation=np.zeros((count if self._dynamics.satiates else 0, self._tastes.dim)),
            drift=self._tastes.drift_start(),
            knot=np.zeros(count if self._tastes.drifts else 0, dtype=np.int64),
            recent=recent,
            recent_at=recent_at,
            waiting=waiting,
        )

    @property
    def together(self) -> int:
        """How many requests are worth computing together, at most."""
        tuning, cells = self._tuning, self.space.items
        if self._redrawn:
            cells *= max(1, self.space.item_dim)
        in_sessions = self._visits.one_by_one and self._dynamics.remembers
        scores = tuning.session_scores if in_sessions else tuning.block_scores
        most = min(tuning.block_requests, scores // cells)
        if self.items.changes and self._dynamics.remembers:
            most = min(most, len(self._states.visit) // tuning.users_per_request)
        return max(16, most)

    @property
    def user_features(self) -> Floats:
        """The observed features of all users, ``(users, p)``."""
        return self._tastes.features

    def reach(self, before: float, count: int) -> float | None:
        """Return the instant that the next ``count`` requests reach.

        About that many: ties are kept together.

        Args:
            before: requests at or after this instant are not wanted.
            count: wanted number of requests, at least 1.

        Returns:
            An instant, itself included; None when there is no request before ``before``.
        """
        return self._upcoming.reach(before, count)

    def first_batch(self, until: float) -> RequestBatch:
        """Return the next requests up to and including ``until``.

        One visit per user where visits depend on earlier answers, else all.
        """
        users, at = self._upcoming.visits(until)
        if self._dynamics.remembers:
            users = users[in_order(at, users)]
            return self._batch(users, self._states.take(users))
        users, visit, tau, at, next_visits = visits_until(
            until, users, at, self._states, self._visits, self._per_user, self._tuning
        )
        order = in_order(at, users, visit)
        if next_visits is not None:
            next_visits = next_visits[0].take(order), next_visits[1].take(order)
        users = users.take(order)
        states = self._at_visits(users, visit.take(order), tau.take(order), at.take(order))
        return self._batch(users, states, next_visits)

    def _at_visits(self, users: Ints, visit: Ints, tau: Floats, at: Floats) -> States:
        """Return states at visits of users who do not remember."""
        drift, knot = self._states.drift, self._states.knot
        if self._tastes.drifts:
            drift, knot = drift.take(users, axis=0), knot.take(users)
        return replace(self._states, visit=visit, tau=tau, next_at=at, drift=drift, knot=knot)

    def independent_batch(self, before: float, count: int) -> RequestBatch | None:
        """Return about the next ``count`` independent requests.

        Or as many of them as no answer to another can touch.

        Args:
            before: requests at or after this instant are not wanted.
            count: wanted number of requests.

        Returns:
            None when there is none.
        """
        until = self.reach(before, count)
        if until is None:
            return None
        if not self._dynamics.remembers:
            return self.first_batch(until)
        users, _ = self._upcoming.visits(until)
        states = self._states.take(users)
        alone = states.next_at < self._visits.soonest(Moment.of(states), users, states.visit + 1).min()
        users, states = users[alone], states.take(np.flatnonzero(alone))
        order = in_order(states.next_at, users)
        return self._batch(users[order], states.take(order)) if len(users) else None

    def potential_outcomes(self, batch: RequestBatch) -> PotentialOutcomes:
        """Return the potential answers to every item.

        At requests of which none touches another.
        """
        return self._responder.potential_outcomes(batch)

    def next_batch(self, served: Served, until: float) -> RequestBatch | None:
        """Return the visits that follow a batch's.

        Up to and including ``until``.
        """
        if not self._dynamics.remembers:
            return None
        batch = served.batch
        served.after = after = self._after(served)
        again = np.flatnonzero(after.next_at <= until)
        if not len(again):
            return None
        if self.items.changes:  # the requests of each catalogue are to be together
            again = again[in_order(after.next_at[again], batch.user[again])]
        return self._batch(batch.user[again], after.take(again))

    def merged(self, parts: list[Served]) -> Served:
        """Return several batches in order of ``(time, user, visit)``."""
        return parts[0] if len(parts) == 1 else merge(parts, self.items.alive)

    def _batch(self, user: Ints, state: States, next_visits: tuple[Floats, Floats] | None = None) -> RequestBatch:
        at = state.next_at
        drift, knot = self._tastes.drift(at, user, state.drift, state.knot)
        state = replace(state, drift=drift, knot=knot)
        keys = self._visits.keys(user, state.visit)
        context = self._context.at(at, keys)
        taste = self._context.moved(self._tastes.at(at, user, drift), context)
        if self._dynamics.satiates:
            state = replace(state, satiation=self._dynamics.worn_off(state.satiation, at - state.last_at))
        if self._recent.on:
            state = self._recent.at_requests(state)
        alive = self.items.alive(at, user, state.visit)
        features, seen = self._context.observed(self._tastes.features.take(user, axis=0), context, state.recent)
        draws = child(keys, int(Stream.POLICY))
        judge = self._judging.judge
        return RequestBatch(user, state, keys, features, seen, draws, self._size, alive, taste, judge, next_visits)

    def best(self, batch: RequestBatch) -> Ints:
        """Return the best slates' positions in the catalogue, ``(n, size)``."""
        return self._judging.best(batch)

    def worth(self, batch: RequestBatch, shown: Ints) -> Floats:
        """Return the expected rewards ``(n,)`` of slates, by position."""
        return self._judging.worth(batch.judged.at(shown))

    def respond(self, served: Served) -> Answers:
        """Let the users of a batch answer."""
        batch, chosen, after = served.batch, self._chosen(served), served.after
        ids = batch.alive.ids_at(served.shown)
        answer = self._responder.respond(batch, chosen, ids, served.slates, served.random)
        weight = self._visits.weight(batch.state)
        if after is None:
            after = self._after(served)
        return Answers(batch.at, batch.user, batch.visit, weight, batch.context, after, answer)

    def _chosen(self, served: Served) -> Chosen:
        """Return what was shown is to the users."""
        if served.chosen is None:
            served.chosen = self._judging.chosen(served.batch, served.shown, served.best)
        return served.chosen

    def _after(self, served: Served) -> States:
        """Return the users' states after they were served."""
        batch, shown = served.batch, served.shown
        replies = self._responder.replies(batch, batch.alive.ids_at(shown), self._chosen(served).shown)
        slates, pleased = partial(self.items.features, batch.alive, shown), None
        if self._dynamics.cares:
            pleased = self._pleasing.of(batch, shown, replies)
        state = self._dynamics.after(batch.state, batch.at, pleased, slates)
        visit = state.visit + 1
        if batch.next_visits is not None:
            following = Moment(*batch.next_visits, state.stretch, state.patience)
        else:
            following = self._visits.following(Moment.of(state), batch.user, visit, state.satisfaction)
        if self._recent.on:
            state = self._recent.after(state, batch.at, replies.clicks_logged_at, *slates())
        tau, next_at, stretch, patience = following
        return replace(state, visit=visit, tau=tau, next_at=next_at, stretch=stretch, patience=patience)

    def commit(self, answers: Answers) -> None:
        """Commit answered requests and drop what is no longer needed.

        Users move on; what no later request needs is dropped.
        """
        self._states.put(answers.user, answers.after)
        self._recent.compact(self._states.waiting)
        last = float(answers.at[-1])
        self._tastes.forget(last)
        self.items.settle(last)
