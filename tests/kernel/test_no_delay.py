"""Without any delay the simulator is the plain bandit protocol, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from agents import Agent, ObservedOnly, Online
from sim import simulate
from sim.draws import Stream, child, root, uniform
from sim.ports import Catalogue, Examples, Experience, Impressions, News, Observations, Space
from tests.contracts.shelves import LEARNERS, make
from tests.support.worlds import world

RATES, STEPS = np.array([0.7, 0.4, 0.3]), 12


TRIED = [pytest.param(part, marks=[pytest.mark.long] if hasattr(part, "package") else []) for part in LEARNERS]


@pytest.mark.parametrize("learner", TRIED)
def test_choose_be_told_learn_choose_again(learner):
    """A loop of a few lines that knows no clock takes the same steps with the same learner."""
    agent = Agent(make(learner), ObservedOnly(), Online())
    run = simulate(world(items__click_rates=RATES.tolist(), horizon=f"{STEPS}s"), agent)
    arms, rewards = _protocol(agent.fresh().learner)
    assert run.impressions.item.tolist() == arms.tolist()
    assert run.requests.reward.tolist() == rewards.tolist()


def _protocol(learner) -> tuple[np.ndarray, np.ndarray]:
    if hasattr(learner, "begin"):
        learner.begin(Space(users=1, user_dim=1, items=3, item_dim=0, size=1, turnover=False))
    steps = [_step(learner, visit) for visit in range(STEPS)]
    return tuple(np.array(column) for column in zip(*steps, strict=True))


def _step(learner, visit: int) -> tuple[int, float]:
    key = child(child(root(0, 0, Stream.VISIT), np.array([0])), np.array([visit]))
    now, user, count = np.array([visit + 1.0]), np.array([0]), np.array([visit])
    catalogue, best = Catalogue(np.arange(3), np.zeros((3, 0)), np.zeros(3)), np.array([[0]])
    asked = Observations(now, user, count, np.ones((1, 1)), catalogue, 1, child(key, int(Stream.POLICY)), best)
    said = learner.policy().act(asked)
    arm = said.items[:, 0]
    propensity = np.full(1, np.nan) if said.propensity is None else said.propensity[:, 0]
    reward = (uniform(child(child(key, int(Stream.OUTCOME)), arm), 0) < RATES[arm]).astype(float)
    columns = {"request_at": now, "user": user, "visit": count, "position": user, "item": arm, "label": reward}
    columns |= {"propensity": propensity}
    columns |= {"user_features": np.ones((1, 1)), "item_features": np.zeros((1, 0))}
    seen = Impressions.of(columns | {"delivered_at": now, "closes_at": now})
    news = News(now[0], False, seen, seen)
    learner.train(Experience(news, Examples(seen, reward, np.ones(1)), lambda: seen))
    return int(arm[0]), float(reward[0])
