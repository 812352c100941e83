"""After how long silence counts as no: windows to try, paired regret, and the answer in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from agents import Agent, Every, LinUCB, NoCorrection, Wait
from sim import Run, Scenario, simulate
from sim.analysis import attribution_windows
from sim.analysis.paired.contenders import Contender
from sim.analysis.windows.columns import columns
from sim.analysis.windows.grid import window_grid
from sim.analysis.windows.study import WindowStudy, window_study
from sim.errors import LabError
from sim.laws.durations import seconds
from sim.score import Scores

KEY = "scenario.feedback.click.window"


def contender(window: str | None, regret: list[float], **more: Any) -> Contender:
    told = {"scenario": "s", "learner": "a", "scenario.feedback.learn_from": "click", KEY: window, **more}
    scores = Scores({"regret/at_base_rate": float(np.mean(regret)), "feedback/credited": 0.5})
    return Contender((), told, "one world", {(0, n): r for n, r in enumerate(regret)}, scores)


NOISE = np.array([0.02, -0.01, 0.005, -0.015, 0.0, 0.01])
LUCK = np.array([1.0, 3.0, 2.0, 5.0, 4.0, 6.0])  # of a replication, shared by all windows


def made(**levels: float) -> WindowStudy:
    """Return a study of windows with these mean regrets above the replication's luck."""
    names = list(levels)
    found = [contender(w, list(LUCK + levels[w] + np.roll(NOISE, n))) for n, w in enumerate(names)]
    study = window_study(found[::-1])  # in any order
    assert study is not None
    return study


def test_differences_to_the_longest_window_are_scipys() -> None:
    study = made(**{"20s": 0.3, "10m": 0.0, "6h": 0.1, "2d": 0.5})
    (curve,) = study.curves
    assert [row.text for row in curve.rows] == ["20s", "10m", "6h", "2d"]
    longest = LUCK + 0.5 + np.roll(NOISE, 3)
    theirs = stats.ttest_rel(LUCK + 0.3 + NOISE, longest)
    row = curve.rows[0]
    assert row.more == pytest.approx(-0.2, abs=0.01)
    assert row.more is not None
    assert row.half is not None
    interval = theirs.confidence_interval()
    assert (row.more - row.half, row.more + row.half) == pytest.approx((interval.low, interval.high))
    assert curve.least == 1
    assert study.table["window/seconds"].tolist() == [20.0, 600.0, 21600.0, 172800.0]
    assert study.table["may_be_best"].tolist() == ["no", "yes", "no", "no"]


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ({"20s": 0.3, "10m": 0.0, "6h": 0.0, "2d": 0.5}, "After 10m to 6h: shorter and longer windows are known"),
        ({"20s": 0.3, "10m": 0.0, "6h": 0.5}, "After 10m: every other window that was tried is known to be worse"),
        (
            {"20s": 0.3, "10m": 0.0, "6h": 0.0},
            "After 10m or more: shorter windows are known to be worse, none up to 6h",
        ),
        ({"20s": 0.0, "10m": 0.0, "6h": 0.3}, "After 10m or less: longer windows are known to be worse, none from 20s"),
        ({"20s": 0.0, "10m": 0.3, "6h": 0.0}, "After one of 20s, 6h: the other windows are known to be worse"),
        (
            {"20s": 0.0, "10m": 0.0, "6h": 0.0},
            "Not decided: no window from 20s to 6h is known to be worse than another",
        ),
    ],
)
def test_the_first_sentence_is_the_flat_region(levels: dict[str, float], said: str) -> None:
    assert made(**levels).answer[0].startswith(said)


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (600.0, " The scenario's own window, 10m, is among those that may be best."),
        (20.0, " The scenario's own window, 20s, is known to be worse than another one."),
        (60.0, " The scenario's own window, 1m, was not tried."),
        (864000.0, " The scenario's own window, 10d, was not tried: a longer scenario.horizon has room for it."),
    ],
)
def test_the_scenarios_own_window_is_marked_and_told(own: float, said: str) -> None:
    levels = {"20s": 0.3, "10m": 0.0, "6h": 0.3}
    found = [contender(w, list(LUCK + level + np.roll(NOISE, n))) for n, (w, level) in enumerate(levels.items())]
    study = window_study(found, own=own)
    assert study is not None
    assert study.answer[0].endswith(said)
    assert study.table["own"].tolist() == [seconds(window) == own for window in levels]
    assert columns(study)[0].cells == tuple(f"{w} (own)" if seconds(w) == own else w for w in levels)


def test_a_window_outside_of_the_set_may_be_undecided_against_the_longest_and_the_answer_says_why() -> None:
    study = made(**{"20s": 0.3, "10m": 0.0, "6h": 0.3})
    short = study.curves[0].rows[0]
    assert short.may_be_best == "no"
    assert short.p is not None
    assert short.p > 0.05
    assert study.answer[-1].endswith("these are two tests, and they can disagree.")


def test_no_limit_is_the_longest_and_each_agent_has_a_curve() -> None:
    found = [
        contender(window, list(LUCK + n), learner=learner)
        for n, (learner, window) in enumerate([("a", "1h"), ("a", None), ("b", "1h"), ("b", None), ("c", "1h")])
    ]
    study = window_study(found)
    assert study is not None
    assert [(curve.name, [row.text for row in curve.rows]) for curve in study.curves] == [
        ("a", ["1h", "no limit"]),
        ("b", ["1h", "no limit"]),
    ]
    assert window_study(found[-1:]) is None
    assert study.answer[0].startswith("a: After 1h")


@pytest.mark.parametrize(
    ("name", "key", "windows"),
    [
        ("news_feed", "click", ["2s", "10s", "30s", "3m", "15m", "30m", "1h", "4h", "12h", "2d"]),
        ("shop", "conversion", ["10m", "45m", "4h", "18h", "3d", "14d"]),
        ("ads_conversion", "conversion", ["10m", "45m", "4h", "18h", "3d", "14d"]),  # its own, 30d, is too long
    ],
)
def test_windows_to_try_follow_from_the_law_and_the_horizon(name: str, key: str, windows: list[str]) -> None:
    scenario = Scenario.load(name)
    grid = window_grid(scenario)
    assert grid.key == f"scenario.feedback.{key}.window"
    assert grid.texts == windows
    assert seconds(grid.settled) == grid.windows[-1] <= scenario.horizon / 3
    law = scenario.feedback.learnt.delay
    assert float(law.cdf(np.array(grid.windows[0]))) == pytest.approx(0.1, abs=0.05)


def test_where_no_two_windows_fit_the_message_says_what_would() -> None:
    with pytest.raises(LabError, match=r"within a third of the horizon \(1m\); a longer scenario.horizon, or windows"):
        window_grid(Scenario.load("shop", {"horizon": "1m", "users.count": 1}))


def moving(window: str, correction: Any, replications: int = 6) -> Run:
    """Return a run where one taste moves within a day and clicks come after two hours in the mean."""
    world = {
        "name": "moving",
        "horizon": "6d",
        "users": {
            "count": 15,
            "visits": {"rate": "12 per day"},
            "preferences": {"dim": 3, "spread": 0.0},
            "trend": {"half_life": "1d", "spread": 2.5},
        },
        "items": {"count": 10, "click_rate": 0.1},
        "slate": {"size": 1, "choice": "bernoulli"},
        "feedback": {"click": {"delay": "exponential(mean=2h)", "window": window, "negatives": "silent"}},
        "platform": {"training": {"fixed": "0s", "per_example": "0s"}, "push": "0s"},
    }
    agent = Agent(LinUCB(0.3), correction, Every("3h", refit_window="1d"))
    return simulate(world, agent, seed=0, replications=replications, score_from="2d", trace=False)


def check_interior(replications: int, longest: str) -> WindowStudy:
    study = attribution_windows([moving(one, Wait(), replications) for one in ("5m", "2h", longest)])
    short, middle, long = study.curves[0].rows
    assert [row.may_be_best for row in (short, middle, long)] == ["no", "yes", "no"]
    assert study.answer[0] == "After 2h: every other window that was tried is known to be worse (95 %)."
    assert short.credited == pytest.approx(1 - np.exp(-5 / 120), abs=0.02)
    assert middle.credited == pytest.approx(1 - np.exp(-1), abs=0.03)
    assert middle.label_age is not None
    assert long.label_age is not None
    assert long.label_age - middle.label_age == pytest.approx(seconds(longest) - seconds("2h"), rel=0.1)
    return study


@pytest.mark.slow
def test_where_noes_wait_and_tastes_move_the_best_window_is_neither_short_nor_long() -> None:
    check_interior(10, "2d")


@pytest.mark.slow
def test_the_same_ten_times_as_long_and_none_loses_nothing_by_a_long_window() -> None:
    (curve,) = check_interior(60, "2d").curves
    assert curve.rows[1].more == pytest.approx(-0.2, abs=0.06)
    at_once = attribution_windows([moving(one, NoCorrection(), 60) for one in ("5m", "2h", "2d")])
    short, _, long = at_once.curves[0].rows
    assert (short.may_be_best, long.may_be_best) == ("no", "yes")


def test_runs_that_share_their_window_are_refused() -> None:
    run = moving("2h", Wait(), 1)
    with pytest.raises(LabError, match="no two runs differ in nothing but feedback"):
        attribution_windows([run])
