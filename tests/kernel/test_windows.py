"""Windows and negatives are the joiner's: they change what the log says, and nothing that happens."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from agents import Agent, Never, ObservedOnly, RidgeRanker, Uniform, Wait
from sim.analysis.paired.scored_run import world_of
from sim.simulation import Run
from tests.support.worlds import TASTES, run, world

WHAT_THE_LOG_SAYS = ["delivered_at", "status"]
WIDE: dict[str, Any] = {  # whatever could let a window into the world
    "users__count": 15,
    "users__groups": {"slow": {"share": 0.5, "delay": 3.0}, "quick": {"share": 0.5}},
    "users__observed__recent": {"half_life": "6h", "latency": "1m"},
    "feedback__click__delay": "exponential(mean=20m)",
    "feedback__click__window": "1h",
}
VALUED = {
    "feedback__click__delay": "released(every=1h, law=exponential(mean=20m))",
    "feedback__click__value": "by_utility(effect=0.5, law=lognormal(mean=40, sigma=1))",
    "feedback__click__reversal": {"rate": 0.3, "delay": "exponential(mean=1h)", "window": "2h"},
    "users__satisfaction__driven_by": "value",
}
BOUGHT = {
    "feedback__conversion": {"rate": 0.3, "spread": 0.8, "agrees_with_click": 0.4, "delay": "exponential(mean=2h)"},
    "feedback__conversion__window": "6h",
    "feedback__learn_from": "conversion",
}
CLICK, BUY = "feedback__click__", "feedback__conversion__"
RECENT = "users__observed__recent"
SAID = {f"{CLICK}negatives": "explicit"}
CASES = {
    "clicks": (WIDE, [{f"{CLICK}window": "2m"}, SAID, {f"{CLICK}window": None}]),
    "values": (WIDE | VALUED, [{f"{CLICK}window": "2m"}, SAID]),
    "conversions": (
        WIDE | BOUGHT,
        [{f"{CLICK}window": "2m"}, {f"{BUY}window": "10m"}, {f"{BUY}negatives": "explicit"}],
    ),
}
FIXED = {
    "random": Agent(Uniform(), ObservedOnly(), Never()),
    "untrained": Agent(RidgeRanker(), Wait(), Never()),
}


def happened(result: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return requests and impressions without what only the log says; of a no, when it is said is the joiner's."""
    shown = result.impressions.drop(columns=WHAT_THE_LOG_SAYS)
    return result.requests, shown.assign(feedback_at=shown.feedback_at.where(shown.outcome == 1))


@pytest.mark.long
@pytest.mark.parametrize(
    ("agent", "case"),
    [("random", "clicks"), ("random", "conversions"), ("untrained", "values")]
    + [
        pytest.param(*both, marks=pytest.mark.slow)
        for both in (("random", "values"), ("untrained", "clicks"), ("untrained", "conversions"))
    ],
)
def test_nothing_that_happens_depends_on_a_window(agent: str, case: str) -> None:
    keys, changes = CASES[case]
    first = run(world(TASTES, **keys), FIXED[agent])
    assert first.impressions.outcome.sum() > 20
    for change in changes:
        other = run(world(TASTES, **(keys | change)), FIXED[agent])
        for one, two in zip(happened(first), happened(other), strict=True):
            pd.testing.assert_frame_equal(one, two, check_exact=True)
        assert (first.impressions.status != other.impressions.status).any(), change
        assert first.summary["regret/at_base_rate"] == other.summary["regret/at_base_rate"]


@pytest.mark.parametrize("recent", [{"half_life": "6h", "latency": "1m"}, {"half_life": "1h", "latency": "1d"}])
@pytest.mark.long
def test_nothing_that_happens_depends_on_features_of_recent_clicks(recent: dict[str, str]) -> None:
    without = WIDE | {RECENT: None}
    first, other = (run(world(TASTES, **keys), FIXED["random"]) for keys in (without, without | {RECENT: recent}))
    assert first.fingerprint == other.fingerprint
    assert identity(**{RECENT: recent}) == identity(**{RECENT: None})


def identity(**keys: Any) -> str:
    scenario = world(TASTES, **{**WIDE, **BOUGHT, **keys})
    return world_of({"scenario": scenario.plain(), "score_from": "0s", "epoch": 1}, None)


def test_a_window_makes_no_other_world_but_that_of_a_reversal_does() -> None:
    assert identity() == identity(**{f"{CLICK}window": "2m"}) == identity(**{f"{BUY}negatives": "explicit"})
    assert identity() != identity(**{f"{BUY}delay": "exponential(mean=3h)"})
    back = {"rate": 0.3, "delay": "exponential(mean=1h)", "window": "2h"}
    taken = [identity(**{f"{BUY}reversal": back | {"window": window}}) for window in ("2h", "3h")]
    assert taken[0] != taken[1]


@pytest.mark.parametrize("window", ["2m", "20m", "2h"])
def test_the_share_credited_is_the_law_at_the_window(window: str) -> None:
    keys = {"users__count": 60, f"{CLICK}delay": "exponential(mean=20m)", f"{CLICK}window": window}
    shown = run(world(TASTES, **keys), FIXED["random"])
    positives = int(shown.impressions.outcome.sum())
    late = {"2m": 2.0, "20m": 20.0, "2h": 120.0}[window] / 20.0
    credited = round(shown.summary["feedback/credited"] * positives)
    within = stats.binomtest(credited, positives, float(1.0 - np.exp(-late))).pvalue
    assert positives > 250
    assert within > 0.001
