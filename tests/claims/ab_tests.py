"""What an A/B test inside the world says: level, peeking, intervals by user, and what late labels make of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from agents import Agent, Never
from sim import Scenario, kernel
from sim.analysis import ab_tests
from sim.analysis.ab_test.user_level import difference, ratio
from sim.analysis.ab_test.user_sums import UserSums
from sim.ports import Observations, Slates
from sim.scenario import Replication

from ._claim import Claim, near, share, slow
from ._worlds import untrained, world

DAY = 86400.0
USERS, LOOKS, WORLDS, SPLITS = 500, 10, 8, 3000
_LEVEL = "level of a test at 5 % (Welch 1947)"
_PEEKING = "normal sums at k equal looks, by integration; the table of Armitage, McPherson & Rowe 1969"
_CLUSTERS = "2 Phi(1.96 / sqrt(1 + (m - 1) rho)) - 1, rho = Var p / (p (1 - p)) (Kish 1965)"
_SOONER = "integral over tastes of click x purchase x mean of F over ages 0 to d"


def _sums(scenario: Scenario, looks: np.ndarray, replication: int = 0) -> UserSums:
    """Return what each user had by each look, all under one agent."""
    sums = UserSums(scenario, looks, scenario.users.count)
    kernel.run(Replication(scenario, 0, replication), untrained(), [sums.read])
    return sums


def _splits(sums: UserSums, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return differences and half-widths ``(count, looks)`` of tests of one agent: who is in B is drawn."""
    luck, found = np.random.default_rng(0), []
    reward, requests = sums.seen, sums.read_requests
    for _ in range(count):
        second = luck.random(len(reward)) < 0.5
        one = difference(*(ratio(reward[side], requests[side]) for side in (~second, second)))
        found.append((one.value, one.half()))
    value, half = np.array(found).transpose(1, 0, 2)
    return value, half


def _inflated(looks: int) -> float:
    """Return how often one of so many equally spaced looks at 5 % is significant by chance."""
    bound, points, weights = norm.ppf(0.975), *np.polynomial.legendre.leggauss(120)
    at, mass = np.zeros(1), np.ones(1)
    for look in range(1, looks + 1):
        edge = bound * np.sqrt(look)
        mass = norm.pdf(edge * points[:, None] - at) @ mass * edge * weights
        at = edge * points
    return float(1.0 - mass.sum())


@slow
def peeking() -> list[Claim]:
    """Both sides are one agent: each significant look is a false win."""
    visits = {"users__count": USERS, "users__visits": {"every": "1d"}}
    scenario = world((LOOKS + 1) * DAY, items__click_rates=[0.3], **visits)
    instants = np.arange(2, LOOKS + 2) * DAY - 1.0  # each user comes once between two looks
    tests = (_splits(_sums(scenario, instants, number), SPLITS) for number in range(WORLDS))
    wins = np.concatenate([np.abs(value) > half for value, half in tests])
    at_end = share("share of A/A tests with a winner, at the end", 0.05, wins[:, -1].sum(), len(wins), _LEVEL)
    return [at_end, *(
        share(f"share of A/A tests with a winner at one of {looks} looks", _inflated(looks),
              wins[:, :looks].any(axis=1).sum(), len(wins), _PEEKING)
        for looks in (5, 10)
    )]  # fmt: skip


def requests_of_a_user() -> list[Claim]:
    """Users differ, their requests do not: an interval by request is too narrow, one by user is not."""
    visits = {"users__count": USERS, "users__visits": {"every": "1h"}, "slate__choice": "bernoulli"}
    tastes = {"users__preferences": {"dim": 1, "spread": 1.5}, "items": {"count": 1, "click_rate": 0.3}}
    scenario = world(21 * 3600.0, **visits, **tastes)
    sums = _sums(scenario, np.array([scenario.horizon - 1.0]))
    value, half = _splits(sums, SPLITS)
    requests = sums.read_requests
    rates, each = sums.expected[:, 0] / requests[:, 0], float(requests[0, 0])
    mean = rates.mean()
    widened = 1.0 + (each - 1.0) * rates.var() / (mean * (1.0 - mean))
    by_request = norm.ppf(0.975) * np.sqrt(4.0 * mean * (1.0 - mean) / requests.sum())
    theory = 2.0 * norm.cdf(norm.ppf(0.975) / np.sqrt(widened)) - 1.0
    return [
        share("coverage of intervals by user", 0.95, (np.abs(value) <= half).sum(), SPLITS, _LEVEL),
        share("coverage of intervals by request", theory, (np.abs(value) <= by_request).sum(), SPLITS, _CLUSTERS),
    ]


class _Shows:
    """A learner and its policy: shows one item.

    Args:
        item: which.
    """

    def __init__(self, item: int) -> None:
        self.item = item

    def train(self, experience: Any) -> None:
        """Learn nothing."""

    def policy(self) -> _Shows:
        """Return itself."""
        return self

    def act(self, observations: Observations) -> Slates:
        """Answer with the item."""
        return Slates(np.full((len(observations), 1), self.item))


@slow
def sooner_and_not_more() -> list[Claim]:
    """B shows what is bought within hours, A what is bought more often, and days later (`impulse_shop`)."""
    at_once = {"feedback.click.delay": "0s", "platform.ingest": "0s", "horizon": "5d", "users.count": 1500}
    scenario = Scenario.load("impulse_shop", at_once)
    found = ab_tests(scenario, *(Agent(_Shows(item), cadence=Never()) for item in (2, 0)), replications=60)
    days = (1, 3, 5)
    return [
        near(f"difference as seen on day {day}", _seen(scenario, 0, day) - _seen(scenario, 2, day),
             found.seen.value[:, day - 1], _SOONER)
        for day in days
    ] + [near("true difference", _true(scenario, 0) - _true(scenario, 2), found.truths[:, -1], _SOONER)]  # fmt: skip


def _bought(scenario: Scenario, item: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return weights of tastes, rates of purchases and mean delays, days."""
    points, weights = np.polynomial.hermite_e.hermegauss(60)
    conversion = scenario.feedback.conversion
    assert conversion is not None
    mean, spread = scenario.users.preferences.mean, scenario.users.preferences.spread
    kind = 1.0 if item < 2 else -1.0
    liking = kind * (mean + spread * points) / spread
    click = expit(logit(0.5) + spread * liking)
    bought = expit(logit(conversion.rate) - conversion.spread * liking)
    return weights / weights.sum(), click * bought, np.exp(-0.4 * liking)


def _true(scenario: Scenario, item: int) -> float:
    weights, rate, _ = _bought(scenario, item)
    return float(weights @ rate)


def _seen(scenario: Scenario, item: int, day: float) -> float:
    """Return the purchases a request that are known after some days; the window is longer."""
    weights, rate, mean = _bought(scenario, item)
    return float(weights @ (rate * (1.0 - mean / day * -np.expm1(-day / mean))))
