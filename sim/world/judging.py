"""What items and slates are worth to users."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, normals, root, uniform
from sim.ports import along_rows, best
from sim.scenario import Scenario
from sim.scenario.population import Population
from sim.stable_math import logit, sigmoid
from sim.tuning import TUNING, Tuning
from sim.world.alive import Alive
from sim.world.groups import Groups
from sim.world.judged import Chosen, Judged
from sim.world.liking import Liking
from sim.world.request_batch import RequestBatch
from sim.world.reversals import Reversals
from sim.world.worth import Worth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Judging:
    """How users judge items before anything is shown.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: its replication.
        scale: stationary standard deviation of a coordinate of a taste.
        groups: the users' groups.
        tuning: sizes.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        replication: int,
        scale: float,
        groups: Groups,
        tuning: Tuning = TUNING,
    ) -> None:
        self._choice, self._size = scenario.slate.choice, scenario.slate.size
        self._linear = scenario.slate.link == "identity"
        self._converts = scenario.feedback.conversion
        self._learns_conversions = scenario.feedback.learn_from == "conversion"
        self._taste_scale, self._groups = scale, groups
        self._reversals = Reversals(scenario, groups.delay)
        self._worth = Worth(scenario, self._reversals)
        self._liking = Liking(scenario, seed, replication)
        self._cells = tuning.judged_at_once
        if self._converts is not None:
            users = np.arange(Population(scenario, seed, replication).count)
            keys = child(root(seed, replication, Stream.CONVERSION_TASTE), users)
            self._own_taste = normals(keys, scenario.users.preferences.dim)

    def judge(self, alive: Alive, user: Ints, taste: Floats, satiation: Floats | None, satisfaction: Floats) -> Judged:
        """Return what every item alive is to the users."""
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
        return Judged(utility, value, rate, factor, liking if self._liking.in_delays else None)

    def _conversion_rate(self, user: Ints, taste: Floats, alive: Alive) -> Floats:
        conversion = self._converts
        assert conversion is not None
        agrees = conversion.agrees_with_click
        own = np.sqrt(1.0 - agrees * agrees) * self._own_taste[user]
        if agrees:
            own = own + (agrees / self._taste_scale) * taste
        return sigmoid(logit(np.array(conversion.rate)) + alive.scores(conversion.spread * own))

    def best(self, batch: RequestBatch) -> Ints:
        """Return the positions of the best slates, ``(n, size)``."""
        judged = batch.judged
        return self._choice.best(judged.utility, judged.value, self._size).astype(np.int64)

    def chosen(self, batch: RequestBatch, shown: Ints, best: Ints | None) -> Chosen:
        """Return what slates are to users, and others beside them.

        Requests are taken in parts: all items of a part stay in the CPU cache.

        Args:
            batch: the requests.
            shown: ``(n, size)`` positions in the catalogue.
            best: ``(n, size)`` positions of the best slates; None where nobody has asked for them.
        """
        return Chosen.join(list(self._parts(batch, shown, best)))

    def _parts(self, batch: RequestBatch, shown: Ints, best: Ints | None) -> Iterator[Chosen]:
        rows = max(1, self._cells // max(1, batch.alive.count))
        for first in range(0, len(shown), rows):
            part = slice(first, first + rows)
            judged = batch.judged_of(part)
            highest, usual = self._bounds(judged, None if best is None else best[part])
            if usual is None:
                usual = self._random(batch, part, judged)
            yield Chosen(judged.at(shown[part]), judged.at(batch.random[part, None]), highest, usual)

    def _bounds(self, judged: Judged, best: Ints | None) -> tuple[Floats, Floats | None]:
        """Return expected rewards of the best and of random slates.

        The latter None where they have no closed form.
        """
        utility, value = judged.utility, judged.value
        if best is None and self._size == 1 and value is None:
            highest = self._choice.expected(along_rows(np.maximum, utility)[:, None], None)
            return highest, self._choice.uniform(utility, value, self._size)
        if best is None:
            best, usual = self._choice.best_and_uniform(utility, value, self._size)
        else:
            usual = self._choice.uniform(utility, value, self._size)
        return self.worth(judged.at(best)), usual

    def _random(self, batch: RequestBatch, part: slice, judged: Judged) -> Floats:
        """Return expected rewards of slates drawn for each request."""
        ids = batch.alive.part(part).ids
        noise = uniform(child(batch.keys[part], int(Stream.UNIFORM_SLATE))[:, None], ids)
        return self.worth(judged.at(best(-noise, self._size)))

    def worth(self, slate: Judged) -> Floats:
        """Return the expected reward ``(n,)`` of slates ``(n, size)``."""
        return self._choice.expected(slate.utility, slate.value)
