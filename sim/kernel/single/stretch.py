"""A stretch of requests computed ahead.

All that does not depend on what is shown is computed for many requests at once: who comes when, utilities,
noise, and when the log would know the answer to each item. Left for each request are the policy's ranking and a
few look-ups; the answers are computed again, as a block, for the trace.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.predicting import predict_one
from sim.kernel.serving import ask_one, needs_truth
from sim.kernel.single.outcomes import outcomes_of
from sim.kernel.single.scheduled_impressions import ScheduledImpressions
from sim.pipeline import LogWriter, Version
from sim.ports import Observations, Slates
from sim.world import Answers, RequestBatch, Served, World

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Answer = tuple[list[int], list[float], list[float], float]  # places, propensities and predictions; of another item
Ask = Callable[[int, int], Answer]  # of a row, and the place of the other item


class Stretch:
    """Serves its requests one instant after another.

    Args:
        world: the world.
        log: where impressions go at once.
        batch: the requests; no answer to one touches another.

    Attributes:
        parts: the requests of each catalogue, as policies see them.
        next_at: the instant of the next request, infinite when there is none.
        stamps: what was said of the version that answered each.
    """

    def __init__(self, world: World, log: LogWriter, batch: RequestBatch) -> None:
        self._world, self._log, self._batch = world, log, batch
        self.parts = batch.parts
        self._each = chain.from_iterable(observations.each() for _, observations in self.parts)
        self._ids: list[list[int]] = []  # of what is alive at each request
        for rows, observations in self.parts:
            self._ids += [observations.catalogue.ids.tolist()] * (rows.stop - rows.start)
        self._outcomes = outcomes_of(world.potential_outcomes(batch))
        self._random, self._predicted = batch.random.tolist(), list[float]()  # of the random items
        self._best: Ints | None = None
        self._row, self._at = 0, [*batch.at.tolist(), inf]
        self.next_at = self._at[0]
        self.stamps: list[Any] = []
        columns = {"request_at": batch.at, "user": batch.user, "visit": batch.visit, "context": batch.context}
        self._shown = ScheduledImpressions(log.end, world.space.size, self._at[:-1], _observed(world, batch))
        self._places: list[int] = []  # of what was shown, in the catalogues
        log.schedule(columns, self._shown)

    def serve(self, ask: Ask, stamp: Any) -> None:
        """Serve all requests of the next instant.

        Args:
            ask: answers them.
            stamp: what to say of the version that does.
        """
        now, row, shown = self.next_at, self._row, self._shown
        while self._at[row] == now:
            places, propensities, predicted, expected = ask(row, self._random[row])
            self._predicted.append(expected)
            outcomes = self._outcomes(row, places)
            self._places.extend(places)  # an array would be added, not appended, by +=
            ids = self._ids[row]
            shown.item += [ids[place] for place in places]
            shown.propensity.extend(propensities)
            shown.predicted.extend(predicted)
            shown.outcomes += outcomes
            self._log.append(outcomes)
            self.stamps.append(stamp)
            self._row = row = row + 1
        self.next_at = self._at[row]

    def asking(self, version: Version) -> Ask:
        """Return how to ask a version's policy."""

        def ask(_: int, random: int) -> Answer:
            observations = self._observations(needs_truth(version))
            return *ask_one(version, observations), predict_one(version, observations, random)

        return ask

    def _observations(self, truth: bool) -> Observations:
        observations = next(self._each)
        if not truth:
            return observations
        if self._best is None:
            self._best = self._world.best(self._batch)
        return replace(observations, best=observations.catalogue.ids[self._best[self._row : self._row + 1]])

    def answers(self) -> Answers:
        """Return the answers to all requests, after they are served."""
        batch = self._batch
        said = self._places, self._shown.propensity, self._shown.predicted
        places, propensities, predicted = (np.array(column).reshape(len(batch.at), -1) for column in said)
        slates = Slates(batch.alive.ids_at(places), propensities, predicted)
        return self._world.respond(Served(batch, self._best, places, slates, np.array(self._predicted)))


def _observed(world: World, batch: RequestBatch) -> Callable[[int], Floats]:
    """Return how to look up the observed features of requests.

    Those of one, ``(1, p)``, are read only, and whoever keeps them keeps no requests alive.
    """
    if not batch.context.shape[1]:
        users, table = batch.user.tolist(), world.user_features
        return lambda row: table[users[row] : users[row] + 1]
    features = batch.features

    def copied(row: int) -> Floats:
        own = features[row : row + 1].copy()
        own.setflags(write=False)
        return own

    return copied
