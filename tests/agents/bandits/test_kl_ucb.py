"""KL-UCB against its formula, round by round, and against Lai and Robbins."""

from math import log

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import rel_entr

from agents import KLUCB, Agent, ObservedOnly
from agents.learners._kl import bernoulli_bound
from sim import simulate
from tests.claims._worlds import world
from tests.support.rounds import by_arm, first_best, played, simulated

RATES = (0.3, 0.2, 0.1)


def kl(p, q):
    return rel_entr(p, q) + rel_entr(1 - p, 1 - q)


def upper(p, x):
    """The bound by bracketing."""
    return 1.0 if p == 1 or kl(p, 1 - 1e-16) < x else brentq(lambda q: kl(p, q) - x, p, 1 - 1e-16, xtol=1e-15)


def test_the_bound_is_the_root():
    rng = np.random.default_rng(0)
    p = np.concatenate([[0, 1, 0.5], rng.uniform(size=300), 10 ** rng.uniform(-8, -1, 100)])
    p = np.concatenate([p, 1 - p])
    x = 10 ** rng.uniform(-8, 1.4, len(p))
    np.testing.assert_allclose(bernoulli_bound(p, x), list(map(upper, p, x)), rtol=0, atol=1e-9)


def test_a_mean_out_of_range_is_cut():
    assert bernoulli_bound(np.array([-0.5, 1.5]), np.array([0.0, 0.3])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("c", [0.0, 3.0])
@pytest.mark.parametrize("delay", [0, 30])
@pytest.mark.long
def test_every_round_is_that_of_the_formula(delay, c):
    def rule(now, known):
        pulls, wins = by_arm(known, 3)
        if 0 in pulls:
            return pulls.index(0)
        t = log(sum(pulls))
        return first_best([upper(w / n, (t + c * log(max(t, 1))) / n) for n, w in zip(pulls, wins, strict=True)])

    assert simulated(KLUCB(c), RATES, 180, delay) == played(rule, RATES, 180, delay)


@pytest.mark.slow
def test_its_regret_comes_down_to_lai_and_robbins():
    """Gap / kl(worse, best) per unit of ln T is the least possible in the long run; it comes from above."""
    scenario = world(10_000, items={"click_rates": [0.7, 0.4]})
    curve = simulate(scenario, Agent(KLUCB(), ObservedOnly()), replications=16, trace=False).curve
    total = curve.pivot(index="at", columns="replication", values="regret/total")
    grown = (total.loc[10_000] - total.loc[1_000]) / np.log(10)
    constant = 0.3 / kl(0.4, 0.7)
    error = grown.std() / np.sqrt(len(grown))
    assert constant - 3 * error <= grown.mean() <= 2 * constant
