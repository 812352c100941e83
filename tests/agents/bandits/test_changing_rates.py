"""Windows and discounts against the formulas of the papers, round by round, and in both loops."""

from copy import deepcopy
from math import log, sqrt

import numpy as np
import pytest
from scipy.special import betaincinv

from agents import (
    Agent,
    DiscountedThompson,
    DiscountedUCB,
    Every,
    MicroBatch,
    ObservedOnly,
    SlidingWindowThompson,
    SlidingWindowUCB,
)
from agents.learners import _window_counts
from sim import simulate
from tests.claims._worlds import world
from tests.support.logs import examples, experience, impressions, observations
from tests.support.rounds import first_best, luck, played, simulated

RATES, ROUNDS, SPAN = (0.6, 0.5, 0.3), 250, 60
ALL = [SlidingWindowUCB, SlidingWindowThompson, DiscountedUCB, DiscountedThompson]


def weight_in_window(age):
    return float(age < SPAN)


def weight_faded(age):
    return 0.5 ** (age / SPAN)


BOUNDS = [(SlidingWindowUCB, weight_in_window, 1), (DiscountedUCB, weight_faded, 2)]
DRAWS = [(SlidingWindowThompson, weight_in_window), (DiscountedThompson, weight_faded)]


def sums(known, delay, weight):
    """Return pulls and wins of each arm; a pull's age runs to the round in which the last outcome came."""
    pulls, wins = [0.0] * 3, [0.0] * 3
    for pull in known:
        w = weight(known[-1].round + delay - pull.round)
        pulls[pull.arm] += w
        wins[pull.arm] += w * pull.paid
    return pulls, wins


@pytest.mark.parametrize("delay", [0, 20])
@pytest.mark.parametrize(("kind", "weight", "b"), BOUNDS)
def test_every_round_is_that_of_the_bound(kind, weight, b, delay):
    def rule(now, known):
        pulls, wins = sums(known, delay, weight)
        if min(pulls) == 0:
            return pulls.index(0)
        t = log(max(sum(pulls), 1.0))
        return first_best([w / n + b * sqrt(0.6 * t / n) for n, w in zip(pulls, wins, strict=True)])

    assert simulated(kind(SPAN), RATES, ROUNDS, delay) == played(rule, RATES, ROUNDS, delay)


@pytest.mark.parametrize("delay", [0, 20])
@pytest.mark.parametrize(
    ("kind", "weight"), [(SlidingWindowThompson, weight_in_window), (DiscountedThompson, weight_faded)]
)
@pytest.mark.long
def test_every_round_is_that_of_the_posterior(kind, weight, delay):
    def rule(now, known):
        pulls, wins = sums(known, delay, weight)
        draws = [betaincinv(1 + w, 1 + n - w, luck(now, k)) for k, (n, w) in enumerate(zip(pulls, wins, strict=True))]
        return first_best(draws)

    assert simulated(kind(SPAN), RATES, ROUNDS, delay) == played(rule, RATES, ROUNDS, delay)


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.long
def test_a_refit_knows_what_adding_up_knows(kind):
    """At the same cutoffs, in batches small and large, the two loops play the same arms."""
    scenario = world(1500, items={"click_rates": list(RATES)}, feedback__click__delay="geometric(mean=20s)")
    cadences = Every("5m", refit_window="1d"), MicroBatch("5m")
    runs = [
        simulate(scenario, Agent(kind("10m"), ObservedOnly(), cadence, ship="in_place")).impressions.item
        for cadence in cadences
    ]
    assert runs[0].tolist() == runs[1].tolist()


@pytest.mark.parametrize("kind", [SlidingWindowUCB, DiscountedUCB])
def test_what_was_shown_long_ago_is_unknown(kind):
    learner = kind("1m")
    learner.train(experience(examples(impressions(200))))  # the cutoff is 1000 s after the last
    assert np.isnan(learner.policy().act(observations()).predicted).all() == (kind is SlidingWindowUCB)
    later = experience(examples(impressions(1).take(np.array([], dtype=np.intp))))
    later.news.cutoff = 1e5
    learner.train(later)
    assert np.isnan(learner.policy().act(observations()).predicted).all()


@pytest.mark.parametrize("single", [0, 64])
def test_a_window_counts_what_is_in_it(single, monkeypatch):
    """Rows that come singly and in any order, in batches, and some that are taken back."""
    monkeypatch.setattr(_window_counts, "ONE_BY_ONE", single)
    monkeypatch.setattr(_window_counts, "WAITING", 50)
    rng, counts = np.random.default_rng(3), _window_counts.WindowCounts(300.0)
    rows, told = impressions(600).take(rng.permutation(600)), []
    for start in range(0, 600, 7):
        part = examples(rows.part(start, start + 7), weight=-1.0 if start % 3 == 0 else 1.0)
        told.append(part)
        now = experience(part)
        now.news.cutoff = 700.0 + start
        counts.add(deepcopy(now))
        pulls, wins = np.zeros(25), np.zeros(25)
        for one in told:
            inside = one.impressions.request_at > 400.0 + start
            np.add.at(pulls, one.impressions.item[inside], one.weight[inside])
            np.add.at(wins, one.impressions.item[inside], (one.weight * one.label)[inside])
        found = counts.copy().at(np.arange(25))
        assert [column.tolist() for column in found] == [pulls.tolist(), wins.tolist()]
        assert counts.copy().total == pulls.sum()


def test_old_weights_stay_finite():
    learner = DiscountedUCB("1s")
    for second in range(0, 5000, 500):
        rows = impressions(30).replace(request_at=np.full(30, float(second)))
        told = experience(examples(rows))
        told.news.cutoff = float(second)
        learner.train(told)
    assert learner.policy()._counts.total == pytest.approx(30.0)
