"""A budget of examples: more often is not more training."""

from __future__ import annotations

import pytest

from agents import (
    DFM,
    FNW,
    FSIW,
    Agent,
    DailyAt,
    Every,
    InverseProbability,
    LogisticRanker,
    NoCorrection,
    ObservedOnly,
    OnDrift,
    Shifted,
    Tiers,
    Wait,
)
from agents.describe import describe
from sim.pipeline.agent_error import AgentError
from tests.support.worlds import FirstItems, run, world


def told(cadence, correction=None, **overrides):
    """Return a run and what its learner was told; a request comes every second, and is a click at once."""
    learner = FirstItems()
    out = run(world(**overrides), Agent(learner, correction or NoCorrection(), cadence))
    return out, learner.told


@pytest.mark.parametrize(("interval", "each"), [("10s", 5), ("20s", 10), ("50s", 25), ("100s", 50)])
def test_every_cadence_is_handed_as_many_in_all(interval, each):
    """One every two seconds where one comes every second: 50 in 100 s, the newest of the window."""
    _, trainings = told(Every(interval, "1h", budget="1 per 2s"))
    assert [len(one.examples) for one in trainings] == [each] * (50 // each)
    for one in trainings:
        cutoff = int(one.cutoff)
        assert one.examples.impressions.request_at.tolist() == list(range(cutoff - each, cutoff))


def test_what_is_left_is_there_for_the_next():
    """Of 3 a second the first ones cannot use all: 9 at 10 s, as that of 10 s is served after the cutoff."""
    _, trainings = told(Every("10s", "1h", budget="3 per second"))
    sizes = [len(one.examples) for one in trainings]
    assert sizes == [9, 19, 29, 39, 49, 35, 30, 30, 30, 30]
    assert [sum(sizes[: n + 1]) <= 30 * (n + 1) for n in range(10)] == [True] * 10
    assert sum(sizes) == 300


def test_without_a_budget_refits_are_handed_all():
    assert [len(one.examples) for one in told(Every("20s", "1h"))[1]] == [19, 39, 59, 79, 99]


@pytest.mark.parametrize(
    "correction",
    [ObservedOnly(), Wait(), Shifted("1s"), DFM("1s"), FSIW("1s", law="constant(1s)"), InverseProbability("1s")],
)
def test_it_is_kept_under_every_correction_that_allows_it(correction):
    window = {"feedback__click": {"delay": "1s", "window": "2s"}}
    _, trainings = told(Every("20s", "1h", budget="1 per 4s"), correction, **window)
    assert [len(one.examples) for one in trainings] == [5] * 5
    newest = [one.examples.impressions.request_at.max() for one in trainings]
    assert all(cutoff - 4 < at < cutoff for at, cutoff in zip(newest, range(20, 101, 20), strict=True))


def test_what_is_not_handed_is_not_learnt_and_not_charged():
    trainer = {"platform__training": {"fixed": "0s", "per_example": "100ms"}}
    out, _ = told(Every("20s", "1h", budget="1 per 4s"), **trainer)
    assert out.summary["cost/training_time"] == pytest.approx(0.5 * 4)  # the fifth starts at the horizon
    assert out.versions.learnt.tolist()[:3] == [0, 5, 10]


def test_a_correction_with_several_rows_is_refused_by_name():
    with pytest.raises(ValueError, match=r"FNW may make several of an impression; these .*: DFM, FSIW, .*Wait"):
        Agent(LogisticRanker(), FNW(), Every("1h", budget="100 per day"))
    assert Agent(LogisticRanker(), Wait(), DailyAt("03:00", budget="100 per day")).cadence.budget == "100 per day"


def test_it_concerns_refits():
    with pytest.raises(ValueError, match="a budget concerns refits, and not all trainings of Every are"):
        Agent(LogisticRanker(), Wait(), Every("1h", refit_window=None, budget="100 per day"))
    tiers = Tiers("7d", "2h")
    tiers.budget = "100 per day"
    with pytest.raises(ValueError, match="not all trainings of Tiers are"):
        Agent(LogisticRanker(), Wait(), tiers)


@pytest.mark.parametrize("budget", ["many", "0 per day", 100])
def test_what_is_no_rate_is_refused(budget):
    with pytest.raises(ValueError, match=r"budget: .* is not a rate"):
        OnDrift(budget=budget)
    own = Every("1h")
    own.budget = budget
    with pytest.raises(AgentError, match="is not a rate"):
        run(world(), Agent(FirstItems(), NoCorrection(), own))


def test_off_it_renames_no_run():
    assert "budget" not in describe(Every("1h"))
    assert repr(Every("1h", budget="100 per day")) == "Every(interval='1h', budget='100 per day')"
