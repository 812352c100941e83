"""OnDrift: quiet where nothing drifts, whatever the correction; awake where something does."""

import numpy as np
import pytest
from river.drift import ADWIN

from agents import (
    UCB1,
    Agent,
    BetaThompson,
    EpsilonGreedy,
    LinTS,
    LinUCB,
    LogisticRanker,
    NoCorrection,
    ObservedOnly,
    OnDrift,
    RidgeRanker,
    Wait,
)
from tests.support.logs import examples, experience, impressions, observations
from tests.support.worlds import run, world

CLICKS = {"click": {"delay": "exponential(mean=10m)", "window": "6h"}}
SALES = {
    "click": {"delay": "exponential(mean=10m)", "window": "30m"},
    "conversion": {"rate": 0.5, "delay": "exponential(mean=3h)", "window": "12h"},
    "learn_from": "conversion",
}
EVERY = (EpsilonGreedy(), UCB1(), BetaThompson(), LinUCB(), LinTS(), RidgeRanker(), LogisticRanker())
CORRECTIONS = (NoCorrection, ObservedOnly, Wait)


class Counted(OnDrift):
    """One whose copies share its alarms."""

    def __init__(self, check="10m"):
        super().__init__(check)

    def __deepcopy__(self, memo):
        return self  # the test looks into it after the run


def wave(swing, feedback, days=20):
    """Return two equal arms at .30 under a daily wave of traffic; nothing drifts."""
    return world({
        "name": "wave",
        "horizon": f"{days}d",
        "users": {"count": 20, "visits": {"rate": "24 per day", "daily_peak": "20:00", "daily_swing": swing}},
        "items": {"click_rates": [0.3, 0.3]},
        "slate": {"size": 1},
        "feedback": feedback,
    })  # fmt: skip


def alarms(scenario, learner, correction, **options):
    """Return the days of all alarms."""
    cadence = Counted()
    run(scenario, Agent(learner, correction(), cadence), **options)
    return [at / 86400 for at in cadence.alarms]


@pytest.mark.long
def test_a_daily_wave_is_no_drift():
    assert len(alarms(wave(0.9, CLICKS, days=12), EpsilonGreedy(), NoCorrection)) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("swing", [0.5, 0.9])
@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize("learner", EVERY, ids=lambda part: type(part).__name__)
def test_a_daily_wave_is_no_drift_to_any_agent(learner, correction, swing, seed):
    assert len(alarms(wave(swing, CLICKS), learner, correction, seed=seed)) <= 2


@pytest.mark.slow
@pytest.mark.parametrize("correction", CORRECTIONS)
@pytest.mark.parametrize("learner", [UCB1(), RidgeRanker(), LogisticRanker()], ids=lambda part: type(part).__name__)
def test_nor_where_windows_are_of_two_lengths(learner, correction):
    """What was clicked closes half a day later than what was not: in order of closing there are 8 to 19 alarms."""
    assert len(alarms(wave(0.9, SALES), learner, correction)) <= 2


@pytest.mark.long
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_shift_of_all_tastes_is_seen_soon_after_its_labels_close(seed):
    scenario = world({
        "name": "turn",
        "horizon": "7d",
        "users": {
            "count": 20,
            "visits": {"rate": "24 per day", "daily_peak": "20:00", "daily_swing": 0.9},
            "preferences": {"dim": 1, "spread": 0.1},
            "shifts": [{"at": "6d", "share": 1.0, "size": 4.0}],
            "observed": {"share": 1.0},
        },
        "items": {"count": 10, "click_rate": 0.3},
        "slate": {"size": 1},
        "feedback": CLICKS,
    })  # fmt: skip
    (day,) = alarms(scenario, RidgeRanker(), Wait, seed=seed)
    assert 6.25 < day < 6.75  # six hours of window, and some data


def test_a_label_is_read_when_its_window_has_closed_in_order_of_serving():
    rows = impressions(40)
    at = np.floor(rows.request_at)  # in order of serving; windows of 100 s
    early = np.where(rows.label > 0, at + 30.0, at + 100.0)
    rows = rows.replace(request_at=at, delivered_at=early, closes_at=at + 100.0)
    cadence, read = Counted(check=50.0), []
    cadence._fires = lambda errors: read.extend(errors.tolist())
    now = 0.0
    for _ in range(23):
        before, now = now, cadence.next(now)
        cadence.wants(rows.take((rows.delivered_at > before) & (rows.delivered_at <= now)))
        assert (at < now - 150.0).sum() <= len(read) <= (at <= now - 100.0).sum()
    np.testing.assert_allclose(read, rows.label - rows.predicted)


@pytest.mark.parametrize("learner", [EpsilonGreedy(), UCB1()], ids=lambda part: type(part).__name__)
def test_nothing_is_predicted_of_what_was_never_tried(learner):
    rows = impressions(30)
    rows = rows.take(rows.item < 12)
    learner.train(experience(examples(rows)))
    slates = learner.policy().act(observations(200, size=25))
    untried = ~np.isin(slates.items, rows.item)
    assert untried.any()
    assert (np.isnan(slates.predicted) == untried).all()


def test_the_detector_is_asked_where_it_looks_only():
    """An alarm is one after which the mean error is no smaller, whichever error of a batch it came with."""
    rng = np.random.default_rng(3)
    errors = np.repeat(rng.normal(scale=0.3, size=40), 1500) + rng.normal(scale=0.3, size=60_000)
    cadence, watch, alarms = OnDrift(), ADWIN(), []
    for batch in np.array_split(errors, 90):
        worse = False
        for error in batch.tolist():
            before = watch.estimation
            watch.update(error)
            worse |= watch.drift_detected and abs(watch.estimation) >= abs(before)
        alarms.append(worse)
        assert cadence._fires(batch) == worse
    assert 5 < sum(alarms) < 60
