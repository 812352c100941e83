"""Users' answers: utilities, the best slate, clicks and conversions.

And when these can be known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, normals, root, uniform
from sim.laws import Pace
from sim.ports import Slates, along_rows, at_positions, best
from sim.scenario import Scenario
from sim.scenario.population import Population
from sim.stable_math import logit, sigmoid
from sim.world.alive import Alive
from sim.world.answer import Answer
from sim.world.feedback import FeedbackTimes, KeysOf, resolve_conversion, resolve_feedback
from sim.world.groups import Groups
from sim.world.impression_keys import keys_of
from sim.world.label_incidents import LabelIncidents, of_incidents
from sim.world.liking import Liking
from sim.world.potential_outcomes import Known, PotentialOutcomes, no_click_noise
from sim.world.request_batch import RequestBatch
from sim.world.reversals import Reversals, Settled
from sim.world.worth import Worth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Judged = tuple[Floats, Floats | None, Floats | None, Floats | None, Floats | None]


class Responder:
    """The users' side of a request.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.
        taste_scale: stationary standard deviation of a coordinate of a taste.
        groups: the users' groups.
    """

    def __init__(self, scenario: Scenario, seed: int, replication: int, taste_scale: float, groups: Groups) -> None:
        self._choice = scenario.slate.choice
        self._size = scenario.slate.size
        self._linear = scenario.slate.link == "identity"
        self._feedback = scenario.feedback
        self._ingest = scenario.platform.ingest
        self._converts = scenario.feedback.conversion
        self._learns_conversions = scenario.feedback.learn_from == "conversion"
        self._taste_scale, self._groups = taste_scale, groups
        self._reversals = Reversals(scenario, groups.delay)
        self._worth = Worth(scenario, self._reversals)
        self._liking = Liking(scenario, seed, replication)
        self._incidents = LabelIncidents(scenario)
        if self._converts is not None:
            users = np.arange(Population(scenario, seed, replication).count)
            keys = child(root(seed, replication, Stream.CONVERSION_TASTE), users)
            self._own_taste = normals(keys, scenario.users.preferences.dim)

    @property
    def valued(self) -> bool:
        """Whether an outcome may count something else than 1."""
        return self._worth.on

    @property
    def reverses(self) -> bool:
        """Whether positives may be taken back."""
        return self._reversals.on

    def judge(self, alive: Alive, user: Ints, taste: Floats, satiation: Floats | None, satisfaction: Floats) -> Judged:
        """Return what every item alive is to the users.

        Its click utility, the expected value of a click, the conversion rate, the factor of values, and how much it is
        liked, ``(n, m)`` each; the next three None where they are 1, the last where no delay depends on it.
        """
        utility = alive.scores(taste)
        liking = self._liking.of(alive, utility)
        factor = self._worth.factor(liking, satisfaction, utility.shape)
        alive.add_offset(utility)
        if self._groups.offset is not None:
            utility += self._groups.offset.take(user)[:, None]
        if satiation is not None:
            sated = alive.scores(satiation)
            utility -= np.maximum(sated, 0.0, out=sated)  # being full of one thing makes its opposite no better
        if self._linear:
            utility = logit(np.clip(utility, 0.0, 1.0, out=utility))
        rate = self._conversion_rate(user, taste, alive) if self._learns_conversions else None
        value = self._worth.of_click(rate, factor, self._reversals.kept(user), utility.shape)
        return utility, value, rate, factor, liking if self._liking.in_delays else None

    def _conversion_rate(self, user: Ints, taste: Floats, alive: Alive) -> Floats:
        conversion = self._converts
        assert conversion is not None
        agrees = conversion.agrees_with_click
        own = np.sqrt(1.0 - agrees * agrees) * self._own_taste[user]
        if agrees:
            own = own + (agrees / self._taste_scale) * taste
        return sigmoid(logit(np.array(conversion.rate)) + alive.scores(conversion.spread * own))

    def best(self, utility: Floats, value: Floats | None) -> Ints:
        """Return the positions of the best slates, ``(n, size)``."""
        return self._choice.best(utility, value, self._size).astype(np.int64)

    def respond(
        self, batch: RequestBatch, best: Ints | None, shown: Ints, slates: Slates, random: Floats | None
    ) -> Answer:
        """Decide the outcome of every request (see `World.respond`)."""
        ids = batch.alive.ids_at(shown)
        utility = at_positions(batch.utility, shown)
        expected = self._choice.expected(utility, None if batch.value is None else at_positions(batch.value, shown))
        highest = self._highest(batch, best)
        clicked = self._click(batch, utility, ids)
        settled = self._resolve(batch, shown, ids, clicked)
        times, label, value = settled.times, *self._values(batch, shown, ids, settled)
        (due_at, lost, copied), (worth, random_worth) = of_incidents(times), self._mean_values(batch, shown)
        return Answer(
            expected=expected,
            regret=highest - expected,
            gap=highest - self._uniform(batch),
            item=ids,
            propensity=_column(slates.propensity, ids.shape),
            predicted=_column(slates.predicted, ids.shape),
            probability=expected[:, None] if self._alone(batch) else self._probability(batch, shown),
            random_predicted=_column(random, (len(ids),)),
            random_probability=self._probability(batch, batch.random[:, None])[:, 0],
            clicked=clicked,
            outcome=settled.outcome,
            event_at=times.event_at,
            delivered_at=times.delivered_at,
            closes_at=times.closes_at,
            credited=times.credited,
            label=label,
            value=value,
            reversed_at=settled.reversed_at,
            worth=worth,
            random_worth=random_worth,
            click_logged_at=None if settled.click is None else self._logged(batch, ids, settled.click),
            due_at=due_at,
            lost=lost,
            copied=copied,
        )

    def clicked(self, batch: RequestBatch, shown: Ints) -> NDArray[np.bool_]:
        """Return which items of slates are clicked, ``(n, size)``."""
        return self._click(batch, at_positions(batch.utility, shown), batch.alive.ids_at(shown))

    def clicks_logged_at(self, batch: RequestBatch, shown: Ints, clicked: NDArray[np.bool_]) -> Floats:
        """Return when the log has each click ``(n, size)``.

        Infinite for never: no click, or one that is not credited. It is the click's own entry, also where conversions
        are learnt from.
        """
        ids = batch.alive.ids_at(shown)
        return self._logged(batch, ids, self._resolve_click(batch, shown, ids, clicked)[0])

    def _logged(self, batch: RequestBatch, ids: Ints, times: FeedbackTimes) -> Floats:
        times = self._incidents.disturb(times, lambda stream: keys_of(batch, ids, stream))
        return np.where(times.credited, times.delivered_at, np.inf)

    def values(self, batch: RequestBatch, shown: Ints) -> Floats:
        """Return what the outcomes of slates count, ``(n, size)``."""
        ids = batch.alive.ids_at(shown)
        settled = self._resolve(batch, shown, ids, self.clicked(batch, shown))
        _, values = self._values(batch, shown, ids, settled)
        return settled.outcome.astype(np.float64) if values is None else values

    def potential_outcomes(self, batch: RequestBatch) -> PotentialOutcomes:
        """Return what every item would be answered (see `World.potential_outcomes`)."""
        n, m = batch.utility.shape
        every, ids = np.broadcast_to(np.arange(m), (n, m)), np.broadcast_to(batch.alive.ids, (n, m))
        keys = child(batch.keys, int(Stream.OUTCOME))
        return PotentialOutcomes(
            choice=self._choice,
            utility=batch.utility,
            noise=uniform(child(keys[:, None], ids), 0),
            keys=keys,
            if_not=self._known(batch, every, ids, np.zeros((n, m), dtype=bool)),
            if_clicked=self._known(batch, every, ids, np.ones((n, m), dtype=bool)),
            size=self._size,
        )

    def _known(self, batch: RequestBatch, shown: Ints, ids: Ints, clicked: NDArray[np.bool_]) -> Known:
        """Return what the log will know of impressions."""
        settled = self._resolve(batch, shown, ids, clicked)
        label, _ = self._values(batch, shown, ids, settled)
        times = settled.times
        return Known(times.delivered_at, times.closes_at, label, settled.reversed_at, *of_incidents(times)[:2])

    def _values(
        self, batch: RequestBatch, shown: Ints, ids: Ints, settled: Settled
    ) -> tuple[NDArray[Any], Floats | None]:
        """Return labels and what outcomes count.

        The latter None where each counts 1.
        """
        credited = settled.times.credited
        if not self._worth.on:
            return credited, None
        factor = None if batch.factor is None else at_positions(batch.factor, shown)
        values = self._worth.draw(keys_of(batch, ids, Stream.VALUE), settled.outcome, factor)
        label = credited if values is None else np.where(credited, values, 0.0)
        values = settled.outcome.astype(np.float64) if values is None else values
        return label, values if settled.reversed is None else np.where(settled.reversed, 0.0, values)

    def _mean_values(self, batch: RequestBatch, shown: Ints) -> tuple[Floats | None, Floats | None]:
        """Return the mean values of shown and random items."""
        if not self._worth.on:
            return None, None
        places = shown, batch.random[:, None]
        factors = [None if batch.factor is None else at_positions(batch.factor, place) for place in places]
        kept = self._reversals.kept(batch.user)
        own, other = (self._worth.of_outcome(f, kept, p.shape) for f, p in zip(factors, places, strict=True))
        return own, other[:, 0]

    def _alone(self, batch: RequestBatch) -> bool:
        """Say whether slates are one item of worth 1.

        The expected reward is then the item's probability.
        """
        return self._size == 1 and batch.value is None

    def _probability(self, batch: RequestBatch, slate: Ints) -> Floats:
        """Return the probability of each outcome of slates ``(n, k)``."""
        clicks = self._choice.probability(at_positions(batch.utility, slate))
        return clicks if batch.rate is None else clicks * at_positions(batch.rate, slate)

    def worth(self, batch: RequestBatch, slate: Ints) -> Floats:
        """Return the expected reward of slates ``(n, size)``."""
        value = None if batch.value is None else at_positions(batch.value, slate)
        return self._choice.expected(at_positions(batch.utility, slate), value)

    def _highest(self, batch: RequestBatch, best: Ints | None) -> Floats:
        """Return the expected reward of the best slates.

        Of one item alone it is the highest utility's.
        """
        if best is None and self._alone(batch):
            return self._choice.expected(along_rows(np.maximum, batch.utility)[:, None], None)
        return self.worth(batch, self.best(batch.utility, batch.value) if best is None else best)

    def _uniform(self, batch: RequestBatch) -> Floats:
        closed = self._choice.uniform(batch.utility, batch.value, self._size)
        if closed is not None:
            return closed
        noise = uniform(child(batch.keys, int(Stream.UNIFORM_SLATE))[:, None], batch.alive.ids)
        return self.worth(batch, best(-noise, self._size))

    def _click(self, batch: RequestBatch, utility: Floats, ids: Ints) -> NDArray[np.bool_]:
        keys = child(batch.keys, int(Stream.OUTCOME))
        noise = uniform(child(keys[:, None], ids), 0)
        return self._choice.clicks(utility, noise, lambda: no_click_noise(keys))

    def _resolve(self, batch: RequestBatch, shown: Ints, ids: Ints, clicked: NDArray[np.bool_]) -> Settled:
        def keys(stream: Stream) -> KeysOf:
            return keys_of(batch, ids, stream)

        click, ingest = self._resolve_click(batch, shown, ids, clicked)
        pace = self._pace(batch, shown)
        if not self._learns_conversions:
            return self._incidents.settle(self._reversals.settle(clicked, click, keys, ingest, pace), keys)
        assert self._converts is not None
        assert batch.rate is not None
        converts = clicked & (uniform(keys(Stream.CONVERSION)(...), 0) < at_positions(batch.rate, shown))
        delays = keys(Stream.CONVERSION_DELAY)
        times = resolve_conversion(self._feedback.click, self._converts, click, clicked, converts, delays, ingest, pace)
        settled = self._incidents.settle(self._reversals.settle(converts, times, keys, ingest, pace), keys)
        return settled._replace(click=click)

    def _resolve_click(
        self, batch: RequestBatch, shown: Ints, ids: Ints, clicked: NDArray[np.bool_]
    ) -> tuple[FeedbackTimes, Floats | float]:
        """Return the times of clicks, and the ingest latencies."""
        start = batch.at[:, None]
        ingest: Floats | float | None = self._ingest.certain
        if ingest is None:
            ingest = self._ingest.duration(keys_of(batch, ids, Stream.INGEST)(...), np.broadcast_to(start, ids.shape))
        delays = keys_of(batch, ids, Stream.DELAY)
        pace = self._pace(batch, shown)
        return resolve_feedback(self._feedback.click, start, clicked, delays, ingest, pace), ingest

    def _pace(self, batch: RequestBatch, shown: Ints) -> Pace | None:
        """Return how slow the answers of a batch are.

        None where all are as drawn.
        """
        if self._groups.delay is None and batch.liking is None:
            return None
        factor = np.ones(shown.size)
        if self._groups.delay is not None:
            factor = np.broadcast_to(self._groups.delay.take(batch.user)[:, None], shown.shape).ravel()
        return Pace(factor, None if batch.liking is None else at_positions(batch.liking, shown).ravel())


def _column(values: Floats | None, shape: tuple[int, ...]) -> Floats:
    return np.full(shape, np.nan) if values is None else np.array(values, dtype=np.float64)  # policies may reuse theirs
