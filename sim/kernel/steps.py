"""Requests one at a time, where the policy changes every few of them.

All that does not depend on what is shown is computed ahead, for many requests at once: who comes when, utilities,
noise, and when the log would know the answer to each item. Left for each request are the policy's ranking and a
few look-ups.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.kernel.serving import Slate, ask_one, needs_truth, who_and_when
from sim.pipeline import Log, Version
from sim.ports import Observations, Slates
from sim.world import Answers, World

Ints = NDArray[np.int64]
_CELLS = 40_000  # requests x items computed ahead


class Steps:
    """Serves what it has computed ahead; the answers of all of it are computed again, as a block, for the trace.

    Args:
        world: the world.
        log: where impressions go at once.
        record: told of the answers, and for each of the version and of how many were in flight.
    """

    def __init__(self, world: World, log: Log, record: Callable[[Answers, list[Version], list[int]], None]) -> None:
        self._world, self._log, self._record = world, log, record
        self._most = max(16, _CELLS // world.space.items)
        self._row = 0
        self._at: list[float] = []

    def prepare(self, before: float) -> bool:
        """Compute ahead what comes before an instant; say whether anything does."""
        wave = self._world.steady_wave(before, self._most)
        if wave is None:
            return False
        self._wave, self._row = wave, 0
        self._outlook = self._world.outlook(wave)
        self._best = self._world.best(wave)
        self._at = wave.at.tolist()
        self._ids = wave.observations.catalogue.ids.tolist()
        self._slates: list[Slate] = []
        self._versions: list[Version] = []
        self._in_flight: list[int] = []
        self._log.foresee(who_and_when(wave.at, wave.user, wave.observations.visit, self._world.space.size))
        return True

    def __len__(self) -> int:
        return len(self._at)

    @property
    def next_at(self) -> float | None:
        """The instant of the next request computed ahead, None when there is none."""
        return self._at[self._row] if self._row < len(self._at) else None

    def serve(self, version: Version, in_flight: int) -> None:
        """Serve all requests of the next instant under a version."""
        now = self._at[self._row]
        while self._row < len(self._at) and self._at[self._row] == now:
            self._serve(self._row, version)
            self._in_flight.append(in_flight)
            self._row += 1
        if self._row == len(self._at):
            self._finish()

    def _serve(self, row: int, version: Version) -> None:
        slate = places, propensity, predicted = ask_one(version, self._observations(row, needs_truth(version)))
        self._versions.append(version)
        self._slates.append(slate)
        fates = self._outlook.fates(row, places)
        ids = self._ids
        self._log.append_next(
            [(ids[place], p, q, *fate) for place, p, q, fate in zip(places, propensity, predicted, fates, strict=True)]
        )

    def _observations(self, row: int, truth: bool) -> Observations:
        o, own = self._wave.observations, slice(row, row + 1)
        best = o.catalogue.ids[self._best[own]] if truth else None
        features, keys = o.features[own], o.keys[own]
        return Observations(o.at[own], o.user[own], o.visit[own], features, o.catalogue, o.size, keys, best)

    def _finish(self) -> None:
        places, propensity, predicted = (np.array(column) for column in zip(*self._slates, strict=True))
        slates = Slates(self._wave.observations.catalogue.ids[places], propensity, predicted)
        answers = self._world.respond(self._wave, self._best, places, slates)
        self._world.commit(answers)
        self._record(answers, self._versions, self._in_flight)
