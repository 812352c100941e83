"""Requests one at a time, where the policy changes every few of them.

All that does not depend on what is shown is computed ahead, for many requests at once: who comes when, utilities,
noise, and when the log would know the answer to each item. Left for each request are the policy's ranking and a
few look-ups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.predicting import predict_one
from sim.kernel.serving import ask_one, needs_truth
from sim.pipeline import Log, Version
from sim.ports import Observations, Slates
from sim.world import Answers, World

Ints = NDArray[np.int64]
Answer = tuple[list[int], list[float], list[float], float]  # places, propensities and predictions; of another item
Ask = Callable[[int, int], Answer]  # of a row, and the place of the other item
_CELLS = 40_000  # requests x items computed ahead


class Steps:
    """Serves what it has computed ahead; the answers of all of it are computed again, as a block, for the trace.

    Args:
        world: the world.
        log: where impressions go at once.
        record: told of the answers, and what was said of the version of each.

    Attributes:
        next_at: the instant of the next request computed ahead, infinite when there is none.
    """

    def __init__(self, world: World, log: Log, record: Callable[[Answers, list[Any]], None]) -> None:
        self._world, self._log, self._record = world, log, record
        self._most = max(16, _CELLS // world.space.items)
        self.next_at = inf

    def prepare(self, before: float) -> bool:
        """Compute ahead what comes before an instant; say whether anything does."""
        wave = self._world.steady_wave(before, self._most)
        if wave is None:
            return False
        self._wave, self._each = wave, wave.observations.each()
        self._fates = self._world.outlook(wave).fates()
        self._random, self._predicted = wave.random.tolist(), list[float]()  # of the random items
        self._best: Ints | None = None
        self._row, self._at = 0, [*wave.at.tolist(), inf]
        self.next_at = self._at[0]
        self._stamps: list[Any] = []
        columns = {"request_at": wave.at, "user": wave.user, "visit": wave.observations.visit}
        self._said = self._log.foresee(columns, self._world.user_features, wave.observations.catalogue.ids)
        return True

    @property
    def observations(self) -> Observations:
        """All requests computed ahead."""
        return self._wave.observations

    def __len__(self) -> int:
        return len(self._stamps)

    def serve(self, ask: Ask, stamp: Any) -> None:
        """Serve all requests of the next instant.

        Args:
            ask: answers them.
            stamp: what to say of the version that does.
        """
        now, row, said = self.next_at, self._row, self._said
        while self._at[row] == now:
            places, propensities, predicted, expected = ask(row, self._random[row])
            self._predicted.append(expected)
            fates = self._fates(row, places)
            said.place.extend(places)  # an array would be added, not appended, by +=
            said.propensity.extend(propensities)
            said.predicted.extend(predicted)
            said.fates += fates
            self._log.append_next(fates)
            self._stamps.append(stamp)
            self._row = row = row + 1
        self.next_at = self._at[row]
        if self.next_at == inf:
            self._finish()

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
            self._best = self._world.best(self._wave)
        return replace(observations, best=observations.catalogue.ids[self._best[self._row : self._row + 1]])

    def _finish(self) -> None:
        wave = self._wave
        said = self._said.place, self._said.propensity, self._said.predicted
        places, propensities, predicted = (np.array(column).reshape(len(wave.at), -1) for column in said)
        slates = Slates(wave.observations.catalogue.ids[places], propensities, predicted)
        answers = self._world.respond(wave, self._best, places, slates, np.array(self._predicted))
        self._world.commit(answers)
        self._record(answers, self._stamps)
