"""DelayedUCB and DelayedKLUCB against their formulas at every request, and their estimate against the truth."""

from math import exp, log, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq

from agents import Agent, DelayedKLUCB, DelayedUCB, Every, MicroBatch, ObservedOnly
from agents.learners._kl import poisson_bound
from sim import simulate
from tests.claims._worlds import At, world
from tests.support.logs import examples, experience, impressions

RATES, ROUNDS, MEAN, WINDOW = (0.3, 0.2, 0.1), 350, 60.0, 150.0


def late(rounds=ROUNDS, rates=RATES, **changes):
    feedback = {"delay": f"exponential(mean={MEAN}s)", "window": f"{WINDOW}s", "negatives": "silent"}
    return world(rounds, items={"click_rates": list(rates)}, feedback__click=feedback, **changes)


def poisson(p, q):
    return q if p == 0 else p * log(p / q) + q - p


def upper(p, x):
    """The bound by bracketing."""
    return p if x == 0 else brentq(lambda q: poisson(p, q) - x, max(p, 1e-300), p + 1 + 10 * x, xtol=1e-15)


def ucb(s, seen, n, beta):
    return s / seen + sqrt(n / seen) * sqrt(beta / (2 * seen))


def kl(s, seen, n, beta):
    return min(upper(s / seen, beta / seen), 1.0)


def test_the_bound_is_the_root():
    rng = np.random.default_rng(0)
    p, x = np.append(rng.uniform(size=300), 0.0), 10 ** rng.uniform(-8, 1, 301)
    np.testing.assert_allclose(poisson_bound(p, x), list(map(upper, p, x)), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("kind", "index"), [(DelayedUCB, ucb), (DelayedKLUCB, kl)])
@pytest.mark.long
def test_every_request_is_that_of_the_formula(kind, index):
    """Half a second before each request it learns; each choice follows from what was served and credited by then."""
    learner = kind(f"exponential(mean={MEAN}s)", WINDOW, epsilon=0.1)
    looks = At(np.arange(0.5, ROUNDS))
    shown = simulate(late(), Agent(learner, ObservedOnly(), looks, ship="in_place")).impressions
    item, at = shown.item.tolist(), shown.request_at.tolist()
    yes = np.where(shown.status == "positive", shown.delivered_at.fillna(np.inf), np.inf).tolist()
    for now in range(ROUNDS):
        cutoff, values = now + 0.5, []
        for arm in range(3):
            mine = [k for k in range(now) if item[k] == arm]
            seen = sum(1 - exp(-min(cutoff - at[k], WINDOW) / MEAN) for k in mine)
            s = sum(yes[k] <= cutoff for k in mine)
            values.append(index(s, seen, len(mine), 1.1 * log(now)) if mine else np.inf)
        best = sorted(values)
        if best[-1] - best[-2] > 1e-9 or best[-1] == np.inf:
            assert item[now] == values.index(max(values)), now


def test_the_numbers_of_the_papers_formulas_worked_out_by_hand():
    """Equation 5: ages of 10, 100 and 1000 s weigh 0.153518, 0.811124 and, cut at the window, 0.917915."""
    rows = impressions(5).replace(
        item=np.array([0, 1, 1, 0, 0]),
        request_at=np.array([1000.0, 1500.0, 1600.0, 1900.0, 1990.0]),
        label=np.array([1.0, 0.0, 0.0, 0.0, 0.0]),
    )
    learner = DelayedUCB(f"exponential(mean={MEAN}s)", WINDOW, epsilon=0.1)
    learner.train(experience(examples(rows)))  # at 2000 s
    policy, ids = learner.policy(), np.arange(2)
    pulls, wins = policy._counts.of(ids)
    assert pulls[0] == pytest.approx(1.8825576736)
    assert (wins / pulls)[0] == pytest.approx(0.5311922253)
    assert policy._indices(ids, pulls, wins)[0] == pytest.approx(1.3968192287)  # proposition 6, 1.1 ln 5
    six_of_forty = DelayedUCB.bound(*(np.array([x]) for x in (0.15, 40.0, 100.0)), 1.1 * log(1000))
    assert six_of_forty == pytest.approx(0.6372926100)


def test_without_delay_it_is_ucb():
    n, mean = np.array([7.0, 50.0]), np.array([0.3, 0.1])
    np.testing.assert_allclose(DelayedUCB.bound(mean, n, n, log(57)), mean + np.sqrt(log(57) / (2 * n)), rtol=1e-15)


@pytest.mark.parametrize("kind", [DelayedUCB, DelayedKLUCB])
@pytest.mark.long
def test_a_refit_knows_what_adding_up_knows(kind):
    made = kind(f"exponential(mean={MEAN}s)", WINDOW)
    cadences = Every("30s", refit_window="1d"), MicroBatch("30s")
    agents = [Agent(made, ObservedOnly(), cadence, ship="in_place") for cadence in cadences]
    runs = [simulate(late(900), agent).impressions.item.tolist() for agent in agents]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("kind", [DelayedUCB, DelayedKLUCB])
@pytest.mark.long
def test_the_estimate_is_of_the_rate_however_few_have_come(kind):
    """Two minutes after the start a third of the yeses is out; the naive rate is a third short, this one is right."""
    told = []

    class Watched(kind):
        def __deepcopy__(self, memo):
            return type(self)(self.delay, self.window)

        def train(self, experience):
            super().train(experience)
            told.append(np.divide(*self._statistics.copy().of(np.arange(1))[::-1]).item())

    learner, looks = Watched(f"exponential(mean={MEAN}s)", WINDOW), At(np.array([119.5]))
    scenario = late(120, rates=[0.3], users__count=200)
    simulate(scenario, Agent(learner, ObservedOnly(), looks, ship="in_place"), replications=4, trace=False)
    assert len(told) == 4
    error = np.sqrt(0.3 / (200 * 120 * (1 - 0.43)) / 4)
    assert np.mean(told) == pytest.approx(0.3, abs=4 * error)
