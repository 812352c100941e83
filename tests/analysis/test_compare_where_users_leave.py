"""Agents are compared on reward a user and day where satisfaction has a say in who leaves."""

import numpy as np
import pytest

from agents import Agent, Never, Oracle, Uniform
from sim.analysis import compare
from sim.analysis.paired.comparison import compared
from sim.analysis.paired.contenders import contender_of
from sim.analysis.paired.in_memory import Scored
from sim.analysis.paired.sentences import sentences
from sim.scenario import Scenario
from sim.simulation import simulate
from tests.support.worlds import TASTES

SMALL = {"horizon": "12h", "users.count": 20}


def runs(effect):
    leaving = {"users.leaving": {"rate": "3 per day", "satisfaction_effect": effect}}
    world = Scenario.load(TASTES, SMALL | leaving)
    agents = {"oracle": Agent(Oracle(), cadence=Never()), "random": Agent(Uniform(), cadence=Never())}
    return {name: simulate(world, agent, replications=4) for name, agent in agents.items()}


def test_the_order_is_that_of_reward_and_who_is_behind_misses_reward():
    found = runs(effect=2.0)
    frame = compare(found)
    reward = {name: [one["reward/per_user_day"] for one in run.replicates] for name, run in found.items()}
    assert frame.index.tolist() == ["oracle", "random"]
    missed = np.subtract(reward["oracle"], reward["random"]).mean()
    assert missed > 0
    assert frame.behind["random"] == pytest.approx(missed)


def test_it_is_said():
    contenders = [contender_of([Scored(name, run)]) for name, run in runs(effect=2.0).items()]
    found = compared(contenders)
    said = " ".join(sentences(found, found.worlds[0]))
    assert "has the most reward a user and day, " in said
    assert "Satisfaction has a say in who leaves here: agents are compared on reward/per_user_day" in said


def test_where_satisfaction_has_no_say_it_is_regret():
    found = runs(effect=0.0)
    frame = compare(found)
    regret = {name: [one["regret/at_base_rate"] for one in run.replicates] for name, run in found.items()}
    assert frame.behind["random"] == pytest.approx(np.subtract(regret["random"], regret["oracle"]).mean())
