"""Staleness counts what the learner was handed, not what matured: by hand in tiny worlds, and by closed forms."""

import numpy as np
import pytest

from agents import Agent, BetaThompson, DailyAt, Every, NoCorrection, ObservedOnly, Online, Wait
from sim.ports import Examples, Impressions
from sim.scenario import Scenario
from sim.simulation import simulate
from sim.tuning import Tuning
from tests.support.worlds import FirstItems, run, world

DAY, HOUR = 86400.0, 3600.0


def clicks(horizon="6d", users=40, per_day=20, delay="20s", **click):
    return Scenario.load({
        "name": "w",
        "horizon": horizon,
        "users": {"count": users, "visits": {"rate": f"{per_day} per day"}},
        "items": {"click_rates": [0.5]},
        "slate": {"size": 1},
        "feedback": {"click": {"delay": delay, **click}},
    })  # fmt: skip


def staleness(scenario, correction, cadence, seed=1):
    summary = simulate(scenario, Agent(BetaThompson(), correction, cadence), seed=seed).summary
    return {name.removeprefix("staleness/"): value for name, value in summary.items() if name.startswith("staleness/")}


@pytest.mark.long
def test_nothing_is_learnt_before_its_window_is_over_by_who_waits():
    told = staleness(clicks("3d", window="1d"), Wait(), Online())
    wait = DAY / (40 * 20)  # until the next request; positives, half of all, close without an entry and wait for one
    assert told["cycle_time/mean"] > DAY  # 44,425 s when maturing counted
    assert told["cycle_time/mean"] == pytest.approx(DAY + 1.5 * wait, abs=0.1 * wait)
    assert told["label_age/p50"] >= DAY * 0.995
    assert told["unlearned/p95"] == pytest.approx(800, rel=0.1)  # a day of impressions


@pytest.mark.long
def test_a_no_is_learnt_when_served_by_who_takes_silence_for_it():
    # The negatives of all that was served are handed over at the next entry, the positives after 20 s.
    told = staleness(clicks("2d", window="1d"), NoCorrection(), Online())
    wait = DAY / (40 * 20)
    assert told["cycle_time/mean"] < 3 * wait  # 44,214 s when maturing counted
    assert told["unlearned/mean"] < 3


def test_who_observes_learns_positives_at_once_and_negatives_a_window_later():
    told = staleness(clicks(window="1d"), ObservedOnly(), Online())
    assert told["cycle_time/mean"] == pytest.approx(DAY / 2, rel=0.1)  # half of them are positive
    assert told["label_age/mean"] < 600  # the latest of those learnt is a positive of just now


class Flattering:
    """Says 1 of everything, at serving and once more when the label is there."""

    def examples(self, news):
        rows = Impressions.join([news.served, news.matured])
        return Examples.plain(rows, np.ones(len(rows)))


def test_any_label_teaches_what_the_log_has_settled_and_the_right_one_before():
    # Requests at 1 ... 100 s, all clicked; the click comes after 5 s, trained on at once.
    click = {"feedback__click__delay": "constant(5s)"}
    right = run(world(**click), Agent(FirstItems(), Flattering(), Online()))
    assert right.versions.learnt.tolist() == [0, *range(6 - 1, 100)]  # the click of t comes before the request at t + 5
    none = run(world(items__click_rates=[0.0, 0.0], **click), Agent(FirstItems(), Flattering(), Online()))
    assert none.versions.learnt.tolist() == none.versions.examples.tolist()  # wrong until the log has settled them


class Forgotten:
    """Hands over rows of its own making."""

    def examples(self, news):
        rows = Impressions.of({"item": news.matured.item, "user_features": news.matured.user_features})
        return Examples.plain(rows, np.array(news.matured.label))


def test_rows_of_no_impression_teach_nothing_of_one():
    told = run(world(), Agent(FirstItems(), Forgotten(), Online()))
    assert told.versions.examples.max() == 100
    assert told.versions.learnt.max() == 0


class Late:
    """Hands each label over once more rows have matured than the log keeps."""

    def __init__(self):
        self.held = []

    def examples(self, news):
        self.held.append(news.matured.kept())
        rows = self.held.pop(0) if len(self.held) > 30 else self.held[0].take(np.arange(0))
        return Examples.plain(rows, np.array(rows.label))


def test_what_the_log_has_dropped_can_still_be_learnt():
    tuning = Tuning(log_rows=4, log_most_rows=4, log_kept=4)
    told = run(world(), Agent(FirstItems(), Late(), Online()), tuning=tuning)
    assert told.versions.learnt.tolist() == [0] + [max(0, n - 30) for n in range(1, 101)]


def test_lost_impressions_are_not_waited_for():
    # Half of what is shown never comes back: without a window nobody will ever know.
    told = staleness(clicks(delay="never(p=0.5, else=constant(20s))"), ObservedOnly(), Every("1h", refit_window=None))
    assert told["cycle_time/unreached"] == 0.0
    assert told["cycle_time/mean"] == pytest.approx(HOUR / 2 + 20 + DAY / 800, rel=0.05)
    assert told["unlearned/mean"] == pytest.approx(0.5 * 800 / 24 / 2, rel=0.1)


CADENCES = {"nightly": (DailyAt("03:00", refit_window=None), DAY), "hourly": (Every("1h", refit_window=None), HOUR)}


@pytest.mark.parametrize(
    ("cadence", "horizon"),
    [
        *(("nightly", horizon) for horizon in ("2d", "2.3d", "3d")),
        *(pytest.param("hourly", horizon, marks=pytest.mark.slow) for horizon in ("2d", "3d", "7d")),
        ("hourly", "2.3d"),
        pytest.param("nightly", "7d", marks=pytest.mark.long),
    ],
)
def test_the_phase_of_the_trainer_does_not_show_in_the_cycle_time(cadence, horizon):
    """Kaplan and Meier's estimate says 16.9, 16.3, 14.9 and 13.2 hours of the nightly one."""
    trains, period = CADENCES[cadence]
    told = staleness(clicks(horizon, users=100, delay="exponential(mean=20s)"), ObservedOnly(), trains)
    assert told["cycle_time/mean"] == pytest.approx(period / 2 + 20 + DAY / 2000, rel=0.03)
    assert told["cycle_time/p50"] == pytest.approx(period / 2 + 20 + DAY / 2000, rel=0.06)


@pytest.mark.parametrize(("horizon", "trainings"), [("2d", 1), ("2.3d", 2), ("3d", 2)])
def test_delays_of_days_are_out_of_sight_for_most_after_two_or_three_days(horizon, trainings):
    # served u before a training, u uniform on a day: later than that many trainings with e^-(u + trainings - 1)
    told = staleness(clicks(horizon, users=200, delay="exponential(mean=1d)"), ObservedOnly(), CADENCES["nightly"][0])
    assert told["cycle_time/mean"] is None
    truth = (1 - np.exp(-1)) * np.exp(1 - trainings)
    assert told["cycle_time/unreached"] == pytest.approx(truth, abs=0.02)


@pytest.mark.parametrize("cadence", CADENCES)
def test_delays_of_days_are_seen_whole_in_a_week(cadence):
    trains, period = CADENCES[cadence]
    told = staleness(clicks("7d", users=100, delay="exponential(mean=1d)"), ObservedOnly(), trains)
    assert told["cycle_time/unreached"] < 0.01
    assert told["cycle_time/mean"] == pytest.approx(DAY + period / 2 + DAY / 2000, rel=0.03)
