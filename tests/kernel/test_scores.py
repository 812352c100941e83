"""Scores in worlds where they can be worked out, and the estimators behind them."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from agents import Agent, Every, MicroBatch, Never, ObservedOnly, Online, Oracle, Uniform, Wait
from sim.kernel import Outcome
from sim.score import about, across
from sim.score.grid import Grid, LogBins
from sim.score.metrics.cycle_time import kaplan_meier
from sim.score.metrics.staleness import ModelAge
from sim.score.scorer import shelf
from tests.support.worlds import TASTES, FirstItems, run, world


@pytest.mark.long
def test_age_of_a_periodic_retrain_is_half_the_period_plus_latencies():
    # P = 100 s, S = 7 s, L = 13 s, requests every second: data age runs from 20 to 119
    scenario = world(horizon="10000s", platform__training__fixed="7s", platform__push="constant(13s)")
    result = run(scenario, Agent(FirstItems(), ObservedOnly(), Every("100s", refit_window=None)))
    late = result.requests.request_at >= 120
    cutoff = result.versions.set_index("version").cutoff_at
    age = (result.requests.request_at - cutoff.loc[result.requests.version].to_numpy())[late]
    assert (age.min(), age.max()) == (20.0, 119.0)
    whole_cycles = age[: 100 * (len(age) // 100)]
    assert whole_cycles.mean() == 69.5  # P/2 + S + L, less half a second: requests come on the second
    assert result.summary["staleness/data_age/mean"] == pytest.approx(69.5, rel=0.02)
    assert result.summary["staleness/model_age/mean"] == pytest.approx(49.5, rel=0.02)
    assert result.summary["staleness/version_lag/mean"] == pytest.approx(0.13, rel=0.02)
    assert result.summary["cost/training_time"] == 7.0 * 99 + 0.0  # the hundredth starts at the horizon
    assert result.summary["versions/pushed"] == 99


def test_cycle_time_by_hand():
    # feedback after 5 s, trained at 10, 20 ... in place: the request at t is learnt at the first multiple >= t + 5
    scenario = world(horizon="1000s", feedback__click__delay="constant(5s)")
    summary = run(scenario, Agent(FirstItems(), ObservedOnly(), MicroBatch("10s"))).summary
    assert summary["staleness/cycle_time/mean"] == pytest.approx(5 + 4.5, rel=0.01)
    assert summary["staleness/cycle_time/p50"] == pytest.approx(9.0, rel=0.06)
    assert summary["staleness/unlearned/mean"] == pytest.approx(4 + 4.5, rel=0.01)


def test_where_nobody_trains_there_is_no_cycle():
    summary = run(world(), Agent(FirstItems(), Wait(), Never())).summary
    assert summary["staleness/cycle_time/mean"] is summary["staleness/cycle_time/unreached"] is None
    assert summary["staleness/unlearned/mean"] == pytest.approx(49.5)
    assert summary["staleness/label_age/without"] == 1.0


def test_kaplan_meier_against_scipy():
    rng = np.random.default_rng(0)
    life, end = rng.exponential(100, 5000), rng.uniform(0, 300, 5000)
    seen = np.minimum(life, end)
    data = stats.CensoredData.right_censored(seen, life > end)
    truth = stats.ecdf(data).sf
    survival = kaplan_meier(LogBins.count(seen[life <= end]), LogBins.count(seen[life > end]))
    at = np.array([10.0, 50.0, 100.0, 200.0])
    mine = survival[LogBins.place(at)]
    np.testing.assert_allclose(mine, truth.evaluate(at), atol=0.01)


def test_quantiles_within_half_a_percent():
    values = np.random.default_rng(1).lognormal(5, 2, 50_000)
    for q in (0.05, 0.5, 0.95, 0.999):
        exact = np.sort(values)[int(np.ceil(q * len(values))) - 1]
        assert LogBins.quantile(LogBins.count(values), q) == pytest.approx(exact, rel=0.0051)
    assert LogBins.quantile(LogBins.count(np.zeros(5)), 0.5) == 0.0


@pytest.mark.long
def test_normalised_regret_runs_from_the_best_to_the_random():
    scenario = world(TASTES, horizon="2d", users__satisfaction__return_effect=0.0)
    assert run(scenario, Agent(Uniform(), Wait(), Never())).summary["regret/normalised"] == pytest.approx(1.0, abs=0.05)
    assert run(scenario, Agent(Oracle(), Wait(), Never())).summary["regret/normalised"] == 0.0


def test_summary_is_what_the_trace_says():
    result = run(world(TASTES), Agent(Uniform(), Wait(), MicroBatch("20m")))
    summary, requests = result.summary, result.requests
    assert summary["requests"] == len(requests)
    assert summary["regret/total"] == pytest.approx(requests.regret.sum(), rel=1e-12)
    assert summary["reward/total"] == requests.reward.sum() == result.impressions.outcome.sum()
    late = requests[requests.request_at >= 0.9 * 86400]
    assert summary["users/retained"] == late.user.nunique() / 40
    assert summary["versions/trained"] == len(result.versions) - 1


def test_the_curve_adds_up_to_the_summary():
    result = run(world(TASTES), Agent(Uniform(), Wait(), Every("1h")))
    curve, summary = result.curve, result.summary
    assert len(curve) == 200
    assert curve["at"].iloc[-1] == 86400.0
    assert curve["requests"].sum() == summary["requests"]
    assert curve["regret/total"].iloc[-1] == summary["regret/total"]
    weighted = (curve["staleness/data_age/mean"] * curve["requests"]).sum() / curve["requests"].sum()
    assert weighted == pytest.approx(summary["staleness/data_age/mean"], rel=1e-12)


def test_replications_give_t_intervals():
    agent = Agent(Uniform(), Wait(), Never())
    result = run(world(TASTES, users__count=10), agent, replications=4)
    name = "regret/per_request"
    values = np.array([r[name] for r in result.replicates])
    low, high = stats.t.interval(0.95, 3, values.mean(), stats.sem(values))
    assert result.summary[name] == pytest.approx(values.mean(), rel=1e-12)
    assert result.summary[f"{name}/low"] == pytest.approx(low, rel=1e-9)
    assert result.summary[f"{name}/high"] == pytest.approx(high, rel=1e-9)
    assert result.curve.replication.nunique() == 4
    assert across([{"x": None}, {"x": 1.0}]) == {"x": None}


def test_both_ways_of_counting_agree_at_every_edge():
    edges = LogBins.edges[1:]
    values = np.concatenate([edges, np.nextafter(edges, 0.0), np.nextafter(edges, np.inf)])
    assert LogBins.place(edges).tolist() == list(range(1, LogBins.COUNT + 1))
    assert LogBins.count(values).tolist() == LogBins.count(np.sort(values)).tolist()
    assert LogBins.count(values)[:3].tolist() == [1, 3, 3]
    assert [int(LogBins.count(values[n : n + 1]).argmax()) for n in range(len(values))] == LogBins.place(
        values
    ).tolist()
    assert LogBins.count(values[:0]).sum() == 0


@pytest.mark.parametrize("metric", shelf(), ids=lambda metric: metric.__name__)
def test_a_metric_says_exactly_the_scores_that_it_declares(metric):
    made = metric(Grid(100.0), 1)
    made.finish(Outcome([], 0.0, 0))
    assert list(made.summary()) == list(metric.says)
    assert set(metric.weights) <= set(made.curve())
    drawn = {name for name, how in metric.says.items() if how.chart}
    assert drawn <= set(made.curve()), "what is drawn over time is a column of the curve"


def test_a_summary_has_the_scores_of_the_shelf_in_its_order():
    assert list(run(world(), Agent(FirstItems(), Wait(), Online())).summary) == list(about())
    assert len(shelf()) >= 13


def test_units_directions_and_charts_of_scores():
    seconds = {name.rpartition("/")[0] or name for name, how in about().items() if how.unit == "s"}
    ages = {f"staleness/{kind}" for kind in ("model_age", "data_age", "label_age", "cycle_time")}
    assert seconds == ages | {"cost"}
    more = {name for name, how in about().items() if how.better == "more"}
    rewards = {"reward/total", "reward/per_request", "reward/per_user_day"}
    assert more == rewards | {"users/retained", "prediction/auc", "prediction/random/auc"}
    drawn = {name for name, how in about().items() if how.chart}
    ages |= {"staleness/version_lag", "staleness/unlearned"}
    regrets = {"regret/at_base_rate", "regret/per_request", "regret/normalised", "reward/per_request"}
    assert drawn == regrets | {f"{kind}/mean" for kind in ages}


def test_many_buckets_of_a_chunk_count_as_one_after_another():
    at = np.sort(np.random.default_rng(3).uniform(0.0, 1000.0, 900))
    at = at[(at < 300.0) | (at > 340.0)]  # some buckets are empty
    age = np.random.default_rng(4).exponential(50.0, len(at))
    grid = Grid(1000.0)
    at_once, by_parts = ModelAge(grid, 1), ModelAge(grid, 1)
    for metric, parts in ((at_once, 3), (by_parts, 200)):  # 67 buckets and 1
        for own in np.array_split(np.arange(len(at)), parts):
            chunk = SimpleNamespace(request_at=at[own], live_at=at[own] - age[own])
            metric.read(chunk, grid.bucket_runs(at[own]))
    for q in ("p50", "p95"):
        assert at_once.summary()[f"staleness/model_age/{q}"] == by_parts.summary()[f"staleness/model_age/{q}"]
        np.testing.assert_array_equal(*(m.curve()[f"staleness/model_age/{q}"] for m in (at_once, by_parts)))
    p50 = at_once.curve()["staleness/model_age/p50"]
    assert np.isnan(p50[60:68]).all()
    own = np.sort(age[(at >= 500.0) & (at < 505.0)])
    assert p50[100] == pytest.approx(own[(len(own) - 1) // 2], rel=0.005)
