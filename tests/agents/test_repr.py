"""What agents and their parts print: one line, which makes an equal one."""

from __future__ import annotations

import pytest

import agents
from agents import Agent, Every, LinUCB, LogisticRanker, MicroBatch, NoCorrection, Oracle, Wait
from agents.describe import describe
from tests.contracts.shelves import CADENCES, CORRECTIONS, LEARNERS, make


def again(line: str) -> object:
    """Return what a line makes."""
    return eval(line, {name: getattr(agents, name) for name in agents.__all__})  # of ours, above


@pytest.mark.parametrize("part", [*LEARNERS, *CORRECTIONS, *CADENCES], ids=lambda part: part.__name__)
def test_a_part_is_the_call_that_makes_it(part: type) -> None:
    made = make(part)
    assert repr(made).startswith(f"{part.__name__}(")
    assert "\n" not in repr(made)
    assert describe(again(repr(made))) == describe(made)


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (LinUCB(), "LinUCB()"),
        (LinUCB(alpha=0.3, forget="12h"), "LinUCB(alpha=0.3, forget='12h')"),
        (LogisticRanker(model="shared"), "LogisticRanker(model='shared')"),
        (Every(5400, refit_window=None), "Every(interval='90m', refit_window=None)"),
        (MicroBatch("5m"), "MicroBatch(every='5m')"),
        (Oracle(), "Oracle()"),
    ],
)
def test_what_has_its_default_is_left_out(part: object, line: str) -> None:
    assert repr(part) == line
    assert describe(again(line)) == describe(part)


def test_an_agent_holds_learner_correction_cadence_and_ship() -> None:
    agent = Agent(LinUCB(alpha=0.5), Wait(), Every("1h"))
    assert repr(agent) == "Agent(LinUCB(alpha=0.5), Wait(), Every(interval='1h'), ship='push')"
    assert again(repr(agent)).describe() == agent.describe()


def test_a_part_of_ones_own_is_named_without_an_address() -> None:
    class Mine:
        def train(self, experience): ...

        def policy(self): ...

    class Told(Mine):
        def __repr__(self) -> str:
            return "Told(\n  1)"

    assert repr(Agent(Mine(), NoCorrection())) == "Agent(Mine(...), NoCorrection(), Online(), ship='in_place')"
    assert repr(Agent(Told(), NoCorrection())) == "Agent(Told( 1), NoCorrection(), Online(), ship='in_place')"


@pytest.mark.long
def test_what_was_learnt_changes_no_name() -> None:
    agent = Agent(LinUCB(), NoCorrection())
    before = repr(agent.learner)
    from sim import simulate

    simulate("bernoulli_bandit", agent, trace=False)
    assert repr(agent.learner) == before == "LinUCB()"
