"""Exp3 against a plain program round by round, and its propensities against frequencies."""

from math import exp

import numpy as np
import pytest

from agents import Agent, Every, Exp3, MicroBatch, ObservedOnly
from sim import simulate
from sim.ports import Examples, Space
from tests.claims._worlds import world
from tests.support.logs import FIXED, examples, experience, impressions, observations
from tests.support.rounds import draw, played, simulated

RATES = (0.8, 0.5, 0.2)
COIN = 2**62


@pytest.mark.parametrize("delay", [0, 30])
def test_every_round_is_that_of_the_weights(delay):
    drawn_with = []

    def rule(now, known):
        losses = [0.0] * 3
        for pull in known:
            losses[pull.arm] += (1 - pull.paid) / drawn_with[pull.round]
        weights = [exp(-0.05 * (loss - min(losses))) for loss in losses]
        chances = [0.9 * weight / sum(weights) + 0.1 / 3 for weight in weights]
        u = draw(now, 7, COIN, 0)  # policies' own draws, the lane of coins
        arm = 0 if u < chances[0] else 1 if u < chances[0] + chances[1] else 2
        drawn_with.append(chances[arm])
        return arm

    assert simulated(Exp3(0.05, 0.1), RATES, 400, delay) == played(rule, RATES, 400, delay)


def test_propensities_are_frequencies_at_every_position():
    learner = Exp3(0.02, 0.2)
    learner.begin(FIXED)
    learner.train(experience(examples(impressions(300))))
    slates = learner.policy().act(observations(n=40_000))
    for position in range(4):
        said = np.full(25, np.nan)
        said[slates.items[:, position]] = slates.propensity[:, position]
        assert np.nansum(said) == pytest.approx(1.0)
        found = np.bincount(slates.items[:, position], minlength=25) / 40_000
        assert np.abs(found - said).max() < 4 * np.sqrt(0.25 / 40_000)
    assert slates.propensity.max() > 3 * slates.propensity.min()


def test_a_refit_knows_what_adding_up_knows():
    scenario = world(3000, items={"click_rates": list(RATES)}, feedback__click__delay="geometric(mean=20s)")
    cadences = Every("5m", refit_window="1d"), MicroBatch("5m")
    agents = [Agent(Exp3(), ObservedOnly(), cadence, ship="in_place") for cadence in cadences]
    runs = [simulate(scenario, agent).impressions.item.tolist() for agent in agents]
    assert runs[0] == runs[1]


def test_a_new_item_starts_as_the_best_and_not_better():
    learner = Exp3(0.1, 0.3)
    learner.begin(Space(1, 1, 3, 0, 1, turnover=True))
    old = impressions(60).replace(item=np.arange(60) % 2, propensity=np.full(60, 0.5))
    learner.train(experience(Examples(old, (np.arange(60) % 2).astype(float), np.ones(60))))  # item 0 loses always
    one = impressions(1).replace(item=np.array([2]), propensity=np.ones(1))
    for rows, label in ((one, 1.0), (one, 0.0)):
        chance = learner.policy().chances(np.array([0, 1, 2]))
        assert chance[1] == pytest.approx(chance[2]) == pytest.approx(0.7 / (2 + exp(-6)) + 0.1)
        learner.train(experience(examples(rows, label=label)))
    assert learner.policy().chances(np.array([1, 2]))[1] == pytest.approx(0.7 * exp(-0.1) / (1 + exp(-0.1)) + 0.15)


@pytest.mark.slow
def test_its_regret_grows_as_the_theorem_says():
    """With eta = sqrt(ln m / (m T + D)) regret is at most 3 sqrt((m T + D) ln m), D the sum of the delays."""
    for delay in (0, 200):
        size = 3 * 5000 + 5000 * delay
        eta = np.sqrt(np.log(3) / size)
        scenario = world(5000, items={"click_rates": [0.6, 0.5, 0.5]}, feedback__click__delay=f"{delay}s")
        runs = simulate(scenario, Agent(Exp3(eta, 1e-6), ObservedOnly()), replications=5, trace=False)
        assert runs.summary["regret/total"] <= 3 * np.sqrt(size * np.log(3))


def test_a_log_without_propensities_is_refused():
    learner = Exp3()
    learner.begin(FIXED)
    with pytest.raises(ValueError, match="propensities"):
        learner.train(experience(examples(impressions(3).replace(propensity=np.full(3, np.nan)))))
