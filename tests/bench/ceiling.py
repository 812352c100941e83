"""The kernel's step against the arrays that it cannot do without: draws, ranking, answers, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, exponential, normal, root, uniform
from sim.ports import along_rows, at_positions, best, cross
from sim.stable_math import logit, sigmoid
from tests.bench.timing import Measured, Work, per_unit, rate, spent
from tests.bench.worlds import NIGHTLY, run, thin

USERS, ITEMS, DIM = 100_000, 10, 16
BLOCK = 30_000  # what the kernel comes to by itself
DELAY, WINDOW, INGEST = 600.0, 3600.0, 0.0  # of a click: mean, seconds; the window; to the log
Floats, Ints, Keys = NDArray[np.float64], NDArray[np.int64], NDArray[np.uint64]


class Thin:
    """The bare arithmetic of the thin world.

    It is what the kernel does for a request, by the same operations and with no more of them, less what is not
    ranking, answering or drawing: there is no order of time, no state but the visit count, no version, log, trace or
    score.
    """

    def __init__(self) -> None:
        users = np.arange(USERS)
        self._base = normal(child(np.uint64(1), users)[:, None], np.arange(DIM))
        self._features = np.hstack([np.ones((USERS, 1)), self._base])
        self._items = normal(np.uint64(2), np.arange(ITEMS * DIM).reshape(ITEMS, DIM)) / np.sqrt(DIM)
        self._ids, self._offset = np.arange(ITEMS), np.full(ITEMS, logit(np.array(0.05)))
        self._model = normal(np.uint64(3), np.arange(ITEMS * (DIM + 1)).reshape(ITEMS, DIM + 1)) / 10.0
        self._user_keys = child(root(0, 0, Stream.VISIT), users)

    def block(self, at: Floats, user: Ints, visit: int) -> float:
        """Draw, rank and respond for a block of users; return a number that depends on all of it.

        The draws are the key of the visit and that of the policy and the gap to the next visit, besides those of
        the answer.
        """
        keys = child(self._user_keys.take(user), visit)
        own = child(keys, int(Stream.POLICY))
        gap = exponential(child(keys, int(Stream.GAP)), 0)
        shown, _, _, predicted = self._rank(user)
        told = self._answer(at, user, keys, shown)
        return float(gap[0] + own[0] + predicted[0, 0] + sum(column.flat[0] for column in told))

    def _rank(self, user: Ints) -> tuple[Ints, Ints, Floats, Floats]:
        """Gather features, score every item by a linear model, show the highest with its propensity and estimate."""
        mean = cross(self._features.take(user, axis=0), self._model)
        shown = best(mean, 1)
        return shown, self._ids.take(shown), np.ones(shown.shape), at_positions(mean, shown)

    def _answer(self, at: Floats, user: Ints, keys: Keys, shown: Ints) -> tuple[Floats, Floats, Floats]:
        """Gather tastes; return regret, the gap between best and mean, and when the log has the answers.

        Drawn are the noise of the item shown and the delay of a click; of others none is, and ingestion is constant.
        """
        utility = cross(self._base.take(user, axis=0), self._items)
        utility += self._offset
        highest, mean = sigmoid(along_rows(np.maximum, utility)), along_rows(np.add, sigmoid(utility)) / ITEMS
        worth = sigmoid(at_positions(utility, shown))
        clicked = uniform(child(child(keys, int(Stream.OUTCOME))[:, None], shown), 0) < worth
        closes_at = at[:, None] + (WINDOW + INGEST)
        event_at, delivered_at = np.full(closes_at.shape, np.inf), closes_at.copy()
        row, place = np.nonzero(clicked)
        delay_keys = child(child(keys.take(row), int(Stream.DELAY)), shown[row, place])
        event_at[clicked] = at.take(row) - DELAY * np.log1p(-uniform(delay_keys, 0))
        delivered_at[clicked] = np.minimum(event_at[clicked] + INGEST, closes_at[clicked])
        return highest - worth[:, 0], highest - mean, delivered_at


def bare(requests: int) -> Work:
    """Return the bare arithmetic of as many requests as a piece of work: block after block, users in random order."""
    world, orders = Thin(), np.argsort(uniform(np.uint64(4), np.arange(USERS)))

    def work() -> float:
        done = visit = 0
        at = np.arange(float(USERS))
        while done < requests:
            for start in range(0, USERS, BLOCK):
                rows = slice(start, start + BLOCK)
                world.block(at[rows], orders[rows], visit)
            done, visit = done + USERS, visit + 1
        return float(done)

    return work


def step(whole: Work, start: Work, bare: Work, rounds: int) -> float:
    """Return the cost of a unit of some work, less what it takes to start, as a multiple of that of bare work."""
    for work in (whole, start, bare):
        work()  # what is imported or compiled once is no part of it
    ratios = []
    for _ in range(rounds):
        (seconds, done), (before, _), least = spent(whole), spent(start), per_unit(bare)
        ratios.append((seconds - before) / done / least)
    return median(ratios)


def ceiling() -> Iterator[Measured]:
    """Yield the cost of the kernel's step as a multiple of its bare arithmetic, and both as rates.

    The step is all that a request costs: clock, log, versions, a training, trace and scores. The ratio counts on
    neither side what is made before the first request (tastes, items, tables); the kernel's rate counts it.
    """
    scenario = thin(USERS, "26h")  # trained once, at three, on three hours
    kernel, arithmetic = run(scenario, NIGHTLY), bare(13 * USERS)
    ratio = step(kernel, run(thin(USERS, "1s"), NIGHTLY), arithmetic, rounds=5)
    name = "kernel / bare arithmetic: nightly, 10 items, d=16, slates of 1"
    yield Measured(name, ratio, "{:.2f} x", 2.0, more=False)
    yield Measured("  requests a second, kernel", rate(kernel), "{:,.0f}", 1e6, ratio=False)
    yield Measured("  requests a second, bare arithmetic", 1.0 / per_unit(arithmetic), "{:,.0f}", ratio=False)
