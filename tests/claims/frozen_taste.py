"""What a frozen copy of a moving taste is off by: staleness in the units of taste."""

from __future__ import annotations

import numpy as np

from agents import Agent, Every
from sim import Scenario, simulate
from sim.world.tastes import Tastes

from ._claim import Claim, near
from ._worlds import First, poisson, served, world

HALF_LIFE, SPREAD, DIM = 21_600.0, 0.6, 64
CYCLES, VISITS = 200, 20_000  # retrains and visits in a run
_SOURCE = "Ornstein-Uhlenbeck: E(x(t) - x(t - a))^2 = (s^2/k)(1 - e^(-ka)), over the cycle of a retrain"


def frozen_copy() -> list[Claim]:
    """Retrain every P, c = training + push: (s^2/k) [1 - e^(-kc) (1 - e^(-kP)) / (kP)], s^2/k twice the variance.

    The path is held on knots h = half-life / 32 apart, so that a copy of age a is a whole number of knots old, either
    side of a / h: on average over the phase, the chord of the formula between multiples of h. A chord of 1 - e^(-ka) is
    low by at most (kh)^2 / 8 = 6e-5, which is added to the interval.
    """
    k = np.log(2) / HALF_LIFE
    slack = 2 * SPREAD**2 * (k * HALF_LIFE / 32) ** 2 / 8
    claims = []
    for period, push in ((3571.3, 0.0), (3571.3, 7001.7), (21_913.1, 7001.7)):
        theory = 2 * SPREAD**2 * (1 - np.exp(-k * push) * (1 - np.exp(-k * period)) / (k * period))
        name = f"error of a frozen taste, retrain {period / 3600:.1f} h, push {push / 3600:.1f} h"
        claims.append(near(name, theory, _errors(period, push), _SOURCE, slack))
    return claims


def _errors(period: float, push: float) -> np.ndarray:
    """Return the mean square error of each coordinate, which are independent."""
    scenario = _moving(CYCLES * period, push)
    run = simulate(scenario, Agent(First(), cadence=Every(period, refit_window=None)))
    rows = served(run, 2 * period + push)
    tastes = Tastes(scenario, seed=0, replication=0)
    now, then = _trend(tastes, rows.request_at), _trend(tastes, rows.cutoff_at)
    return ((now - then) ** 2).mean(axis=0)


def _moving(horizon: float, push: float) -> Scenario:
    return world(
        horizon,
        items={"count": 1, "click_rate": 0.5},
        users__preferences={"dim": DIM},
        users__trend={"half_life": f"{HALF_LIFE!r}s", "spread": SPREAD},
        platform__push=f"constant({push!r}s)",
        **poisson(VISITS / horizon),
    )


def _trend(tastes: Tastes, at) -> np.ndarray:
    return tastes.at(np.asarray(at), np.zeros(len(at), dtype=np.int64), np.zeros((len(at), DIM))) - tastes.base[0]
