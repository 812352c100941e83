"""Rules 1 to 5 of the world: time, weights, labels. Each test fails if its rule is broken.

Rules 6 to 10: `test_rules_of_repeating`.
"""

import numpy as np
import pandas as pd
import pytest
import simpy

from agents import (
    After,
    Agent,
    DailyAt,
    EpsilonGreedy,
    Every,
    MicroBatch,
    Never,
    NoCorrection,
    ObservedOnly,
    Online,
    Uniform,
    Wait,
)
from sim.pipeline import Clock
from tests.support.worlds import CLOCKWORK, TASTES, FirstItems, run, world

PUSHED = {"platform.training.fixed": "3s", "platform.push": "constant(4s)"}


def versions(result):
    return result.versions.set_index("version")


# 1. One clock


def test_1_the_clock_is_simpys_and_keeps_instants_exact():
    clock = Clock()
    assert isinstance(clock, simpy.Environment)
    seen = []

    def process():
        for at in (0.1, 0.1 + 0.2, 1e9 + 0.1):
            yield clock.at(at, 3)
            seen.append(clock.now)

    clock.process(process())
    clock.run_through(1e10)
    assert seen == [0.1, 0.1 + 0.2, 1e9 + 0.1]


# 2. No early weights


def test_2_the_old_version_answers_until_the_push_is_over():
    scenario = world(platform__training__fixed="3s", platform__push="constant(4s)")
    result = run(scenario, Agent(FirstItems(), ObservedOnly(), Every("10s", refit_window=None)))
    table = versions(result)
    assert table.loc[0, ["cutoff_at", "trained_at", "live_at"]].tolist() == [0.0, 0.0, 0.0]
    assert table.loc[1, ["cutoff_at", "trained_at", "live_at", "retired_at"]].tolist() == [10.0, 13.0, 17.0, 27.0]
    served = result.requests.set_index("request_at")["version"]
    assert served[16.0] == 0
    assert served[17.0] == 1  # a request at the instant of going live is answered by the new version
    assert served[26.0] == 1
    assert served[27.0] == 2


def test_2_newest_wins_and_the_overtaken_push_is_counted():
    # pushes of 25 s overtake nothing; with an exponential law some do
    scenario = world(horizon="2000s", platform__push="exponential(mean=50s)")
    result = run(scenario, Agent(FirstItems(), ObservedOnly(), Every("10s", refit_window=None)))
    table = versions(result)
    gone = table[table.status == "superseded"]
    assert len(gone) > 20
    assert gone.live_at.isna().all()
    assert result.summary["versions/superseded"] == len(gone)
    live = table[table.live_at.notna()].sort_index()
    assert live.live_at.is_monotonic_increasing
    serving = live.index[np.searchsorted(live.live_at, result.requests.request_at, side="right") - 1]
    assert (result.requests.version.to_numpy() == serving).all()


def test_2_one_trainer_and_at_most_one_trigger_waits():
    # triggers at 10, 20, 30 ...; a training takes 25 s: 10-35 (20 and 30 merge), 35-60 (40, 50, 60 merge), ...
    scenario = world(platform__training__fixed="25s")
    result = run(scenario, Agent(FirstItems(), ObservedOnly(), Every("10s", refit_window=None)))
    table = versions(result)
    assert table.cutoff_at.tolist() == [0.0, 10.0, 35.0, 60.0, 85.0]
    assert table.loc[4, "status"] == "training"
    assert table.loc[[1, 2, 3], "trained_at"].tolist() == [35.0, 60.0, 85.0]
    assert result.summary["cost/training_time"] == 25.0 * 3 + 15.0
    assert result.summary["triggers/merged"] == 5.0  # 30; 50 and 60; 80; 100


def test_2_in_place_is_live_when_trained():
    scenario = world(
        platform__training__fixed="3s", platform__training__per_example="1s", platform__push="constant(4s)"
    )
    result = run(scenario, Agent(FirstItems(), ObservedOnly(), MicroBatch("10s")))
    table = versions(result).iloc[1:]
    assert (table.cutoff_at == table.trained_at).all()
    assert (table.cutoff_at == table.live_at).all()
    assert table.cutoff_at.tolist() == [10.0 * k for k in range(1, 11)]
    # 10 trainings; together they read the 99 entries of the requests at 1 ... 99, and no trainer is held
    assert result.summary["cost/training_time"] == 99.0
    dear = world(platform__training={"fixed": "3s", "per_example": "1s", "in_place": "constant(500ms)"})
    result = run(dear, Agent(FirstItems(), ObservedOnly(), MicroBatch("10s")))
    assert result.summary["cost/training_time"] == 0.5 * 10 + 99.0


@pytest.mark.long
def test_2_the_fixed_cost_of_a_trainer_is_not_that_of_each_update():
    # 1,275 updates of a trainer's 5 m would be four days of training, in a run of 21 minutes
    feed = world(horizon="1275s", platform__training={"fixed": "5m", "per_example": "0.2ms"})
    summary = run(feed, Agent(FirstItems(), ObservedOnly(), Online())).summary
    assert summary["versions/trained"] == 1275.0
    assert summary["cost/training_time"] == pytest.approx(1275 * 0.0002, rel=1e-9)
    pushed = run(feed, Agent(FirstItems(), ObservedOnly(), Every("10m"))).summary
    assert pushed["cost/training_time"] == pytest.approx(5 * 60 + 599 * 0.0002 + 75.0, rel=1e-3)


# 3. No early labels


@pytest.mark.parametrize("cadence", [Every("1h"), Online(), After(7), MicroBatch("7m"), DailyAt("03:00")])
def test_3_a_version_has_read_exactly_the_entries_up_to_its_cutoff(cadence):
    learner = FirstItems()
    result = run(world(TASTES, users__count=12), Agent(learner, Wait(), cadence))
    delivered = np.sort(result.impressions.delivered_at.dropna())
    for number, row in versions(result).iloc[1:].iterrows():
        told = learner.told[number - 1]
        assert told.cutoff == row.cutoff_at
        assert row.examples == np.searchsorted(delivered, row.cutoff_at, side="right")
        assert (told.news.matured.delivered_at <= row.cutoff_at).all()
        assert (told.news.served.request_at < row.cutoff_at).all()
        assert np.isinf(told.news.served.delivered_at[told.news.served.delivered_at > row.cutoff_at]).all()
    assert len(learner.told) == len(result.versions) - 1


# 4. Equal instants


def test_4_feedback_then_cutoff_then_push_then_requests():
    # feedback of the request at t comes at t + 5; trainings at 10, 20 ... take no time
    scenario = world(feedback__click__delay="constant(5s)")
    result = run(scenario, Agent(FirstItems(), ObservedOnly(), Every("10s", refit_window=None)))
    table = versions(result)
    assert table.loc[1, "examples"] == 5  # requests at 1 ... 5, the last one's entry at 10 itself
    assert result.requests.set_index("request_at").version[10.0] == 1


def test_4_feedback_of_an_instant_is_learnt_before_its_requests():
    scenario = world(feedback__click__delay="constant(5s)")
    for block in (1, 64, None):
        result = run(scenario, Agent(FirstItems(), ObservedOnly(), Online()), block=block)
        assert result.requests.version.tolist() == [max(0, t - 5) for t in range(1, 101)]


def test_4_what_requests_cause_at_once_is_seen_only_later():
    # no delay at all: the answers of the requests at t are learnt at t, by a version that answers after t
    scenario = world(users__count=3, horizon="9s", users__visits__every="3s")
    result = run(scenario, Agent(FirstItems(), ObservedOnly(), Online()))
    requests = result.requests
    assert requests.request_at.tolist() == [3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    assert requests.version.tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_4_requests_of_one_instant_go_by_user_id():
    scenario = world(users__visits__every="1s", users__count=1, horizon="3s")
    assert run(scenario, Uniform()).requests.user.tolist() == [0, 0, 0]
    crowd = run(world(users__count=4, users__visits__every="4s", horizon="8s"), Uniform()).requests
    assert crowd.sort_values(["request_at", "user"]).index.tolist() == list(range(len(crowd)))


# 5. Conservation


@pytest.mark.parametrize(
    "feedback",
    [
        {"click": {"delay": "exponential(mean=20m)", "window": "30m"}},
        {"click": {"delay": "exponential(mean=20m)", "window": "30m", "negatives": "explicit"}},
        {"click": {"delay": "never(p=0.4, else=exponential(mean=2h))"}},
        {"click": {"delay": "never(p=0.4, else=exponential(mean=2h))", "window": "1h"}},
        {"click": {"delay": "released(every=1h, law=exponential(mean=10m))", "window": "15m"}},
        {
            "click": {"delay": "exponential(mean=10m)", "window": "20m"},
            "conversion": {"rate": 0.5, "spread": 0.5, "delay": "exponential(mean=1h)", "window": "2h"},
            "learn_from": "conversion",
        },
    ],
)
def test_5_every_impression_has_one_status_and_they_add_up(feedback):
    result = run(
        world({**TASTES, "feedback": feedback}, users__count=20), Agent(EpsilonGreedy(), NoCorrection(), Every("1h"))
    )
    counts = result.impressions.status.value_counts()
    assert counts.sum() == len(result.impressions) == 3 * result.summary["requests"]
    for status, count in counts.items():
        name = "delivered" if status == "positive" else status
        assert result.summary[f"feedback/{name}"] == count
    impressions = result.impressions
    assert (impressions[impressions.status == "positive"].outcome == 1).all()
    assert (impressions[impressions.status == "expired"].outcome == 1).all()
    assert (impressions[impressions.status == "negative"].outcome == 0).all()
    assert impressions[impressions.status.isin(["lost", "pending"])].delivered_at.isna().all()
    assert (impressions.delivered_at.dropna() <= 86400.0).all()


def test_5_instants_of_a_window():
    base = {**CLOCKWORK, "horizon": "50s", "users": {"count": 1, "visits": {"every": "10s"}}}

    def row(**overrides):
        return run(world(base, platform__ingest="constant(2s)", **overrides), Never2()).impressions.iloc[0]

    inside = row(feedback__click__delay="constant(5s)", feedback__click__window="5s")
    assert (inside.feedback_at, inside.delivered_at, inside.status) == (15.0, 17.0, "positive")
    late = row(feedback__click__delay="constant(6s)", feedback__click__window="5s")
    assert (late.feedback_at, late.delivered_at, late.status) == (16.0, 17.0, "expired")
    beyond = row(feedback__click__delay="constant(90s)")
    assert (beyond.feedback_at, beyond.status) == (100.0, "pending")
    assert pd.isna(beyond.delivered_at)
    no = {"items__click_rates": [0.0, 0.0]}
    silent = row(feedback__click__delay="constant(3s)", feedback__click__window="5s", **no)
    assert pd.isna(silent.feedback_at)
    assert (silent.delivered_at, silent.status) == (17.0, "negative")
    told = row(
        feedback__click__delay="constant(3s)", feedback__click__window="5s", feedback__click__negatives="explicit", **no
    )
    assert (told.feedback_at, told.delivered_at, told.status) == (13.0, 15.0, "negative")
    capped = row(
        feedback__click__delay="constant(9s)", feedback__click__window="5s", feedback__click__negatives="explicit", **no
    )
    assert (capped.feedback_at, capped.delivered_at, capped.status) == (15.0, 17.0, "negative")
    dropped = row(feedback__click__delay="released(every=20s)")
    assert (dropped.feedback_at, dropped.delivered_at, dropped.status) == (10.0, 22.0, "positive")


def test_5_a_conversion_is_not_known_before_its_click():
    base = {**CLOCKWORK, "horizon": "50s", "users": {"count": 1, "visits": {"every": "10s"}}}

    def row(delay, rate=1.0 - 1e-12, **conversion):
        kinds = {
            "click": {"delay": "released(every=20s, law=constant(1s))"},
            "conversion": {"rate": rate, "delay": delay, **conversion},
            "learn_from": "conversion",
        }
        return run(world(base, platform__ingest="constant(2s)", feedback=kinds), Never2()).impressions.iloc[0]

    held = row("constant(3s)")  # the click of 11 s is in the file of 20 s, which is read at 22 s
    assert (held.feedback_at, held.delivered_at, held.status) == (14.0, 22.0, "positive")
    after = row("constant(13s)")
    assert (after.feedback_at, after.delivered_at, after.status) == (24.0, 26.0, "positive")
    closing = row("constant(3s)", 1e-12, window="5s")
    assert (closing.delivered_at, closing.status) == (22.0, "negative")
    told = row("constant(3s)", 1e-12)  # explicitly: no conversion
    assert (told.feedback_at, told.delivered_at, told.status) == (14.0, 22.0, "negative")


class Never2(FirstItems):
    """Always the first items, never trained."""

    cadence = Never()
