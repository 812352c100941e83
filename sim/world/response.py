"""Users' answers: clicks, conversions and what they count.

And when these can be known.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, uniform
from sim.laws import Pace
from sim.ports import Slates
from sim.scenario import Scenario
from sim.world.answer import Answer
from sim.world.feedback import FeedbackTimes, KeysOf, resolve_conversion, resolve_feedback
from sim.world.groups import Groups
from sim.world.impression_keys import keys_of
from sim.world.judged import Chosen, Judged
from sim.world.label_incidents import LabelIncidents, of_incidents
from sim.world.potential_outcomes import Known, PotentialOutcomes, no_click_noise
from sim.world.request_batch import RequestBatch
from sim.world.reversals import Reversals, Settled
from sim.world.worth import Worth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Responder:
    """The users' side of a request.

    Args:
        scenario: the world.
        groups: the users' groups.

    Attributes:
        valued: whether an outcome may count something else than 1.
        reverses: whether positives may be taken back.
    """

    def __init__(self, scenario: Scenario, groups: Groups) -> None:
        self.choice, self.size = scenario.slate.choice, scenario.slate.size
        self.feedback, self.ingest = scenario.feedback, scenario.platform.ingest
        self.learns_conversions = scenario.feedback.learn_from == "conversion"
        self.slowness = groups.delay
        self.reversals = Reversals(scenario, groups.delay)
        self.worth = Worth(scenario, self.reversals)
        self.incidents = LabelIncidents(scenario)
        self.valued, self.reverses = self.worth.on, self.reversals.on

    def replies(self, batch: RequestBatch, ids: Ints, items: Judged, clicked: Bools | None = None) -> Replies:
        """Return what users answer to items, see `Replies`."""
        return Replies(self, batch, ids, items, clicked)

    def respond(self, batch: RequestBatch, chosen: Chosen, ids: Ints, slates: Slates, random: Floats | None) -> Answer:
        """Decide the outcome of every request (see `World.respond`)."""
        shown = chosen.shown
        replies = self.replies(batch, ids, shown)
        expected = self.choice.expected(shown.utility, shown.value)
        settled, (label, value) = replies.settled, replies.labels_and_values
        times = settled.times
        (due_at, lost, copied), (worth, random_worth) = of_incidents(times), self._mean_values(batch, chosen)
        alone = self.size == 1 and shown.value is None  # then the expected reward is the item's probability
        return Answer(
            expected=expected,
            regret=chosen.highest - expected,
            gap=chosen.highest - chosen.uniform,
            item=ids,
            propensity=_column(slates.propensity, ids.shape),
            predicted=_column(slates.predicted, ids.shape),
            probability=expected[:, None] if alone else self._probability(shown),
            random_predicted=_column(random, (len(ids),)),
            random_probability=self._probability(chosen.random)[:, 0],
            clicked=replies.clicked,
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
            click_logged_at=replies.clicks_logged_at if self.learns_conversions else None,
            due_at=due_at,
            lost=lost,
            copied=copied,
        )

    def _mean_values(self, batch: RequestBatch, chosen: Chosen) -> tuple[Floats | None, Floats | None]:
        """Return the mean values of shown and random items."""
        if not self.worth.on:
            return None, None
        kept = self.reversals.kept(batch.user)
        own, other = (
            self.worth.of_outcome(items.factor, kept, items.utility.shape) for items in (chosen.shown, chosen.random)
        )
        return own, other[:, 0]

    def _probability(self, items: Judged) -> Floats:
        """Return the probability of each outcome of slates ``(n, k)``."""
        clicks = self.choice.probability(items.utility)
        return clicks if items.rate is None else clicks * items.rate

    def potential_outcomes(self, batch: RequestBatch) -> PotentialOutcomes:
        """Return what every item would be answered (see `World.potential_outcomes`)."""
        items = batch.judged
        n, m = items.utility.shape
        ids = np.broadcast_to(batch.alive.ids, (n, m))
        keys = child(batch.keys, int(Stream.OUTCOME))
        return PotentialOutcomes(
            choice=self.choice,
            utility=items.utility,
            noise=uniform(child(keys[:, None], ids), 0),
            keys=keys,
            if_not=self.replies(batch, ids, items, np.zeros((n, m), dtype=bool)).known,
            if_clicked=self.replies(batch, ids, items, np.ones((n, m), dtype=bool)).known,
            size=self.size,
        )


class Replies:
    """What users answer to items.

    Each part is worked out when it is asked for.

    Args:
        responder: how they do.
        batch: the requests.
        ids: ``(n, k)`` items.
        items: what they are to the users, likewise.
        clicked: which of them are clicked; None where users decide.
    """

    def __init__(
        self, responder: Responder, batch: RequestBatch, ids: Ints, items: Judged, clicked: Bools | None
    ) -> None:
        self._by, self._batch, self._ids, self._items = responder, batch, ids, items
        if clicked is not None:
            self.clicked = clicked

    def _keys(self, stream: Stream) -> KeysOf:
        return keys_of(self._batch, self._ids, stream)

    @cached_property
    def clicked(self) -> Bools:
        """Which items are clicked, ``(n, size)``."""
        keys = child(self._batch.keys, int(Stream.OUTCOME))
        noise = uniform(child(keys[:, None], self._ids), 0)
        return self._by.choice.clicks(self._items.utility, noise, lambda: no_click_noise(keys))

    @cached_property
    def _pace(self) -> Pace | None:
        """How slow answers are; None: as drawn."""
        slowness, liking, shape = self._by.slowness, self._items.liking, self._ids.shape
        if slowness is None and liking is None:
            return None
        liking = None if liking is None else liking.ravel()
        if slowness is None:
            return Pace(np.ones(self._ids.size), liking)
        own = slowness.take(self._batch.user)
        return Pace(own if shape[1] == 1 else np.broadcast_to(own[:, None], shape).ravel(), liking)

    @cached_property
    def _ingest(self) -> Floats | float:
        """The latencies from events to the log, seconds."""
        law = self._by.ingest
        if (certain := law.certain) is not None:
            return certain
        start = np.broadcast_to(self._batch.at[:, None], self._ids.shape)
        return law.duration(self._keys(Stream.INGEST)(...), start)

    @cached_property
    def _click(self) -> FeedbackTimes:
        """The times of clicks."""
        start = self._batch.at[:, None]
        delays = self._keys(Stream.DELAY)
        return resolve_feedback(self._by.feedback.click, start, self.clicked, delays, self._ingest, self._pace)

    @cached_property
    def settled(self) -> Settled:
        """What becomes of the items."""
        outcome, times = self._conversions() if self._by.learns_conversions else (self.clicked, self._click)
        settled = self._by.reversals.settle(outcome, times, self._keys, self._ingest, self._pace)
        return self._by.incidents.settle(settled, self._keys)

    def _conversions(self) -> tuple[Bools, FeedbackTimes]:
        """Return which items convert, and when."""
        feedback, rate = self._by.feedback, self._items.rate
        assert feedback.conversion is not None
        assert rate is not None
        converts = self.clicked & (uniform(self._keys(Stream.CONVERSION)(...), 0) < rate)
        delays, stages = self._keys(Stream.CONVERSION_DELAY), (feedback.click, feedback.conversion)
        times = resolve_conversion(*stages, self._click, self.clicked, converts, delays, self._ingest, self._pace)
        return converts, times

    @cached_property
    def labels_and_values(self) -> tuple[NDArray[Any], Floats | None]:
        """Labels and what outcomes count, ``(n, size)`` each.

        The latter None where each counts 1.
        """
        settled, worth = self.settled, self._by.worth
        credited = settled.times.credited
        if not worth.on:
            return credited, None
        values = worth.draw(self._keys(Stream.VALUE), settled.outcome, self._items.factor)
        label = credited if values is None else np.where(credited, values, 0.0)
        values = settled.outcome.astype(np.float64) if values is None else values
        return label, values if settled.reversed is None else np.where(settled.reversed, 0.0, values)

    @property
    def values(self) -> Floats:
        """What outcomes count, ``(n, size)``."""
        _, values = self.labels_and_values
        return self.settled.outcome.astype(np.float64) if values is None else values

    @property
    def clicks_logged_at(self) -> Floats:
        """When the log has each click, ``(n, size)``.

        Infinite for never: no click, or one that is not credited. It is the click's own entry, also where conversions
        are learnt from.
        """
        by = self._by
        same = not by.learns_conversions and not by.reversals.on
        times = self.settled.times if same else by.incidents.disturb(self._click, self._keys)
        return np.where(times.credited, times.delivered_at, np.inf)

    @property
    def known(self) -> Known:
        """What the log will know of the items."""
        label, _ = self.labels_and_values
        times, reversed_at = self.settled.times, self.settled.reversed_at
        return Known(times.delivered_at, times.closes_at, label, reversed_at, *of_incidents(times)[:2])


def _column(values: Floats | None, shape: tuple[int, ...]) -> Floats:
    return np.full(shape, np.nan) if values is None else np.array(values, dtype=np.float64)  # policies may reuse theirs
