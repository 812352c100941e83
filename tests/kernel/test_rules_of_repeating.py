"""Rules 6 to 10: what never differs, and what an agent never sees; each test fails if its rule is broken."""

import numpy as np
import pandas as pd
import pytest

from agents import (
    After,
    Agent,
    BetaThompson,
    EpsilonGreedy,
    Every,
    LinTS,
    LinUCB,
    MicroBatch,
    Never,
    NoCorrection,
    ObservedOnly,
    Online,
    Oracle,
    RidgeRanker,
    Uniform,
    Wait,
)
from sim.simulation import simulate
from tests.support.worlds import TASTES, FirstItems, run, world

RANDOM = Agent(Uniform(), cadence=Never())

# 6. Common random numbers


def test_6_two_agents_meet_the_same_answers():
    scenario = world(TASTES, users__satisfaction__return_effect=0.0, users__satiation__strength=0.0)
    keys = ["user", "visit", "item"]
    first = run(scenario, RANDOM).impressions
    other = run(scenario, Agent(RidgeRanker(), Wait(), Every("1h"))).impressions
    both = first.merge(other, on=[*keys, "position"], suffixes=("_a", "_b"))
    assert len(both) > 50
    for column in ("request_at", "outcome", "feedback_at"):
        pd.testing.assert_series_equal(both[f"{column}_a"], both[f"{column}_b"], check_names=False)


def test_6_noise_belongs_to_the_item_not_to_its_position():
    scenario = world(
        TASTES, slate__choice="bernoulli", users__satiation__strength=0.0, users__satisfaction__return_effect=0.0
    )
    first = run(scenario, RANDOM).impressions
    narrow = run(world(scenario.plain(), slate__size=1), RANDOM).impressions
    both = first.merge(narrow, on=["user", "visit", "item"], suffixes=("_a", "_b"))
    assert len(both) > 100
    assert (both.position_a == 0).all()  # the best-ranked random item is the same, whatever the slate's size
    assert (both.outcome_a == both.outcome_b).all()
    ranked = run(scenario, Agent(FirstItems(), cadence=Never())).impressions
    both = first.merge(ranked, on=["user", "visit", "item"], suffixes=("_a", "_b"))
    moved = both[both.position_a != both.position_b]
    assert len(moved) > 100
    assert (moved.outcome_a == moved.outcome_b).all()


def test_6_seeds_and_replications_are_different_worlds():
    short = world(TASTES, horizon="3h", users__shifts=[])
    prints = [run(short, RANDOM, seed=s).requests.request_at.iloc[0] for s in (0, 1)]
    twice = run(short, RANDOM, replications=2).requests
    firsts = twice.groupby("replication").request_at.first()
    assert len({*prints, *firsts}) == 3  # replication 0 of seed 0 is the run of seed 0


# 7. Block invariance


@pytest.mark.parametrize(
    "agent",
    [
        pytest.param(Agent(LinUCB(0.3), NoCorrection(), Online()), marks=pytest.mark.slow),
        pytest.param(Agent(LinTS(0.1), ObservedOnly(), MicroBatch("5m")), marks=pytest.mark.slow),
        pytest.param(Agent(RidgeRanker(), Wait(), Every("1h")), marks=pytest.mark.slow),
        pytest.param(Agent(EpsilonGreedy(), NoCorrection(), After(5)), marks=pytest.mark.slow),
        Agent(BetaThompson(), ObservedOnly(), Online(), ship="push"),
    ],
    ids=lambda a: f"{type(a.learner).__name__}-{type(a.cadence).__name__}",
)
@pytest.mark.long
def test_7_the_block_size_has_no_say(agent):
    scenario = world(TASTES, users__count=10, slate__choice="multinomial")  # random slates and no clicks are drawn
    runs = [run(scenario, agent, block=block) for block in (1, 5, None)]
    for other in runs[1:]:
        assert other.fingerprint == runs[0].fingerprint
        assert other.summary == runs[0].summary
        pd.testing.assert_frame_equal(other.curve, runs[0].curve, check_exact=True)


# 8. No latency: the plain bandit protocol


@pytest.mark.parametrize("learner", [BetaThompson(), EpsilonGreedy(), LinUCB(0.3)], ids=lambda x: type(x).__name__)
def test_8_zero_latency_is_the_plain_bandit_protocol(learner):
    """Choose, be told, learn, choose again, in a loop of a few lines that knows no clock."""
    from sim.draws import Stream, child, root, uniform
    from sim.ports import Catalogue, Examples, Experience, Impressions, News, Observations, Space

    rates = np.array([0.7, 0.4, 0.3])
    steps = 150
    result = run(
        world(items__click_rates=rates.tolist(), horizon=f"{steps}s"), Agent(learner, ObservedOnly(), Online())
    )
    agent = Agent(learner, ObservedOnly(), Online()).fresh()
    if hasattr(agent.learner, "begin"):
        agent.learner.begin(Space(1, 1, 3, 0, 1, False))
    arms = Catalogue(np.arange(3), np.zeros((3, 0)), np.zeros(3))
    chosen, rewards = [], []
    for t in range(steps):
        key = child(child(root(0, 0, Stream.VISIT), np.array([0])), np.array([t]))
        ask = Observations(np.array([t + 1.0]), np.array([0]), np.array([t]), np.ones((1, 1)), arms, 1, child(key, 7))
        arm = agent.learner.policy().act(ask).items[:, 0]
        reward = (uniform(child(child(key, 2), arm), 0) < rates[arm]).astype(float)
        chosen.append(int(arm[0]))
        rewards.append(float(reward[0]))
        zero, now = np.array([0]), np.array([t + 1.0])
        columns = {"request_at": now, "user": zero, "visit": np.array([t]), "position": zero, "item": arm}
        columns |= {"user_features": np.ones((1, 1)), "item_features": np.zeros((1, 0)), "label": reward}
        seen = Impressions.of(columns | {"delivered_at": now, "closes_at": now})
        news = News(t + 1.0, False, seen, seen)
        agent.learner.train(Experience(news, Examples(seen, reward, np.ones(1)), lambda seen=seen: seen))
    assert result.impressions.item.tolist() == chosen
    assert result.requests.reward.tolist() == rewards


# 9. Same inputs, same fingerprint


@pytest.mark.long
def test_9_a_run_repeats():
    agent = Agent(LinUCB(0.3), NoCorrection(), Online())
    scenario = world(TASTES, users__count=15, horizon="6h", users__shifts=[])
    once = simulate(scenario, agent, seed=5)
    run(scenario, RANDOM, seed=6)
    assert simulate(scenario, agent, seed=5).fingerprint == once.fingerprint
    assert simulate(scenario, agent, seed=6).fingerprint != once.fingerprint


# 10. Nothing but the log and the observed features


def test_10_slates_do_not_depend_on_the_latent_state():
    """Move everyone's hidden taste: slates stay as they are until feedback tells."""
    still = run(world(TASTES, users__satisfaction__return_effect=0.0), Agent(LinTS(), Wait(), Never()))
    moved = run(
        world(TASTES, users__satisfaction__return_effect=0.0, users__trend__spread=3.0, users__drift__spread=2.0),
        Agent(LinTS(), Wait(), Never()),
    )
    assert still.impressions.item.equals(moved.impressions.item)
    assert not still.requests.regret.equals(moved.requests.regret)


def test_10_only_a_policy_that_needs_truth_gets_it():
    learner = Spy()
    few = world(TASTES, users__count=15)
    run(few, Agent(learner, Wait(), Never()))
    assert learner.best == [None]
    assert run(few, Agent(Oracle(), cadence=Never())).summary["regret/total"] == 0.0


class Spy(FirstItems):
    def __init__(self):
        super().__init__()
        self.best = []

    def act(self, observations):
        if observations.best not in self.best:
            self.best.append(observations.best)
        return super().act(observations)
