"""Which alarms count for a shift, and what that comes to over replications."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.analysis.triggers.detections import detections
from sim.analysis.triggers.pooled import DAY, Pooled, share
from sim.analysis.triggers.triggers import even_interval

HOUR = 3600.0


def test_the_first_alarm_after_the_first_label_detects_and_all_others_are_false() -> None:
    one = detections([10.0, 50.0, 80.0], [14.0, 60.0, 95.0], [5.0, 12.0, 20.0, 30.0, 60.0, 79.0, 90.0], 100.0)
    np.testing.assert_array_equal(one.detected, [20.0, 60.0, np.nan])
    np.testing.assert_array_equal(one.false, [5.0, 12.0, 30.0, 79.0, 90.0])
    np.testing.assert_array_equal(one.from_shift, [10.0, 10.0])
    np.testing.assert_array_equal(one.from_first_label, [6.0, 0.0])


def test_an_alarm_counts_for_so_long_after_its_shift() -> None:
    shifts, labels, alarms = [10.0, 50.0], [10.0, 50.0], [30.0, 71.0]
    np.testing.assert_array_equal(detections(shifts, labels, alarms, 100.0, within=20.0).detected, [30.0, np.nan])
    np.testing.assert_array_equal(detections(shifts, labels, alarms, 100.0, within=500.0).detected, [30.0, 71.0])
    assert not detections([10.0], [np.inf], [30.0], 100.0).seen.any()  # no label, nothing to see


def test_numbers_over_replications() -> None:
    shifts, labels = [DAY, 2 * DAY], [DAY + HOUR, 2 * DAY + HOUR]
    first = detections(shifts, labels, [DAY + 2 * HOUR, 2 * DAY + 6 * HOUR], 4 * DAY)
    second = detections(shifts, labels, [HOUR, 2 * DAY + 8 * HOUR], 4 * DAY)
    found = Pooled((first, second))
    assert (found.shifts, found.detected, found.false_alarms, found.days) == (4, 3, 1, 8.0)
    half = 12.7062047364 * 2 * HOUR  # Student's t with one degree of freedom, means of 4 h and 8 h
    assert (found.mtd.value, found.mtd.low) == pytest.approx((6 * HOUR, 6 * HOUR - half))
    assert found.mtd_from_first_label.value == 5 * HOUR
    assert (found.mdr.value, found.false_per_day.value, found.mtfa.value) == (0.25, 0.125, 8 * DAY)
    assert found.mtfa.low == pytest.approx(DAY / found.false_per_day.high)
    assert found.mtfa.high == pytest.approx(DAY / found.false_per_day.low)


def test_intervals_are_those_of_scipy() -> None:
    for missed, of in ((0, 5), (1, 10), (7, 7)):
        exact, own = stats.binomtest(missed, of).proportion_ci(0.95, "exact"), share(missed, of)
        assert (own.low, own.high) == pytest.approx((exact.low, exact.high))
    for count in (0, 3, 40):
        own = Pooled((detections([], [], np.linspace(1.0, 2.0, count).tolist(), 5 * DAY),)).false_per_day
        low = stats.chi2.ppf(0.025, 2 * count) / 2 / 5 if count else 0.0
        assert (own.low, own.high) == pytest.approx((low, stats.chi2.ppf(0.975, 2 * count + 2) / 2 / 5))


def test_without_shifts_every_alarm_is_false() -> None:
    one = Pooled((detections([], [], [3.0, 1.0, 2.0], DAY),))
    assert (one.shifts, one.false_alarms, one.mtd.value, one.mdr.value) == (0, 3, None, None)
    assert one.mtfa.value == DAY / 3


def test_without_alarms_every_shift_is_missed_and_the_false_alarm_rate_has_a_bound() -> None:
    one = Pooled((detections([1.0], [2.0], [], 5 * DAY),))
    assert (one.mdr.value, one.mdr.high, one.mtfa.value, one.mtfa.high) == (1.0, 1.0, None, None)
    assert one.mtfa.low == pytest.approx(5 * DAY / -np.log(0.025))


@pytest.mark.parametrize("delay", [0.0, 3 * HOUR])
def test_a_clock_of_random_phase_takes_half_its_interval_after_the_first_label(delay: float) -> None:
    """An alarm each D, whatever happens: D/2 from the first label on, D/2 + delay from the shift, none is missed."""
    every, shifts, horizon, rng = 5 * HOUR, [30 * HOUR, 60 * HOUR], 100 * HOUR, np.random.default_rng(1)
    labels = [at + delay for at in shifts]
    runs = []
    for phase in rng.uniform(0.0, every, 400):
        runs.append(detections(shifts, labels, np.arange(phase, horizon, every).tolist(), horizon))
    found = Pooled(tuple(runs))
    error = 4 * every / np.sqrt(12 * 400)
    assert found.mdr.value == 0.0
    assert found.mtd_from_first_label.value == pytest.approx(every / 2, abs=error)
    assert found.mtd.value == pytest.approx(every / 2 + delay, abs=error)
    assert found.false_alarms == 400 * 20 - 800  # 20 alarms each, of which two detect


@pytest.mark.parametrize("start", [0.0, 10.0, 25.0, 99.0])
def test_the_twin_has_as_many_retrains_in_the_time_that_is_scored(start: float) -> None:
    for retrains in range(1, 12):
        every = even_interval(retrains, start, 100.0)
        instants = every * np.arange(1, 3000)
        assert np.count_nonzero((instants >= start) & (instants < 100.0)) == retrains
        if start == 0.0:
            assert every == pytest.approx(100.0 / (retrains + 1), abs=1e-6)
