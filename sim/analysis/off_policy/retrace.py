"""Run a world again along the slates of a trace.

Every draw has a key, so users, tastes, items and answers come out as they were. No agent is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import LabError
from sim.ports import Slates
from sim.scenario import Scenario
from sim.world import Answers, RequestBatch, Served, World

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Step = tuple[World, Served | None, Answers | None]
_NEEDED = ("user", "visit", "position", "item", "propensity", "outcome")


@dataclass(frozen=True)
class Logged:
    """What a trace has of n requests.

    They are found by user and visit.

    Attributes:
        key: ``(n,)`` one number per user and visit, ascending.
        visits: more than any number of a visit.
        item: ``(n, size)`` ids shown.
        propensity: ``(n, size)``, NaN where the policy gave none.
        outcome: ``(n, size)``.
    """

    key: Ints
    visits: int
    item: Ints
    propensity: Floats
    outcome: NDArray[np.bool_]

    @staticmethod
    def of(impressions: pd.DataFrame, size: int, replication: int = 0) -> Logged:
        """Return the requests of a frame of impressions.

        Raises:
            LabError: it is no trace of slates of this size.
        """
        if missing := [name for name in _NEEDED if name not in impressions]:
            raise LabError(f"evaluate: the trace has no column {missing[0]}")
        if "replication" in impressions:
            impressions = impressions[impressions["replication"] == replication]
        columns = {name: impressions[name].to_numpy() for name in _NEEDED}
        count = len(columns["user"])
        if count == 0 or count % size or (columns["position"].reshape(-1, size) != np.arange(size)).any():
            raise LabError(f"evaluate: the trace does not hold slates of {size} in order")
        visits = int(columns["visit"].max()) + 1
        key = columns["user"][::size].astype(np.int64) * visits + columns["visit"][::size].astype(np.int64)
        order = np.argsort(key, kind="stable")
        wide = {name: columns[name].reshape(-1, size)[order] for name in ("item", "propensity", "outcome")}
        return Logged(
            key[order], visits, wide["item"].astype(np.int64), wide["propensity"].astype(float), wide["outcome"] != 0
        )

    def find(self, user: Ints, visit: Ints) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the rows of requests, and whether they are there."""
        key = user.astype(np.int64) * self.visits + visit
        rows = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return rows, (visit < self.visits) & (self.key[rows] == key)

    def rows(self, user: Ints, visit: Ints) -> NDArray[np.intp]:
        """Return the rows of requests.

        Raises:
            LabError: one is not in the trace.
        """
        rows, there = self.find(user, visit)
        if not there.all():
            raise LabError("evaluate: a request of this world is not in the trace: it is of another run or code")
        return rows


def retrace(scenario: Scenario, seed: int, replication: int, logged: Logged, stops: Sequence[float]) -> Iterator[Step]:
    """Yield the requests up to some instants, batch by batch.

    After each stop, once, the world without requests.

    Args:
        scenario: the world.
        seed: the run's seed.
        replication: which one.
        logged: the slates.
        stops: ascending instants, seconds; requests at a stop come before it.

    Raises:
        LabError: the trace is not of this world.
    """
    world = World(scenario, seed, replication)
    for stop in stops:
        end = float(np.nextafter(stop, np.inf))
        while (until := world.reach(end, world.together)) is not None:
            parts = [_shown(world.first_batch(until), logged)]
            while (more := world.next_batch(parts[-1], until)) is not None:
                parts.append(_shown(more, logged))
            served = world.merged(parts)
            answers = world.respond(served)
            if (answers.answer.outcome != logged.outcome[logged.rows(answers.user, answers.visit)]).any():
                raise LabError("evaluate: an outcome in the trace is another than in its world: it is of other code")
            yield world, served, answers
            world.commit(answers)
        yield world, None, None


def _shown(batch: RequestBatch, logged: Logged) -> Served:
    """Return a batch with the slates of the trace."""
    rows = logged.rows(batch.user, batch.visit)
    item = logged.item[rows]
    shown = np.empty(item.shape, dtype=np.int64)
    for own, observations in batch.parts:
        ids = observations.catalogue.ids
        places = np.minimum(np.searchsorted(ids, item[own]), len(ids) - 1)
        if (ids[places] != item[own]).any():
            raise LabError("evaluate: an item in the trace is not alive at its request: it is of another run or code")
        shown[own] = places
    return Served(batch, None, shown, Slates(item, logged.propensity[rows]))
