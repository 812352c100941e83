"""How much older what serves is, where replicas follow one after another and clients keep their version."""

from __future__ import annotations

import numpy as np

from agents import Agent, Every
from sim import simulate

from ._claim import Claim, near
from ._worlds import First, poisson, served, world

PERIOD, WARM, HORIZON, USERS = 100.0, 2000.0, 20_000.0, 800
_RENEWAL = "age of a renewal process: E[G^2] / 2 E[G]"
_EVENLY = "replicas uniform over users: rollout / 2"


def clients_that_keep_a_version() -> list[Claim]:
    """Gaps G between refreshes iid: what a client holds is older than what serves by the age of its renewal clock.

    At t it holds what served A before, so that the age is A and that of what served then: a mean of P / 2 where a
    version is trained every P, whatever the clock, and E[G^2] / 2 E[G] on top. The latter is 2 h / 3 for a gap uniform
    on (0, 2 h), m for an exponential one of mean m, and a half of a fixed one.
    """
    laws = {
        "uniform": ("uniform(low=0s, high=600s)", 200.0),
        "exponential": ("exponential(mean=300s)", 300.0),
        "fixed": ("constant(300s)", 150.0),
    }
    return [
        near(f"age, clients refresh: {name} gaps", PERIOD / 2 + theory, _ages(cache=law), _RENEWAL)
        for name, (law, theory) in laws.items()
    ]


def replicas_that_follow() -> list[Claim]:
    """On replica r of k the age is later by r R / (k - 1): by R / 2 on average over users, each of which has one."""
    return [near("age, replicas follow", PERIOD / 2 + 125.0, _ages(replicas=6, rollout="250s"), _EVENLY)]


def _ages(**serving) -> np.ndarray:
    """Return the mean age that each user meets."""
    scenario = world(HORIZON, platform__serving=serving, **poisson(USERS / 100, count=USERS))
    run = simulate(scenario, Agent(First(), cadence=Every(PERIOD, refit_window=None), ship="push"), trace=True)
    return served(run, WARM).groupby("user").age.mean().to_numpy()
