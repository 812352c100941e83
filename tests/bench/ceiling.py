"""The kernel's step against the arrays that it cannot do without: draws, ranking, answers, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.draws import Stream, child, exponential, normal, root, uniform
from sim.ports import best, cross
from sim.world.numbers import logit, sigmoid
from tests.bench.timing import Measured, Work, per_unit, rate, times
from tests.bench.worlds import NIGHTLY, run, thin

USERS, ITEMS, DIM = 100_000, 10, 16
BLOCK = 15_000  # what the kernel comes to by itself


def bare(requests: int) -> Work:
    """Return the bare arithmetic of as many requests of the thin world as a piece of work.

    Rank under a linear model, find the best and the mean item, draw next visit, answer and delay: block after
    block, for users in random order. There is no clock, no state but the visit count, no log, no score.
    """
    users = np.arange(USERS)
    base = normal(child(np.uint64(1), users)[:, None], np.arange(DIM))
    features = np.hstack([np.ones((USERS, 1)), base])
    items = normal(np.uint64(2), np.arange(ITEMS * DIM).reshape(ITEMS, DIM)) / np.sqrt(DIM)
    offset = np.full(ITEMS, logit(np.array(0.05)))
    model = normal(np.uint64(3), np.arange(ITEMS * (DIM + 1)).reshape(ITEMS, DIM + 1))
    user_keys = child(root(0, 0, Stream.VISIT), users)
    orders = np.argsort(uniform(np.uint64(4), users))

    def block(user: np.ndarray, visit: int) -> float:
        keys = child(user_keys[user], visit)
        gap = exponential(child(keys, int(Stream.GAP)), 0)
        utility = offset + cross(base[user], items)
        top = best(utility, 1)
        shown = best(cross(features[user], model), 1)
        rows = np.arange(len(user))[:, None]
        noise = uniform(child(child(keys, int(Stream.OUTCOME))[:, None], shown), 0)
        worth = sigmoid(utility)
        clicked = noise < worth[rows, shown]
        delay_keys = child(child(keys, int(Stream.DELAY))[:, None], shown)
        delay = -600.0 * np.log1p(-uniform(delay_keys, 0))
        regret = worth[rows, top] - worth[rows, shown]
        spare = worth[rows, top][:, 0] - worth.mean(axis=1)
        return float(gap[0] + clicked.sum() + delay[0, 0] + regret.sum() + spare[0])

    def work() -> float:
        done = visit = 0
        while done < requests:
            for start in range(0, USERS, BLOCK):
                block(orders[start : start + BLOCK], visit)
            done, visit = done + USERS, visit + 1
        return float(done)

    return work


def ceiling() -> Iterator[Measured]:
    """Yield the kernel's cost as a multiple of the bare arithmetic, and both as rates."""
    scenario = thin(USERS, "26h")  # trained once, at three, on three hours
    kernel, arithmetic = run(scenario, NIGHTLY), bare(13 * USERS)
    ratio = times(kernel, arithmetic, rounds=3)
    name = "kernel / bare arithmetic: nightly, 10 items, d=16, slates of 1"
    yield Measured(name, ratio, "{:.2f} x", 2.0, more=False)
    yield Measured("  requests a second, kernel", rate(kernel), "{:,.0f}", 1e6, ratio=False)
    yield Measured("  requests a second, bare arithmetic", 1.0 / per_unit(arithmetic), "{:,.0f}", ratio=False)
