"""BOLD against a naive program round by round, and the number of its copies."""

from math import log, sqrt

import numpy as np
import pytest

from agents import BOLD, KLUCB, Agent, BetaThompson, Every, MicroBatch, ObservedOnly, Online, OnServing
from sim import simulate
from tests.claims._waiting import outstanding
from tests.claims._worlds import world
from tests.support.rounds import Pull, played, simulated

RATES, ROUNDS = (0.8, 0.5, 0.2), 120


def naive():
    """Return Joulani's algorithm around UCB1: the first copy that is free, or a new one."""
    copies, waits, read = [], {}, [0]  # known pulls of each copy; which copy made a round

    def rule(now, known):
        for pull in known[read[0] :]:
            copies[waits.pop(pull.round)].append(pull)
        read[0] = len(known)
        free = [k for k in range(len(copies)) if k not in waits.values()]
        if not free:
            free = [len(copies)]
            copies.append([])
        waits[now] = free[0]
        return choice(copies[free[0]])

    return rule


def choice(own: list[Pull]):
    pulls = [sum(pull.arm == arm for pull in own) for arm in range(3)]
    wins = [sum(pull.arm == arm and pull.paid for pull in own) for arm in range(3)]
    if 0 in pulls:
        return pulls.index(0)
    index = [w / n + sqrt(2 * log(sum(pulls)) / n) for n, w in zip(pulls, wins, strict=True)]
    return index.index(max(index))


@pytest.mark.long
@pytest.mark.parametrize(
    "cadence", [Online(), pytest.param(MicroBatch("1s"), marks=pytest.mark.slow), OnServing("1s")], ids=repr
)
@pytest.mark.parametrize("delay", [0, pytest.param(1, marks=pytest.mark.slow), 7, 40])
def test_every_round_is_that_of_the_algorithm(delay, cadence):
    assert simulated(BOLD(), RATES, ROUNDS, delay, cadence=cadence) == played(naive(), RATES, ROUNDS, delay)


class Watched(BOLD):
    """A wrapper that is not copied for a run, so that it can be asked afterwards."""

    tried_with = BOLD.tried_with

    def __deepcopy__(self, memo):
        return self


@pytest.mark.long
@pytest.mark.parametrize("base", [KLUCB(), pytest.param(BetaThompson(), marks=pytest.mark.slow)], ids=repr)
@pytest.mark.parametrize("delay", ["geometric(mean=9s)", "pareto(shape=1.2, minimum=2s)", "released(every=30s)"])
def test_there_are_as_many_copies_as_outcomes_were_out_at_once(base, delay):
    learner = Watched(base)
    scenario = world(ROUNDS, items={"click_rates": list(RATES)}, feedback__click__delay=delay)
    run = simulate(scenario, Agent(learner, ObservedOnly(), OnServing("1s")))
    assert len(learner._copies) <= outstanding(run.impressions) <= len(learner._copies) + 1
    bases = [copy._base for copy in learner._copies]
    counts = [base._counts if isinstance(base, BetaThompson) else base._statistics for base in bases]
    assert sum(count.total for count in counts) == run.impressions.delivered_at.notna().sum()


@pytest.mark.long
@pytest.mark.parametrize("rounds", [60, pytest.param(600, marks=pytest.mark.slow)])
def test_a_refit_gives_the_same_copies_the_same_outcomes(rounds):
    """All that was served at each look, against what was new."""
    scenario = world(rounds, items={"click_rates": list(RATES)}, feedback__click__delay="geometric(mean=9s)")
    cadences = Every("1s", refit_window="1h"), OnServing("1s")
    agents = [Agent(BOLD(), ObservedOnly(), cadence, ship="in_place") for cadence in cadences]
    runs = [simulate(scenario, agent).impressions.item.tolist() for agent in agents]
    assert runs[0] == runs[1]


def test_with_many_users_nobody_shares_a_copy_that_waits():
    learner = Watched()
    late = {"feedback__click__delay": "constant(100s)"}
    scenario = world(50, users__count=5, items={"click_rates": list(RATES)}, **late)
    simulate(scenario, Agent(learner, ObservedOnly(), OnServing("10s")))
    assert set(learner._left.values()) == {1}
    assert np.unique(list(learner._waiting.values())).size == len(learner._waiting) >= 195
