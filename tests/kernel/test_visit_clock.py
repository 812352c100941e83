"""The clock on which visits come at a constant rate: by the hour and by the day of the week."""

import itertools

import numpy as np
import pytest
from scipy.integrate import quad

from agents import Agent, Never, Uniform
from sim.draws import Stream, child, exponential, root
from sim.scenario import Scenario
from sim.world.visit_clock import DAY, WEEK, VisitClock, WeeklyCycle
from tests.support.worlds import CLOCKWORK, run

RNG = np.random.default_rng(0)
WEEKLY = [1, 1, 1, 1, 1.2, 1.5, 1.3]


def scenario(**changes):
    visits = {"rate": "6 per day", "daily_peak": "20:00", "daily_swing": 0.6, "weekly": WEEKLY} | changes
    return Scenario.load(CLOCKWORK, {"users": {"count": 50, "visits": visits}, "horizon": "21d"})


def rate(at, weekly, swing=0.6, peak=20 * 3600.0):
    """Return the visit rate at an instant, in units of its mean."""
    factor = weekly[int(at // DAY) % 7] / np.mean(weekly)
    return factor * (1 + swing * np.cos(2 * np.pi * (at - peak) / DAY))


@pytest.mark.parametrize("weekly", [WEEKLY, [7, 0.01, 1, 1, 100, 3, 1]])
def test_a_week_is_as_long_on_its_clock_as_in_time_and_is_inverted_exactly(weekly):
    cycle = WeeklyCycle(tuple(weekly))
    at = np.sort(RNG.uniform(0, 5 * WEEK, 2000))
    np.testing.assert_allclose(cycle.inverse(cycle.reading(at)), at, atol=1e-5)
    np.testing.assert_allclose(cycle.reading(np.arange(5) * WEEK), np.arange(5) * WEEK)
    assert cycle.reading(np.array([DAY]))[0] == pytest.approx(DAY * weekly[0] / np.mean(weekly))


@pytest.mark.parametrize("weekly", [WEEKLY, [7, 0.01, 1, 1, 100, 3, 1]])
def test_its_reading_is_the_integral_of_the_rate(weekly):
    clock = VisitClock(scenario(weekly=weekly))
    at = np.array([0.3, 1.0, 4.7, 6.99, 9.2]) * DAY
    for reading, end in zip(clock.reading(at), at, strict=True):
        days = np.arange(0, end + DAY, DAY).clip(max=end)
        parts = [quad(rate, a, b, args=(weekly,))[0] for a, b in itertools.pairwise(days)]
        assert reading == pytest.approx(sum(parts), rel=1e-9)
    np.testing.assert_allclose(clock.instant(clock.reading(at)), at, atol=1e-4)


def test_seven_equal_days_are_no_week():
    agent = Agent(Uniform(), cadence=Never())
    even, none = scenario(weekly=[2.0] * 7), scenario(weekly=None)
    assert run(even, agent).fingerprint == run(none, agent).fingerprint


def test_a_visit_comes_where_the_integrated_rate_has_reached_its_draws():
    requests = run(scenario(), Agent(Uniform(), cadence=Never()), seed=3).requests
    own = requests[requests.user == 7].sort_values("visit")
    keys = child(child(root(3, 0, Stream.VISIT), 7), own.visit.to_numpy())
    expected = np.add.accumulate(exponential(child(keys, int(Stream.GAP)), 0))
    readings = 6 / DAY * VisitClock(scenario()).reading(own.request_at.to_numpy())
    np.testing.assert_allclose(readings, expected, rtol=1e-9)


def test_days_have_their_share_of_the_visits():
    requests = run(scenario(), Agent(Uniform(), cadence=Never())).requests
    of_day = np.bincount((requests.request_at // DAY).astype(int) % 7, minlength=7)
    expected = 50 * 6 * 3 * np.array(WEEKLY) / np.mean(WEEKLY)
    np.testing.assert_array_less(abs(of_day - expected), 4 * np.sqrt(expected))


def test_seven_factors_are_wanted():
    for wrong, why in (([1, 1], "expected a list of at least 7 entries"), ([1] * 8, "of at most 7 entries")):
        with pytest.raises(ValueError, match=why):
            scenario(weekly=wrong)
    with pytest.raises(ValueError, match=r"users.visits.weekly.2: input should be greater than 0"):
        scenario(weekly=[1, 1, 0, 1, 1, 1, 1])
