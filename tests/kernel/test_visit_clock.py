"""The clock on which visits come at a constant rate: by the hour and by the day of the week."""

from itertools import pairwise

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
        parts = [quad(rate, a, b, args=(weekly,))[0] for a, b in pairwise(days)]
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


SPIKES = [
    {"kind": "traffic", "at": "30h", "for": "4h", "factor": 5.0},
    {"kind": "traffic", "at": "32h", "for": "6h", "factor": 0.5},
    {"kind": "traffic", "at": "0s", "for": "1h", "factor": 3.0},
]


def spiked(**changes):
    return Scenario.load(scenario(**changes), {"incidents": SPIKES})


def traffic(hour):
    """Return the factor of the visit rate at an hour."""
    return (5.0 if 30 <= hour < 34 else 1.0) * (0.5 if 32 <= hour < 38 else 1.0) * (3.0 if hour < 1 else 1.0)


def test_the_clock_runs_faster_in_traffic():
    clock, edges = VisitClock(spiked()), np.array([0, 1, 24, 30, 32, 34, 38, 48, 60, 168, 170]) * 3600.0
    parts = [
        traffic(a / 3600) * sum(quad(rate, x, y, args=(WEEKLY,))[0] for x, y in pairwise(np.arange(a, b + 1, 3600.0)))
        for a, b in pairwise(edges)
    ]
    np.testing.assert_allclose(clock.reading(edges[1:]), np.add.accumulate(parts), rtol=1e-9)
    at = np.sort(RNG.uniform(0, 20 * DAY, 2000))
    np.testing.assert_allclose(clock.instant(clock.reading(at)), at, atol=1e-4)
    assert (np.diff(clock.reading(at)) > 0).all()


def test_visits_in_a_spike_are_as_many_as_its_factor_says():
    base = {"weekly": None, "daily_swing": 0.0, "rate": "24 per day"}
    requests = run(spiked(**base), Agent(Uniform(), cadence=Never())).requests
    hour = np.bincount((requests.request_at // 3600).astype(int))
    for begin, end in ((0, 1), (30, 32), (32, 34), (34, 38), (38, 60)):
        expected = 50 * traffic(begin) * (end - begin)
        assert hour[begin:end].sum() == pytest.approx(expected, abs=4 * np.sqrt(expected))
    plain = run(scenario(**base), Agent(Uniform(), cadence=Never())).requests
    before, after = (r[r.user == 3].sort_values("visit").request_at.to_numpy() for r in (plain, requests))
    both = min(len(before), len(after))
    clock = VisitClock(spiked(**base))
    np.testing.assert_allclose(clock.reading(after[:both]), before[:both], rtol=1e-9)


def test_a_session_under_way_goes_on_as_it_would_have():
    session = {"stay": 0.9, "gap": "constant(1h)"}
    requests = run(spiked(rate="2 per day", session=session), Agent(Uniform(), cadence=Never())).requests
    gaps = requests.sort_values(["user", "visit"]).groupby("user").request_at.diff()
    assert np.isclose(gaps, 3600.0, atol=1e-6, rtol=0).mean() > 0.8


@pytest.mark.long
def test_regret_at_the_base_rate_counts_a_spike_like_any_time():
    from tests.support.worlds import TASTES

    spike = {"incidents": [{"kind": "traffic", "at": "6h", "for": "2h", "factor": 6.0}]}
    for effect in (0.0, 1.0):
        world = Scenario.load(TASTES, {"users.satisfaction.return_effect": effect} | spike)
        result = run(world, Agent(Uniform(), cadence=Never()))
        own = result.requests
        mean = float((own.weight * own.regret).sum() / own.weight.sum())
        assert result.summary["regret/at_base_rate"] == pytest.approx(mean, rel=1e-12)
        assert (result.summary["regret/per_request"] == result.summary["regret/at_base_rate"]) == (effect == 0.0)


def test_seven_factors_are_wanted():
    for wrong, why in (([1, 1], "expected a list of at least 7 entries"), ([1] * 8, "of at most 7 entries")):
        with pytest.raises(ValueError, match=why):
            scenario(weekly=wrong)
    with pytest.raises(ValueError, match=r"users.visits.weekly.2: input should be greater than 0"):
        scenario(weekly=[1, 1, 0, 1, 1, 1, 1])
