"""The rate that each learner learns under each correction, in a world of one arm, against closed forms."""

from copy import deepcopy
from math import exp

import numpy as np
import pytest

from agents import (
    UCB1,
    Agent,
    BetaThompson,
    EpsilonGreedy,
    Every,
    LinTS,
    LinUCB,
    LogisticRanker,
    MicroBatch,
    Never,
    NoCorrection,
    ObservedOnly,
    Online,
    RidgeRanker,
    Wait,
)
from sim import simulate
from tests.support.worlds import run, world

RATE, MEAN, WINDOW, DAY = 0.5, 2.0, 6.0, 24.0  # hours
LEARNERS = [
    EpsilonGreedy(),
    pytest.param(UCB1(), marks=pytest.mark.slow),  # counts, as the one before
    BetaThompson(),
    LinUCB(),
    pytest.param(LinTS(), marks=pytest.mark.slow),  # the regression of the one before
    RidgeRanker(ridge=1.0),
    LogisticRanker(ridge=0.1),
]
ONE_ARM = {
    "name": "one_arm",
    "horizon": "71.5h",
    "users": {"count": 10, "visits": {"every": "2m"}},
    "items": {"click_rates": [RATE]},
    "slate": {"size": 1},
    "feedback": {"click": {"delay": f"exponential(mean={MEAN:g}h)", "window": f"{WINDOW:g}h"}},
}


def credited(hours):
    """Return the chance that a positive, this long after its request, is in the log."""
    return 1.0 - exp(-min(hours, WINDOW) / MEAN)


def hours_known(hours):
    """Return the integral of `credited` over the time since the request, from 0 to ``hours``."""
    within = min(hours, WINDOW)
    return within - MEAN * credited(within) + credited(WINDOW) * (hours - within)


def closed_form(correction, hours, whole):
    """Return the share of yeses among the rows made of ``hours`` of steady serving.

    Args:
        correction: the class.
        hours: before the cutoff, from which serving is learnt.
        whole: whether what was served before those hours still matures in them.
    """
    if correction is NoCorrection:
        return RATE * hours_known(hours) / hours
    closed = hours if whole else hours - WINDOW
    if correction is Wait or whole:
        return RATE * credited(WINDOW)
    yes, no = RATE * hours_known(hours), (1.0 - RATE * credited(WINDOW)) * closed
    return yes / (yes + no)


class Overheard:
    """A learner and policy that does as another, and keeps what it last expected."""

    def __init__(self, learner):
        self.learner, self.retracts = deepcopy(learner), getattr(learner, "retracts", True)

    def __deepcopy__(self, memo):
        return self  # the test looks into it after the run

    def begin(self, space):
        if hasattr(self.learner, "begin"):
            self.learner.begin(space)

    def train(self, experience):
        self.learner.train(experience)

    def policy(self):
        self.answering = self.learner.policy()
        return self

    def act(self, observations):
        slates = self.answering.act(observations)
        self.predicted = slates.predicted
        return slates


def learnt(learner, correction, cadence):
    """Return the outcome that the last version expects."""
    overheard = Overheard(learner)
    run(world(ONE_ARM), Agent(overheard, correction(), cadence, ship="in_place"))
    return overheard.predicted[-1, 0]


@pytest.mark.long
@pytest.mark.parametrize("correction", [NoCorrection, ObservedOnly, Wait], ids=lambda part: part.__name__)
@pytest.mark.parametrize("learner", LEARNERS, ids=lambda part: type(part).__name__)
def test_the_rate_that_is_learnt_is_that_of_theory(learner, correction):
    """The last training has seen two days of serving."""
    refit = learnt(learner, correction, Every("1d", refit_window="1d"))
    assert refit == pytest.approx(closed_form(correction, DAY, whole=True), abs=0.015)
    news = learnt(learner, correction, Every("1d", refit_window=None))
    expected = closed_form(correction, 2 * DAY, whole=False)
    if correction is NoCorrection and isinstance(learner, LogisticRanker):
        expected = expected / (1.0 + expected)  # each yes stands beside its no
    assert news == pytest.approx(expected, abs=0.015)


def test_a_true_half_is_learnt_as_a_third_where_nothing_can_be_taken_back():
    learner = LogisticRanker(ridge=0.1)
    known = closed_form(NoCorrection, 71.0, whole=False)
    assert learnt(learner, NoCorrection, MicroBatch("1h")) == pytest.approx(known / (1.0 + known), abs=0.015)
    assert np.round(RATE / (1.0 + RATE), 2) == 0.33


@pytest.mark.parametrize(
    ("agent", "lines"),
    [
        (Agent(LogisticRanker(), NoCorrection(), Online()), 1),
        (Agent(LogisticRanker(), NoCorrection(), Every("1h", refit_window=None)), 1),
        (Agent(LogisticRanker(), NoCorrection(), Every("1h")), 0),
        (Agent(LogisticRanker(), NoCorrection(), Never()), 0),
        (Agent(LogisticRanker(), Wait(), Online()), 0),
        (Agent(LinUCB(), NoCorrection(), Online()), 0),
    ],
)
def test_only_what_learns_a_wrong_rate_warns(agent, lines):
    warnings = agent.warnings()
    assert len(warnings) == lines
    assert all("learnt as p/(1+p), .5 as .33" in line for line in warnings)


def test_the_run_says_so_once(caplog):
    simulate(ONE_ARM, Agent(LogisticRanker(), NoCorrection(), MicroBatch("1d")), replications=2, trace=False)
    assert [record.message[:43] for record in caplog.records] == ["warning: LogisticRanker takes nothing back:"]
