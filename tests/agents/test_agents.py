"""An agent as people put it together: what is refused, and what it says of itself."""

import json

import numpy as np
import pytest

from agents import (
    UCB1,
    After,
    Agent,
    BetaThompson,
    EpsilonGreedy,
    Every,
    LinTS,
    LinUCB,
    ObservedOnly,
    RidgeRanker,
    Uniform,
    Wait,
)


def test_errors_name_the_part():
    with pytest.raises(TypeError, match=r"UCB1 is a class, expected an object such as UCB1\(\)"):
        Agent.of(UCB1)

    class Half:
        ship, feedbacks = "push", None

        def next(self, after):
            return np.inf

        def wants(self, matured):
            return True

    with pytest.raises(TypeError, match="Half is no cadence: it has no attribute refit_window"):
        Agent(Uniform(), cadence=Half())
    with pytest.raises(TypeError, match="object is no learner: it has no method train"):
        Agent(object())
    with pytest.raises(ValueError, match="expected in_place or push"):
        Agent(Uniform(), ship="mail")
    for part, name, value in (
        (LinUCB, "alpha", -1.0),
        (LinTS, "scale", "x"),
        (RidgeRanker, "ridge", 0),
        (BetaThompson, "a", True),
    ):
        with pytest.raises(ValueError, match=f"{name} is .*, expected a number"):
            part(**{name: value})
    with pytest.raises(ValueError, match="at least 0 and at most 1"):
        EpsilonGreedy(1.5)
    with pytest.raises(ValueError, match="whole number"):
        After(0)
    with pytest.raises(ValueError, match="is not a duration"):
        Every("1 hour")
    with pytest.raises(ValueError, match="more than 0s"):
        Every("0s")


def test_an_agent_describes_itself():
    agent = Agent(LinUCB(alpha=0.5), Wait(), Every("1h"))
    assert agent.describe() == {
        "learner": {
            "class": "agents.LinUCB",
            "alpha": 0.5,
            "ridge": 1.0,
            "model": "auto",
            "forget": None,
        },
        "correction": {"class": "agents.Wait"},
        "cadence": {"class": "agents.Every", "interval": 3600.0, "refit_window": 604800.0},
        "ship": "push",
    }


def test_own_parts_describe_themselves_without_addresses():
    class Committee:
        def __init__(self, members, weights, when=max):
            self.members, self.weights, self.when = members, weights, when
            self.votes, self._secret = 3, 1

        def train(self, experience):
            pass

        def policy(self):
            pass

    told = [Agent.of(Committee([LinUCB(), UCB1(2.0)], np.array([0.5, 1.0]))).describe() for _ in range(2)]
    assert told[0] == told[1]
    assert json.loads(json.dumps(told[0])) == told[0]
    assert {k: v for k, v in told[0]["learner"].items() if k != "class"} == {
        "members": [
            {"class": "agents.LinUCB", "alpha": 1.0, "ridge": 1.0, "model": "auto", "forget": None},
            {"class": "agents.UCB1", "scale": 2.0},
        ],
        "votes": 3,
        "weights": [0.5, 1.0],
        "when": "builtins.max",
    }


def test_own_attributes_of_an_object_make_the_agent():
    class Mine:
        correction, cadence, ship = ObservedOnly(), Every("2h"), "in_place"

        def train(self, experience):
            pass

        def policy(self):
            pass

    agent = Agent.of(Mine())
    assert (type(agent.correction), agent.cadence.next(0.0), agent.ship) == (ObservedOnly, 7200.0, "in_place")
    assert Agent.of(agent) is agent
    fresh = agent.fresh()
    assert fresh.learner is not agent.learner
    assert fresh.describe() == agent.describe()
