"""What retrain intervals cost: lost reward, trainings and pushes of a model that is a copy of a moving taste."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy import integrate, stats
from scipy.special import erf

from agents import Agent, Every
from sim import Scenario, simulate
from sim.analysis.cadence_cost.costs import Costs, Measured
from sim.analysis.cadence_cost.prices import PUSHED, REWARD, TRAINING, Prices, amounts
from sim.analysis.cadence_cost.staleness import cheapest_interval
from sim.ports import Slates
from sim.world.tastes import Tastes

from ._claim import Claim, at_most, exact, near, slow
from ._worlds import First, world
from .frozen_taste import HALF_LIFE, SPREAD, _errors

DAY = 86_400.0
_KNOT = HALF_LIFE / 32
_INTERVALS = (_KNOT, *(_KNOT * 4 * 2**n for n in range(4)))  # of whole knots: the taste is constant between two
_USERS, _VISIT, _HORIZON, _SPREAD = 40, 30.0, 10 * DAY, 2.0
_PRICES = Prices(per_reward=0.01, per_push=0.05)
_SOURCE = "Ornstein-Uhlenbeck: corr(x(t), x(t - a)) = 2^(-a/half-life); sign of a bivariate normal"


@slow  # frozen_taste.py has the error by simulation, tests/analysis/test_cadence_cost.py the minimum by search
def squared_error() -> list[Claim]:
    """A training costs c: c/T + 2 s^2 [1 - e^-kL (1 - e^-kT) / (kT)] is least where 1 - (1 + kT) e^-kT = share.

    The interval is that of the lab, the error that of tastes in a run: twice the interval must cost more.
    """
    lag, c = 3_001.7, 4_000.0
    k = np.log(2) / HALF_LIFE
    best = cheapest_interval(c, 1.0, HALF_LIFE, SPREAD, lag)
    share = c * k * np.exp(k * lag) / (2 * SPREAD**2)
    source = "root of the derivative of c/T + error"
    measured = 1 - (1 + k * best) * np.exp(-k * best)
    claims = [exact("price of a training at the cheapest interval", share, measured, source)]
    costs = {times: c / (times * best) + _errors(times * best, lag) for times in (1.0, 2.0)}
    for times, found in costs.items():
        x = k * times * best
        theory = c / (times * best) + 2 * SPREAD**2 * (1 - np.exp(-k * lag) * (1 - np.exp(-x)) / x)
        slack = 2 * SPREAD**2 * (k * HALF_LIFE / 32) ** 2 / 8  # as in frozen_taste
        claims.append(near(f"cost a second at {times:g} times the cheapest interval", theory, found, source, slack))
    return [*claims, near("twice the cheapest interval costs more", 0.0, costs[2.0] - costs[1.0], source, sign=">=")]


@slow
def money() -> list[Claim]:
    """The sign of a taste of age a chooses one of two items: 1/2 + E[tanh(u/2) erf(r u / (s sqrt(2 - 2 r^2)))] / 2.

    r = 2^(-a / half-life). The age is uniform on whole knots of the cycle; the shortest interval knows it.
    """
    scenario = _two_items()
    runs = [[_amounts(scenario, interval, seed) for interval in _INTERVALS] for seed in range(6)]
    found = []
    for interval, each in zip(_INTERVALS, zip(*runs, strict=True), strict=True):
        rewards, hours, pushes = (np.array([one[part] for one in each]) for part in (REWARD, TRAINING, PUSHED))
        days = _HORIZON / DAY
        found.append(Measured(interval, rewards / days, hours / days, pushes / days, DAY / interval))
    costs = Costs.of(found, _PRICES)
    theory = [_PRICES.per_reward * DAY / _VISIT * _lost(one) + _PRICES.per_push * DAY / one for one in _INTERVALS]
    claims = [
        near(f"cost a day, retrained every {one / _KNOT:g} knots", cost, own, _SOURCE)
        for one, cost, own in list(zip(_INTERVALS, theory, costs.total, strict=True))[2:]
    ]
    cheapest = float(np.argmin(theory))
    inside = [n for n, near_optimal in enumerate(costs.near) if near_optimal]
    return [
        *claims,
        exact("the cheapest interval, counted from the shortest", cheapest, float(costs.best), _SOURCE),
        at_most("first near-optimal interval", cheapest, float(inside[0]), "subset selection (Gupta 1965)"),
        at_most("last near-optimal interval", float(inside[-1]), cheapest, "subset selection (Gupta 1965)"),
    ]


def _lost(interval: float) -> float:
    """Return the reward of a request that the age of the copy costs."""
    return float(np.mean([_gap(age) for age in range(round(interval / _KNOT))]))


def _gap(knots: int) -> float:
    return 0.5 * _expected(lambda u: np.abs(np.tanh(u / 2)) - np.tanh(u / 2) * _sign(u, knots))


def _sign(u: float, knots: int) -> float:
    """Return the expected sign of the taste so many knots ago."""
    r = 2.0 ** (-knots / 32)
    return float(np.sign(u)) if r == 1.0 else float(erf(r * u / _SPREAD / np.sqrt(2 - 2 * r * r)))


def _expected(of) -> float:
    return integrate.quad(lambda u: of(u) * stats.norm.pdf(u, scale=_SPREAD), -8 * _SPREAD, 8 * _SPREAD, points=[0.0])[
        0
    ]


def _amounts(scenario: Scenario, interval: float, seed: int) -> dict[str, float]:
    """Return rewards, hours and pushes of a run."""
    run = simulate(scenario, Agent(_Copy(scenario, seed), cadence=Every(interval, refit_window=None)), seed=seed)
    return amounts(run.summary, "push")


def _two_items() -> Scenario:
    """Return a world of two opposite items; each user's taste wanders."""
    plain = world(_HORIZON).plain() | {
        "users": {
            "count": _USERS,
            "visits": {"every": f"{_USERS * _VISIT}s"},
            "preferences": {"dim": 1, "spread": 0.0},
            "drift": {"half_life": f"{HALF_LIFE!r}s", "spread": _SPREAD},
        },
        "items": {"count": 2, "click_rate": 0.5, "features": "items.csv"},
    }
    with TemporaryDirectory() as folder:
        (Path(folder) / "items.csv").write_text("x\n1\n-1\n")
        return Scenario.check(plain, folder=Path(folder))


class _Copy(First):
    """Shows the item that the user's taste at the last training liked more."""

    def __init__(self, scenario, seed: int) -> None:
        super().__init__()
        self._tastes = Tastes(scenario, seed=seed, replication=0)
        self._drift, self._knot = self._tastes.drift_start(), np.zeros(_USERS, dtype=np.int64)

    def train(self, experience) -> None:
        """Copy the tastes."""
        at = np.full(_USERS, experience.cutoff)
        self._drift, self._knot = self._tastes.drift(at, np.arange(_USERS), self._drift, self._knot)

    def policy(self):
        """Return a frozen copy."""
        return _Frozen(np.sign(self._drift[:, 0]))


class _Frozen:
    def __init__(self, signs) -> None:
        self._signs = signs

    def act(self, observations) -> Slates:
        """Answer with the item of the larger product."""
        products = self._signs[observations.user][:, None] * observations.catalogue.features[:, 0]
        return Slates(observations.catalogue.ids[products.argmax(axis=1)][:, None])
