"""Fake negatives, and the learner that calibrates what it predicts of them."""

import numpy as np
import pytest

from agents import FNC, Agent, BetaThompson, Calibrated, EpsilonGreedy, Every, LogisticRanker, Uniform
from sim.scenario import Scenario
from sim.simulation import simulate
from tests.support.conversions import ALL, HOURLY, RATE, SHOP_OF_ONE, learnt, naive
from tests.support.logs import FIXED, begun, experience
from tests.support.populations import minimiser, population, stream

P, HOUR = 0.3, 3600.0
ROWS = population(P, [HOUR, 5 * HOUR], served=[0.0, 2 * HOUR], each=20)
CUTOFFS = [0.0, 1.5 * HOUR, 2 * HOUR, 10 * HOUR]


def test_the_minimiser_is_p_over_one_plus_p_and_calibrated_it_is_p():
    made = stream(FNC(), ROWS, CUTOFFS)
    assert minimiser(*made) == pytest.approx(P / (1.0 + P), abs=1e-12)
    plain, learner = EpsilonGreedy(), Calibrated(EpsilonGreedy())
    for part in made:
        plain.train(experience(part))
        learner.train(experience(part))
    assert plain.predict(ROWS.part(0, 1)).item() == pytest.approx(P / (1.0 + P), abs=1e-12)
    assert learner.predict(ROWS.part(0, 1)).item() == pytest.approx(P, abs=1e-12)


@pytest.mark.long
def test_in_a_shop_what_is_learnt_is_the_share_that_came_calibrated():
    """Of all six days, of which only the last hours are missing."""
    came = naive(144.0)
    for cadence in (ALL, HOURLY):
        assert learnt(FNC(), cadence) == pytest.approx(came / (1.0 + came), abs=0.005)
    assert abs(came - RATE) < 0.015


@pytest.mark.parametrize("base", [LogisticRanker(ridge=0.1), BetaThompson()], ids=lambda base: type(base).__name__)
@pytest.mark.long
def test_the_slates_are_the_same_and_the_predictions_calibrated(base):
    one = {"horizon": "1d", "items.click_rates": [1.0, 0.6], "feedback.conversion.window": "1d"}
    scenario = Scenario.load(SHOP_OF_ONE, one)
    runs = [
        simulate(scenario, Agent(learner, FNC(), Every("3h")), trace=True).impressions
        for learner in (base, Calibrated(base))
    ]
    assert runs[0].item.tolist() == runs[1].item.tolist()
    b, p = (run.predicted.to_numpy() for run in runs)
    known = ~np.isnan(b)
    assert np.array_equal(known, ~np.isnan(p))
    assert known.sum() > 1000
    np.testing.assert_allclose(p[known], b[known] / (1.0 - b[known]), rtol=1e-12)


def test_it_is_a_learner_around_one_that_predicts():
    with pytest.raises(TypeError, match=r"Uniform\(\), which has no predict\(\)"):
        Calibrated(Uniform())
    assert repr(Calibrated(BetaThompson())) == "Calibrated(base=BetaThompson())"
    base = begun(EpsilonGreedy(), FIXED)
    assert Calibrated(base).base is not base
    assert not Calibrated().retracts
    assert Calibrated(base).retracts
    assert (Calibrated().labels, Calibrated(base).labels) == ("soft", "real")
