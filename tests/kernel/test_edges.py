"""Rare corners that once went wrong."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents import Agent, Never, Oracle, Uniform, Wait
from sim.pipeline import Log
from sim.score.grid import Grid
from sim.score.metrics.cycle_time import CycleTime
from tests.support.worlds import run, world


def test_a_certain_click_under_multinomial_choice_has_a_worth():
    scenario = world(items__click_rates=[1.0, 0.5, 1.0, 0.0], slate__size=2, slate__choice="multinomial")
    best = run(scenario, Agent(Oracle(), Wait(), Never())).requests
    assert (best.expected_reward == 1.0).all()
    assert (best.regret == 0.0).all()
    some = run(scenario, Agent(Uniform(), Wait(), Never()))
    without = some.impressions.groupby("request_at").item.agg(lambda shown: set(shown) == {1, 3}).to_numpy()
    assert 0 < without.sum() < len(without)
    assert np.allclose(some.requests.expected_reward, np.where(without, 0.5, 1.0))


def test_what_never_comes_back_stays_pending_when_the_log_drops_rows():
    log = Log(lambda user, item: (np.ones((len(user), 1)), np.ones((len(item), 1))), None, keeps=True, looks=False)
    n = 6000
    at, lost = np.arange(n, dtype=float), np.arange(n) % 3 == 0
    columns = {name: np.zeros(n, dtype=np.int64) for name in ("user", "visit", "position")}
    columns |= {name: np.zeros(n) for name in ("propensity", "predicted")}
    columns |= {"request_at": at, "item": np.arange(n), "label": np.ones(n)}
    columns |= {name: np.where(lost, np.inf, at + 1.0) for name in ("delivered_at", "closes_at")}
    log.append(columns)
    log.read(5000.0)
    log.cut(5000.0)
    assert log.forget(5000.0)
    pending = log.unknown()
    assert pending.request_at.tolist() == at[lost | (at + 1.0 > 5000.0)].tolist()
    assert not pending.label.any()
    assert log.oldest_item() == 0


@pytest.mark.parametrize("n", [2, 24, 28, 38, 54])
def test_half_of_the_cycle_times_are_half_to_the_last_bit(n):
    # the estimate falls by one n-th at each of 1 ... n days; rounding must not lift it over a half at n/2
    day = 86400.0
    metric, served = CycleTime(Grid(1000 * day), 1), np.zeros(n)
    learnt = SimpleNamespace(at=day * np.arange(1, n + 1), request_at=served)
    metric.read(SimpleNamespace(item=np.zeros((n, 1)), request_at=served, learnt=learnt), np.zeros(n, dtype=np.int64))
    assert metric.summary()["staleness/cycle_time/p50"] == pytest.approx(n / 2 * day, rel=0.0051)
