"""Two items with different rates: where clicks are late, and where conversions are and a missing click is known."""

import numpy as np
import pytest

from agents import (
    DEFER,
    DEFUSE,
    DFM,
    ESDFM,
    FNC,
    FNW,
    FSIW,
    Agent,
    Every,
    InverseProbability,
    MicroBatch,
    NoCorrection,
    OracleLabels,
    Shifted,
)
from sim.scenario import Scenario
from sim.simulation import simulate
from tests.support.conversions import Kept

pytestmark = pytest.mark.long

MEAN, WINDOW = 6.0, 24.0  # hours
LAW = f"truncated(max={WINDOW:g}h, law=exponential(mean={MEAN:g}h))"
LATE = {"delay": f"exponential(mean={MEAN:g}h)", "window": f"{WINDOW:g}h"}
CLICKS = {"click": LATE}
CONVERSIONS = {
    "click": {"delay": "constant(0s)", "window": "1h"},
    "conversion": {"rate": 0.5, **LATE},
    "learn_from": "conversion",
}
RATES = {"clicks": (CLICKS, [0.1, 0.5], [0.1, 0.5]), "conversions": (CONVERSIONS, [0.2, 0.6], [0.1, 0.3])}
REFIT, STREAM = Every("1d", refit_window="2d"), MicroBatch("1h")


class Uniformly(Kept):
    """A learner of means that shows items at random."""

    def __init__(self):
        super().__init__()
        self.epsilon = 1.0


def learnt(feedback, click_rates, correction, cadence):
    """Return the rates that are learnt in five days."""
    scenario = {
        "name": "two",
        "horizon": "5d",
        "users": {"count": 10, "visits": {"every": "2m"}},  # the standard error of a rate of 0.5 is 0.006
        "items": {"click_rates": click_rates},
        "slate": {"size": 1},
        "feedback": feedback,
    }
    kept = Uniformly()
    simulate(Scenario.load(scenario, {}), Agent(kept, correction, cadence, ship="in_place"), trace=False)
    return kept._counts.means(np.array([0, 1]))


def within(hours):
    """Return the share of positives that come within a time."""
    return -np.expm1(-hours / MEAN)


def known(hours):
    """Return the mean share of positives that have come, of those served in the last hours, at least a window."""
    return (WINDOW - MEAN * within(WINDOW) + (hours - WINDOW) * within(WINDOW)) / hours


IN_BOTH = [FNW(), ESDFM("1h"), DFM("1h", "1d", law=LAW), InverseProbability("1h", "1d", law=LAW)]
IN_ONE = [FSIW(law=LAW), FSIW(deadline="1d"), DEFER("1h"), DEFUSE("1h"), OracleLabels()]
STREAMED = [DFM("1h", "1d", law=LAW), InverseProbability("1h", "1d", law=LAW), OracleLabels()]


def cases():
    """Yield correction, cadence and world; make test has most with conversions only."""
    for world in RATES:
        for correction in IN_BOTH:
            yield correction, REFIT, world
        for correction in IN_ONE:
            yield pytest.param(correction, REFIT, world, marks=pytest.mark.slow if world == "clicks" else [])
        yield pytest.param(DFM("1h", "1d"), REFIT, world, marks=pytest.mark.slow)  # with the law it is quicker
        for correction in STREAMED:
            quick = world == "conversions" and isinstance(correction, DFM)
            yield pytest.param(correction, STREAM, world, marks=[] if quick else pytest.mark.slow)


@pytest.mark.parametrize(("correction", "cadence", "world"), list(cases()), ids=repr)
def test_the_rate_of_each_item_is_right(correction, cadence, world):
    feedback, click_rates, rates = RATES[world]
    truth = np.array(rates) * within(WINDOW)
    np.testing.assert_allclose(learnt(feedback, click_rates, correction, cadence), truth, atol=0.02)


@pytest.mark.parametrize("world", RATES)
def test_others_are_off_by_closed_forms(world):
    feedback, click_rates, rates = RATES[world]
    p = np.array(rates)
    for correction, theory in (
        (NoCorrection(), p * known(48.0)),
        (Shifted("6h"), p * within(6.0)),
        (InverseProbability("1h", "1d"), p * within(16.0)),  # no look of this window is older
        (FNC(), p * within(WINDOW) / (1.0 + p * within(WINDOW))),
    ):
        np.testing.assert_allclose(learnt(feedback, click_rates, correction, REFIT), theory, atol=0.02)
    assert (learnt(feedback, click_rates, DFM("1h", law=LAW, late="added"), STREAM) > 1.4 * p).all()
