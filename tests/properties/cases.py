"""A random world with a random agent and seed."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from agents import (
    UCB1,
    After,
    Agent,
    BetaThompson,
    DailyAt,
    EpsilonGreedy,
    Every,
    LinTS,
    LinUCB,
    LogisticRanker,
    MicroBatch,
    Never,
    NoCorrection,
    ObservedOnly,
    OnDrift,
    Online,
    Oracle,
    RidgeRanker,
    Uniform,
    Wait,
)
from sim.scenario import Scenario
from tests.properties.witness import Whim, Witness
from tests.properties.worlds import worlds

LEARNERS = [EpsilonGreedy, UCB1, BetaThompson, LinUCB, LinTS, RidgeRanker, LogisticRanker]


@dataclass(frozen=True)
class Case:
    scenario: Scenario
    agent: Agent
    seed: int
    replication: int


@st.composite
def learners(draw, scenario):
    """Draw a learner; half of them are witnesses."""
    if draw(st.booleans()):
        return Witness()
    others = [*LEARNERS, Uniform]
    if scenario.feedback.learn_from == "click" or scenario.slate.size == 1:
        others.append(Oracle)  # else two slates may be equally good, and either the best
    return draw(st.sampled_from(others))()


class StartsOver(After):
    """A cadence that counts feedback, and refits over a window each time."""

    def __init__(self, feedbacks, refit_window):
        super().__init__(feedbacks)
        self.refit_window = refit_window


@st.composite
def cadences(draw, ticks):
    length = ticks.length
    by_log = [Online(), After(draw(st.integers(1, 7))), StartsOver(draw(st.integers(1, 3)), 5 * length)]
    by_clock = [
        MicroBatch(length),
        MicroBatch(3 * length),
        Every(2 * length),
        Every(5 * length, refit_window=10 * length),
        Every(3 * length, refit_window=None),
        DailyAt("03:00", refit_window=30 * length),
        OnDrift(5 * length, refit_window=draw(st.sampled_from([None, 20 * length]))),
        Whim(2 * length),
        Never(),
    ]
    return draw(st.sampled_from(by_log) | st.sampled_from(by_clock))


@st.composite
def cases(draw):
    ticks, scenario = draw(worlds())
    learner, cadence = draw(learners(scenario)), draw(cadences(ticks))
    correction = draw(st.sampled_from([NoCorrection, Wait, ObservedOnly]))()
    agent = Agent(learner, correction, cadence, draw(st.sampled_from([None, "in_place", "push"])))
    return Case(scenario, agent, draw(st.sampled_from([0, 1, 2**40])), draw(st.sampled_from([0, 0, 0, 1])))
