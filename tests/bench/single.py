"""Agents that learn from each answer, where no blocks are possible."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.bench.timing import Measured, Work, rate, times
from tests.bench.worlds import PLAIN, THOMPSON, arms, interactions, run

STEPS = 10_000
ROUNDS = 11  # short ones, that vary


def bare_loop(arms: int = 10, dim: int = 10) -> Work:
    """Return LinUCB with one model per arm as the shortest loop there is: no users, no delay, no log, no score."""
    rng = np.random.default_rng(0)
    contexts, luck = rng.normal(size=(STEPS, dim)), rng.uniform(size=STEPS)

    def work() -> float:
        inverse, b, theta = np.array([np.eye(dim)] * arms), np.zeros((arms, dim)), np.zeros((arms, dim))
        for x, u in zip(contexts, luck, strict=True):
            spread = inverse @ x
            arm = int((theta @ x + np.sqrt(spread @ x)).argmax())
            ax = spread[arm]
            inverse[arm] -= ax[:, None] * (ax / (1.0 + ax @ x))
            b[arm] += float(u < 0.3) * x
            theta[arm] = inverse[arm] @ b[arm]
        return float(STEPS)

    return work


def one_by_one() -> Iterator[Measured]:
    """Yield rates of per-feedback agents, and the lab's cost as a multiple of a bare loop."""
    lab = run(interactions(STEPS), PLAIN)
    name = "LinUCB on each feedback, 10 items, d=10, no delay: lab / bare loop"
    yield Measured(name, times(lab, bare_loop(), ROUNDS), "{:.1f} x", more=False)
    yield Measured("  interactions a second, lab", rate(lab, ROUNDS), "{:,.0f}", 25_000, ratio=False)
    yield Measured("  interactions a second, bare loop", rate(bare_loop(), ROUNDS), "{:,.0f}", ratio=False)
    thompson = run(arms(STEPS), THOMPSON)
    name = "Bernoulli Thompson, 10 arms, exponential delay: interactions a second"
    yield Measured(name, rate(thompson, ROUNDS), "{:,.0f}", 25_000, ratio=False)
