"""A rule that is told of its own pulls before each request, and one that is not."""

from math import log, sqrt

import pytest

from agents import Agent, DelayedUCB, MicroBatch, ObservedOnly, Online, OnServing
from sim import simulate
from tests.claims._worlds import world
from tests.support.rounds import first_best, played, simulated

RATES, ROUNDS, DELAY = (0.5, 0.4, 0.2), 250, 30


arms: list[int] = []


def rule(now, known):
    """DelayedUCB of a constant delay: pulls that are old enough count, the others count nothing yet."""
    seen, wins, all_pulls = [0] * 3, [0] * 3, [0] * 3
    for pull in known:
        seen[pull.arm] += 1
        wins[pull.arm] += pull.paid
    for arm in arms:
        all_pulls[arm] += 1
    values = []
    for s, n, pulls in zip(wins, seen, all_pulls, strict=True):
        high = 1e100 / pulls if pulls else float("inf")
        values.append(s / n + sqrt(pulls / n) * sqrt(log(now) / (2 * n)) if n else high)
    arms.append(first_best(values))
    return arms[-1]


def test_before_each_request_it_knows_all_of_its_pulls():
    arms.clear()
    expected = played(rule, RATES, ROUNDS, DELAY)
    learner = DelayedUCB(f"constant({DELAY}s)", "1h")
    assert simulated(learner, RATES, ROUNDS, DELAY, cadence=OnServing("1s")) == expected
    assert expected[:6] == [0, 1, 2, 0, 1, 2]  # in turn, while nothing can have come


@pytest.mark.parametrize("cadence", [Online(), MicroBatch("1s")])
def test_the_others_learn_of_them_with_the_first_outcome(cadence):
    learner = DelayedUCB(f"constant({DELAY}s)", "1h")
    assert simulated(learner, RATES, DELAY, DELAY, cadence=cadence) == [0] * DELAY


@pytest.mark.long
def test_the_trace_is_the_same_for_any_block():
    late = {"feedback__click__delay": "geometric(mean=9s)"}
    scenario = world(100, users__count=3, items={"click_rates": list(RATES)}, **late)
    agent = Agent(DelayedUCB("geometric(mean=9s)", "1h"), ObservedOnly(), OnServing("5s"))
    assert len({simulate(scenario, agent, block=block).fingerprint for block in (None, 1, 7)}) == 1
