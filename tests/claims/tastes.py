"""What moves tastes: each user's drift, the common trend, shifts."""

from __future__ import annotations

import numpy as np
from scipy.special import logit

from agents import Agent, Every
from sim import simulate
from sim.world.tastes import Tastes

from ._claim import Claim, exact, near, share
from ._worlds import First, world

RATE, SPREAD, USERS = 0.5, 0.7, 16_000
_OU = "Ornstein-Uhlenbeck: E x(t) x(t + a) = s^2 2^(-a / half-life)"


def drift() -> list[Claim]:
    """Each user's drift has variance s^2, halves its correlation in a half-life, and is nobody else's."""
    first, later = _tastes(USERS, 2, users__drift={"half_life": "4h", "spread": SPREAD}).T
    return [
        near("drift: variance", SPREAD**2, first**2, _OU),
        near("drift: covariance after a quarter of its half-life", SPREAD**2 * 2**-0.25, first * later, _OU),
        near("drift: squared difference of two users", 2 * SPREAD**2, (first[::2] - first[1::2]) ** 2, "independent"),
    ]


def trend() -> list[Claim]:
    """The trend is the same for all users of a replication, and another in the next one."""
    wanders = {"users__trend": {"half_life": "320h", "spread": SPREAD}}  # a knot every ten hours
    one = _tastes(50, 2, **wanders)
    moving = world(1.0, items={"count": 1, "click_rate": RATE}, users__preferences={"dim": 256}, **wanders)
    paths = np.array([_trend(moving, replication) for replication in range(80)])
    between = (paths[::2] - paths[1::2]).ravel()
    return [
        near("trend: variance over replications", SPREAD**2, (paths**2).ravel(), _OU),
        near("trend: squared difference of two replications", 2 * SPREAD**2, between**2, "independent"),
        exact("trend: of all users", one[0, 0], one[:, 0].mean(), "one for all"),
    ]


def _trend(scenario, replication: int) -> np.ndarray:
    tastes = Tastes(scenario, seed=0, replication=replication)
    return (tastes.at(np.zeros(1), np.zeros(1, dtype=np.int64), np.zeros((1, 256))) - tastes.base[0])[0]


def shifts() -> list[Claim]:
    """A shift moves a share of the users by a common vector of a given length, from its instant on."""
    q, size, users = 0.4, 1.5, 6000
    moved = _tastes(users, 3, users__shifts=[{"at": "2h", "share": q, "size": size}])
    jump = np.abs(moved[:, 1])  # the first user's second visit falls on the shift itself
    hit = jump > 1e-9
    source = "a common vector, a share of the users"
    return [
        share("shift: share of the users moved", q, hit.sum(), users, source),
        exact("shift: how far", size, jump[hit].mean(), source),
        exact("shift: users moved before it", 0, (moved[:, 0] != 0.0).sum(), source),
        exact("shift: the same for all", jump[hit].sum(), np.abs(moved[hit, 2].sum()), source),
    ]


def _tastes(users: int, visits: int, **moving) -> np.ndarray:
    """Return the one coordinate of users' tastes at visits an hour apart, ``(users, visits)``: log odds by feature."""
    first = First(lambda experience: experience.news.served.item_features[0, 0])
    scenario = world(
        (visits + 1) * 3600.0 - 0.1,
        users__count=users, users__visits={"every": "1h"}, users__preferences={"dim": 1},
        items={"count": 1, "click_rate": RATE}, **moving,
    )  # fmt: skip
    run = simulate(scenario, Agent(first, cadence=Every((visits + 1) * 3600.0 - 0.1, refit_window=None)))
    worth = run.requests.sort_values(["user", "visit"]).expected_reward.to_numpy()
    return (logit(worth) - logit(RATE)).reshape(users, visits) / first.notes[-1]
