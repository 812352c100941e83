"""Rare corners that once went wrong."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents import (
    UCB1,
    Agent,
    Every,
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
from sim.kernel import AgentError
from sim.kernel.run import Kernel
from sim.pipeline import Log
from sim.ports import Impressions, Slates
from sim.scenario import Replication
from sim.score.grid import Grid
from sim.score.metrics.cycle_time import CycleTime
from sim.score.metrics.staleness import DataAge
from sim.trace import Fingerprint
from sim.tuning import Tuning
from tests.support.worlds import TASTES, FirstItems, run, world

LITTLE = Tuning(log_kept=64, items_kept=16)

DAY = 86400.0


def test_a_certain_click_under_multinomial_choice_has_a_worth():
    scenario = world(items__click_rates=[1.0, 0.5, 1.0, 0.0], slate__size=2, slate__choice="multinomial")
    best = run(scenario, Agent(Oracle(), Wait(), Never())).requests
    assert (best.expected_reward == 1.0).all()
    assert (best.regret == 0.0).all()
    some = run(scenario, Agent(Uniform(), Wait(), Never()))
    without = some.impressions.groupby("request_at").item.agg(lambda shown: set(shown) == {1, 3}).to_numpy()
    assert 0 < without.sum() < len(without)
    assert np.allclose(some.requests.expected_reward, np.where(without, 0.5, 1.0))


def served(log, at, comes):
    n = len(at)
    columns = {name: np.zeros(n, dtype=np.int64) for name in ("user", "visit", "position")}
    columns |= {name: np.zeros(n) for name in ("propensity", "predicted")}
    columns |= {"request_at": at, "item": np.arange(n), "label": np.ones(n)}
    log.append(columns | {"delivered_at": comes, "closes_at": comes})


@pytest.fixture
def log():
    def ones(ids):
        return np.ones((len(ids), 1))

    return Log(lambda: (ones, ones), None, keeps=True, looks=False, horizon=1e9)


def test_what_never_comes_back_stays_pending_when_the_log_drops_rows(log):
    at = np.arange(6000.0)
    lost = np.arange(6000) % 3 == 0
    served(log, at, np.where(lost, np.inf, at + 1.0))
    log.read(5000.0)
    log.take_news(5000.0)
    assert log.compact(5000.0)
    pending = log.pending_at(5000.0)()
    assert pending.request_at.tolist() == at[lost | (at + 1.0 > 5000.0)].tolist()
    assert not pending.label.any()
    assert log.oldest_item() == 0


def test_never_and_very_late_look_alike(log):
    # after 30 days an agent is told of neither, so that it cannot tell them apart
    at = DAY * np.arange(8000.0) / 100
    served(log, at, np.where(np.arange(8000) % 2, np.inf, 1000 * DAY))
    log.read(80 * DAY)
    log.take_news(80 * DAY)
    for _ in range(2):
        assert log.pending_at(80 * DAY)().request_at.tolist() == at[at > 50 * DAY].tolist()
        log.compact(80 * DAY)


def test_pending_is_that_of_the_training_or_an_error(log):
    served(log, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    log.read(3.0)
    pending = log.pending_at(3.0)
    assert pending().request_at.tolist() == [2.0]
    log.read(4.0)
    with pytest.raises(RuntimeError, match="pending at 3 s can be read while training, not later"):
        pending()


@pytest.mark.long
@pytest.mark.parametrize("cadence", [Online(), pytest.param(MicroBatch("1m"), marks=pytest.mark.slow)])
def test_waiting_for_a_window_of_many_trainings(cadence):
    # what is held between trainings must not remember the trainings before
    scenario = world(
        users__count=20,
        users__visits__every="10m",
        horizon="12h",
        feedback__click={"delay": "exponential(mean=1m)", "window": "6h"},
        items__click_rates=[0.5, 0.4],
    )
    learner = FirstItems()
    run(scenario, Agent(learner, Wait(), cadence))
    learnt = sum(len(e.examples) for e in learner.told)
    assert len(learner.told) > 500
    assert 695 <= learnt <= 36 + 19 * 35  # the visits of the first 6 h; a last one may wait for another training


PATIENT = {
    "feedback__conversion": {"rate": 0.5, "delay": "uniform(low=0s, high=10d)", "window": "10d", "negatives": "silent"},
    "feedback__learn_from": "conversion",
    "feedback__click__window": "1h",
    "items__click_rates": [0.5, 0.5],
    "users__visits__every": "1h",
    "horizon": "60d",
}


@pytest.mark.parametrize("correction", [Wait(), ObservedOnly()], ids=["wait", "observed_only"])
def test_a_refit_window_shorter_than_the_closings_still_holds_positives(correction):
    # a quarter of the impressions convert, within 10 days; the window holds what matured in 4 days
    learner = FirstItems()
    run(world(**PATIENT), Agent(learner, correction, Every("4d", refit_window="4d")))
    labels = np.concatenate([e.examples.label for e in learner.told if e.cutoff > 20 * DAY])
    assert len(labels) == pytest.approx(40 * 24, rel=0.05)
    assert labels.mean() == pytest.approx(0.25, abs=0.05)


def test_a_refit_of_no_correction_takes_back_only_what_it_gave():
    learner = FirstItems()
    run(world(**PATIENT), Agent(learner, NoCorrection(), Every("4d", refit_window="4d")))
    last = learner.told[-1]
    assert (last.examples.impressions.request_at > last.cutoff - 4 * DAY).all()
    assert last.examples.weight.sum() == 4 * 24 - 1  # what is served at the cutoff comes after it


@pytest.mark.long
@pytest.mark.parametrize(
    "cadence",
    [
        pytest.param(OnDrift("1h", refit_window="6h"), marks=pytest.mark.slow),
        Every("1h", refit_window="6h"),
        Never(),
    ],
)
def test_memory_is_that_of_the_window_not_of_the_horizon(cadence):

    def kept(horizon):
        scenario = world(TASTES, horizon=horizon, items__lifetime="2h")
        kernel = Kernel(Replication(scenario, 0, 0, None, LITTLE), Agent(Uniform(), Wait(), cadence), [])
        kernel.clock.run_through(scenario.horizon)
        return len(kernel.side.log._rows["item"]), len(kernel._world.items._features)

    (rows, items), (more_rows, more_items) = kept("12h"), kept("2d")
    assert more_rows <= 2 * rows
    assert more_items <= 2 * items


@pytest.mark.parametrize("cadence", [Online(), Every("1h", refit_window=None)])
@pytest.mark.long
def test_counts_of_retired_items_are_dropped_and_change_nothing(cadence, monkeypatch):
    def done(horizon):
        agent, prints = Agent(UCB1(), NoCorrection(), cadence), Fingerprint()
        scenario = world(TASTES, horizon=horizon, items__lifetime="15m")
        kernel = Kernel(Replication(scenario, 0, 0), agent, [prints.read])
        kernel.clock.run_through(scenario.horizon)
        kernel.side.recorder.flush()
        counts = agent.learner._statistics
        return len(counts._pulls), counts.total, prints.hex()

    rows, _, _ = done("4h")
    more_rows, total, fingerprint = done("12h")
    assert more_rows <= 2 * rows
    monkeypatch.setattr("agents.learners.counts.Counts.forget", lambda self, oldest: None)
    all_rows, *same = done("12h")
    assert same == [total, fingerprint]
    assert all_rows > 3 * more_rows


def test_normalised_regret_is_unknown_where_all_slates_are_equal():
    alike = run(world(items__click_rates=[0.3, 0.3]), Agent(Uniform(), Wait(), Never()))
    assert alike.summary["regret/normalised"] is None
    assert alike.curve["regret/normalised"].isna().all()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"propensity": np.ones(1)}, r"propensity has shape \(1,\), expected"),
        ({"predicted": np.ones((1, 2))}, r"predicted has shape \(1, 2\), expected"),
        ({"propensity": np.full((1, 1), 1.5)}, "a propensity is not a probability"),
    ],
)
def test_what_a_policy_says_of_its_slates_is_checked(said, message):
    class Boaster(FirstItems):
        def act(self, observations):
            return Slates(observations.catalogue.ids[None, :1], **said)

    with pytest.raises(AgentError, match=message):
        run(world(), Agent(Boaster(), Wait(), Never()), block=1)


def test_a_ranker_refitted_on_nothing_knows_nothing():
    # visits in the first hour of 25 only, a window of an hour: the second refit finds no example
    scenario = world(users__visits__every="20h", users__count=8, items__click_rates=[0.5] * 5, horizon="3d")
    shown = run(scenario, Agent(RidgeRanker(), ObservedOnly(), Every("30m", refit_window="20m"))).impressions
    assert shown.item.nunique() > 1


def test_a_curve_can_be_read_twice():
    metric = DataAge(Grid(100.0), 1)
    chunk = SimpleNamespace(request_at=np.array([99.0]), cutoff_at=np.array([90.0]))
    metric.read(chunk, metric.grid.bucket_runs(chunk.request_at))
    first, second = metric.curve(), metric.curve()
    for name in first:
        np.testing.assert_array_equal(first[name], second[name])
    assert metric.summary()["staleness/data_age/mean"] == 9.0


class Served(SimpleNamespace):
    def __len__(self):
        return len(self.request_at)


@pytest.mark.parametrize("n", [2, 24, 28, 38, 54])
def test_half_of_the_cycle_times_are_half_to_the_last_bit(n):
    # the estimate falls by one n-th at each of 1 ... n days; rounding must not lift it over a half at n/2
    day = 86400.0
    metric, served = CycleTime(Grid(1000 * day), 1), np.zeros(n)
    days = day * np.arange(1, n + 1)
    answers = SimpleNamespace(at=days, cutoff_at=days, count=np.ones(n, dtype=int), request_at=served)
    metric.read(Served(request_at=served, comes=np.ones((n, 1), dtype=bool), first_answers=answers), None)
    assert metric.summary()["staleness/cycle_time/p50"] == pytest.approx(n / 2 * day, rel=0.0051)


def test_arms_that_are_never_clicked_are_shown_once_each_whatever_the_block():
    scenario = world(items__click_rates=[0.5] + 19 * [0.0], slate__size=3)
    once, many = (run(scenario, Agent(Oracle(), Wait(), Never()), block=block) for block in (1, 50))
    assert many.fingerprint == once.fingerprint
    assert many.impressions.item.nunique() == 3


def test_rows_are_taken_as_numpy_takes_them():
    rows = Impressions.of({"item": np.arange(10)})
    with pytest.raises(AttributeError, match="these impressions have no column 'user'; they have item"):
        rows.user  # noqa: B018
    assert not hasattr(rows.take(np.arange(2)), "label")
    for part in (rows.part(2, 7), rows.take(np.arange(2, 7)), Impressions.join([rows.part(2, 4), rows.part(4, 7)])):
        assert part.take(np.array([-1, 0])).item.tolist() == [6, 2]
        assert part.part(1, 3).item.tolist() == [3, 4]
        assert part.take(part.item > 4).item.tolist() == [5, 6]
        with pytest.raises(IndexError):
            part.take(np.array([5]))
        with pytest.raises(IndexError):
            part.take(np.ones(6, dtype=bool))


@pytest.mark.long
@pytest.mark.parametrize(
    ("delay", "forgets", "days"),
    [
        ("constant(1m)", True, 6),
        ("mixture(0.9: constant(1m), 0.1: constant(1000d))", False, 3),
    ],  # what is pending has features
)
def test_neither_late_feedback_nor_growing_in_time_keeps_what_is_over(delay, forgets, days):
    changes = {"feedback__click": {"delay": delay}, "items__lifetime": "2h", "horizon": f"{days}d"}
    agent = Agent(Uniform(), Wait(), Every("1h", refit_window="6h"))
    kernel = Kernel(Replication(world(TASTES, **changes), 0, 0, None, LITTLE), agent, [])
    kernel.clock.run_through(days * DAY)
    served, born = kernel.side.log._end, kernel._world.items._born
    assert served > 830 * days
    assert len(kernel.side.log._rows["item"]) < served / 4
    assert born > 130 * days
    assert len(kernel._world.items._features) < (born / 3 if forgets else 2 * born)
