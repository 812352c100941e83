"""Regret at the base rate says which policy is better where good slates bring users back; per request does not.

Two items, tastes of one dimension. `ALWAYS` shows item 0, `COIN` either item to anybody; `Better` shows item 0, but now
and then what the user likes best: it is better for every user. What these policies show does not depend on the state,
so that the mean of their regret over the clock is an integral over tastes, whatever users think of them.
"""

import numpy as np
import pytest
from scipy.special import expit, logit

from agents import Agent, Never, Wait
from sim.ports import Slates
from sim.scenario import Scenario
from sim.simulation import simulate
from sim.world import World

RATE, SPREAD = 0.4, 2.5
DAY = 86400.0
EFFECTS = [0.0, 0.5, 1.2, 2.0]


class Coin:
    """Shows item 1 with a probability, else item 0."""

    def __init__(self, share):
        self.share = share

    def train(self, experience):
        pass

    def policy(self):
        return self

    def act(self, observations):
        other = observations.uniforms() < self.share
        return Slates(observations.catalogue.ids[other.reshape(len(observations), -1)[:, 0].astype(int)][:, None])


class Better(Coin):
    """Shows what is best with a probability, else item 0."""

    needs_truth = True

    def act(self, observations):
        best = observations.uniforms().reshape(len(observations), -1)[:, :1] < self.share
        return Slates(np.where(best, observations.best, observations.catalogue.ids[0]))


ALWAYS, COIN = Coin(0.0), Coin(0.5)


def two_items(effect, drifts, users=600, horizon="20d"):
    """Return a world in which half of the users like item 0: for good, or for about three days."""
    still, wandering = (0.0, SPREAD) if drifts else (SPREAD, 0.0)
    who = {
        "count": users,
        "visits": {"rate": "2 per day"},
        "preferences": {"dim": 1, "spread": still},
        "drift": {"half_life": "3d", "spread": wandering},
        "satisfaction": {"half_life": "1d", "return_effect": effect},
    }
    feedback = {"click": {"delay": "constant(1m)", "window": "1h"}}
    items = {"count": 2, "click_rate": RATE}
    world = {"name": "two_items", "horizon": horizon, "users": who, "items": items, "slate": {"size": 1}}
    return Scenario.check(world | {"feedback": feedback})


def scores(scenario, policy, seed=4):
    return simulate(scenario, Agent(policy, Wait(), Never()), seed=seed).summary


def lead(scenario, name, policies=(ALWAYS, COIN), seed=4):
    """Return by how much the first of two policies has more regret than the second."""
    one, other = (scores(scenario, policy, seed)[name] for policy in policies)
    return one - other


def features(scenario, seed=4):
    return World(scenario, seed, 0).items.on(0.0).features.ravel()


def regret_of(taste, x, share):
    """Return the regret of a coin for tastes ``(n,)`` and features ``(2,)``."""
    p = expit(logit(RATE) + taste[:, None] * x)
    return p.max(axis=1) - (1 - share) * p[:, 0] - share * p[:, 1]


def over_the_clock(scenario, drifts, seed=4):
    """Return by how much `ALWAYS` has more regret than `COIN`, over tastes."""
    x = features(scenario, seed)
    if drifts:  # where tastes wander all are met: an integral over their density
        z = np.linspace(-8.0, 8.0, 20_001)
        weight = np.exp(-z * z / 2)
    else:
        z = World(scenario, seed, 0)._tastes.base.ravel() / SPREAD
        weight = np.ones(len(z))
    one, coin = (np.average(regret_of(SPREAD * z, x, share), weights=weight) for share in (0.0, 0.5))
    return one - coin


@pytest.mark.parametrize(
    ("effect", "drifts"), [(0.0, False), pytest.param(1.2, False, marks=pytest.mark.slow), (2.0, True)]
)
@pytest.mark.long
def test_the_better_policy_is_better_at_the_base_rate(effect, drifts):
    scenario = two_items(effect, drifts, users=1500, horizon="10d")
    truth = over_the_clock(scenario, drifts)
    assert 0.010 < truth < 0.022
    assert lead(scenario, "regret/at_base_rate") == pytest.approx(truth, abs=0.012 if drifts else 0.005)
    if effect:
        assert lead(scenario, "regret/per_request") < -0.10  # the worse one seems better by far


@pytest.mark.long
def test_what_is_worse_for_every_user_can_win_per_request():
    scenario, policies = two_items(2.0, drifts=False, horizon="10d"), (ALWAYS, Better(0.3))
    assert lead(scenario, "regret/per_request", policies, seed=0) < -0.01
    assert lead(scenario, "regret/at_base_rate", policies, seed=0) > 0.05
    assert lead(scenario, "reward/per_user_day", policies, seed=0) < -0.1  # who is better served comes more often


def test_without_return_effect_both_are_equal_to_the_last_bit():
    for drifts in (False, True):
        run = simulate(two_items(0.0, drifts, 100), Agent(COIN, Wait(), Never()), trace=True)
        assert run.summary["regret/at_base_rate"] == run.summary["regret/per_request"]
        assert (run.curve["regret/at_base_rate"] == run.curve["regret/per_request"]).all()
        assert (run.requests.weight == 1.0).all()


def test_weights_are_what_stretched_the_gaps():
    run = simulate(two_items(1.2, True, 50), Agent(COIN, Wait(), Never()), trace=True)
    plain = simulate(two_items(0.0, True, 50), Agent(COIN, Wait(), Never()), trace=True)
    first = run.requests[run.requests.visit == 0]
    assert (first.weight == 1.0).all()
    gaps, without = (r.sort_values(["user", "visit"]).groupby("user").request_at.diff() for r in
                     (run.requests, plain.requests))  # fmt: skip
    place = ["user", "visit"]
    told = run.requests.assign(gap=gaps).merge(plain.requests.assign(plain=without)[[*place, "plain"]], on=place)
    told = told.dropna(subset=["gap", "plain"])
    assert len(told) > 1000
    np.testing.assert_allclose(told.gap / told.plain, told.weight, rtol=1e-6)


def test_curve_and_trace_add_up_to_the_score():
    run = simulate(two_items(1.2, False, 200), Agent(COIN, Wait(), Never()), trace=True)
    rows, curve, score = run.requests, run.curve, run.summary["regret/at_base_rate"]
    assert (rows.weight * rows.regret).sum() / rows.weight.sum() == pytest.approx(score, rel=1e-12)
    together = (curve["regret/at_base_rate"] * curve.weight).sum() / curve.weight.sum()
    assert together == pytest.approx(score, rel=1e-12)
    assert curve["reward/per_user_day"].mean() == pytest.approx(run.summary["reward/per_user_day"], rel=1e-12)


def by_thinning(effect, drifts, share, x, users=10_000, days=20.0, step=0.005):
    """Return regret over the clock, per visit and weighted, of a program of another design.

    Time goes in small steps; in each a user comes with the probability of the rate then. Tastes are an Ornstein-
    Uhlenbeck process by its exact step, and nothing is taken from the kernel.
    """
    rng = np.random.default_rng(7)
    taste = SPREAD * rng.standard_normal(users)
    kept = 2.0 ** (-step / 3.0) if drifts else 1.0
    mood, last = np.zeros(users), np.zeros(users)
    clock, visits, weights = np.zeros(2), np.zeros(2), np.zeros(2)
    for now in np.arange(step, days + step / 2, step):
        taste = kept * taste + np.sqrt(1 - kept * kept) * SPREAD * rng.standard_normal(users) if drifts else taste
        p = expit(logit(RATE) + taste[:, None] * x)
        regret = p.max(axis=1) - (1 - share) * p[:, 0] - share * p[:, 1]
        clock += regret.sum(), users
        came = np.flatnonzero(rng.random(users) < 1 - np.exp(-2.0 * step * np.exp(effect * mood)))
        weight = np.exp(-effect * mood[came])
        visits += regret[came].sum(), len(came)
        weights += (weight * regret[came]).sum(), weight.sum()
        item = (rng.random(len(came)) < share).astype(int)
        clicked = rng.random(len(came)) < p[came, item]
        left = 2.0 ** -(now - last[came])
        mood[came] = left * mood[came] + (1 - left) * np.where(clicked, 1.0, -1.0)
        last[came] = now
    return {"clock": clock[0] / clock[1], "regret/per_request": visits[0] / visits[1],
            "regret/at_base_rate": weights[0] / weights[1]}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("drifts", [False, True])
@pytest.mark.parametrize("effect", EFFECTS)
def test_it_is_the_integral_over_the_base_clock(effect, drifts):
    scenario = two_items(effect, drifts, users=8000)
    truth = over_the_clock(scenario, drifts)
    assert lead(scenario, "regret/at_base_rate") == pytest.approx(truth, abs=0.004 if drifts else 0.0025)
    one, coin = (by_thinning(effect, drifts, share, features(scenario)) for share in (0.0, 0.5))
    name = "regret/per_request"
    assert lead(scenario, name) == pytest.approx(one[name] - coin[name], abs=0.012)
    for name in ("clock", "regret/at_base_rate"):
        assert one[name] - coin[name] == pytest.approx(truth, abs=0.006)
