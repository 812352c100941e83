"""What outcomes are worth, to the number."""

import numpy as np
import pytest

from agents import (
    Agent,
    BetaThompson,
    EpsilonGreedy,
    Every,
    LinUCB,
    LogisticRanker,
    Never,
    NoCorrection,
    ObservedOnly,
    Online,
    Oracle,
    RidgeRanker,
    Uniform,
    Wait,
)
from agents.corrections.dfm import DFM
from sim.errors import LabError
from sim.scenario.values import parse_value
from sim.simulation import simulate
from tests.support.worlds import ALWAYS_SINGLE, TASTES, FirstItems, run, world


def test_each_click_counts_its_value():
    scenario = world(items__click_rates=[1.0, 0.5], feedback__click__value=25)
    found = run(scenario, FirstItems())
    assert found.summary["reward/total"] == 2500.0
    assert found.requests.expected_reward.tolist() == [25.0] * 100
    assert found.summary["regret/total"] == 0.0
    assert found.impressions.value.tolist() == [25.0] * 100
    assert found.impressions.outcome.tolist() == [1] * 100
    assert found.impressions.probability.tolist() == [1.0] * 100
    # a random slate earns 25 or 12.5
    assert run(scenario, Uniform()).summary["regret/normalised"] == pytest.approx(1.0, abs=0.3)


def test_without_values_each_outcome_counts_one():
    found = run(world(items__click_rates=[0.5, 0.5]), FirstItems())
    assert found.impressions.value.tolist() == found.impressions.outcome.tolist()


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("correction", [NoCorrection(), ObservedOnly(), Wait()])
def test_the_label_is_the_value(single, correction):
    """Clicks known after 2 s, closed after 5 s: 95 are in the log and are learnt with their values."""
    scenario = world(
        feedback__click__value="exponential(mean=40)",
        feedback__click__delay="2s",
        feedback__click__window="5s",
    )
    learner = FirstItems()
    options = {"tuning": ALWAYS_SINGLE} if single else {}
    found = run(scenario, Agent(learner, correction, Online()), **options)
    told = [(e.examples.label * e.examples.weight).sum() for e in learner.told]
    known = found.impressions.request_at <= {True: 95.0, False: 98.0}[isinstance(correction, Wait)]
    assert sum(told) == pytest.approx(found.impressions.value[known].sum(), rel=1e-12)
    assert found.impressions.value.mean() == pytest.approx(40, rel=0.3)
    assert found.impressions.value.nunique() == 100


def test_an_estimate_is_of_the_value_after_each_negative_is_taken_back():
    """Arms of rate 1 and value 8 or 4 by chance: the estimate of each is the mean of its values."""
    scenario = world(feedback__click__value="mixture(0.5: 8, 0.5: 4)", feedback__click__delay="3s")
    found = run(scenario, Agent(EpsilonGreedy(0.5), NoCorrection(), Every("90s", refit_window=None)))
    served = found.impressions[found.impressions.request_at < 90]
    counts = served.groupby("item").size()
    value = served[served.delivered_at <= 90].groupby("item").value.sum()
    late = found.impressions[found.impressions.request_at >= 90]
    for item, predicted in zip(late.item, late.predicted, strict=True):
        assert predicted == pytest.approx(value[item] / counts[item], rel=1e-12)


def test_the_same_item_is_worth_the_same_whoever_shows_it():
    scenario = world(TASTES, feedback__click__value="by_utility(effect=0.5, law=lognormal(mean=40, sigma=1))")
    even = {"users.satiation.strength": 0.0, "users.satisfaction.return_effect": 0.0}
    scenario = type(scenario).load(scenario, even)
    keys = ["user", "visit", "item"]
    one, other = (run(scenario, Agent(learner, cadence=Every("2h"))).impressions for learner in (Uniform(), LinUCB()))
    both = one[one.outcome == 1].merge(other[other.outcome == 1], on=keys)
    assert len(both) > 50
    assert (both.value_x == both.value_y).all()


def test_predictions_are_scored_against_the_expected_value():
    """Two arms of rate 1 and value 7: known exactly from the second request on."""
    scenario = world(feedback__click__value=7)
    summary = run(scenario, Agent(EpsilonGreedy(0.0), ObservedOnly(), Online())).summary
    assert summary["prediction/mse"] == 0.0
    assert summary["prediction/calibration"] == 1.0
    assert [summary[f"prediction/{name}"] for name in ("nll", "auc", "cut")] == [None] * 3
    plain = run(world(), Agent(EpsilonGreedy(0.0), ObservedOnly(), Online())).summary
    assert plain["prediction/mse"] is None


def test_the_best_slate_is_that_of_the_highest_expected_value():
    """By utility with an effect of -3 what is liked less is worth more, and the oracle knows."""
    scenario = world(TASTES, feedback__click__value="by_utility(effect=-3, law=10)")
    oracle = Agent(Oracle(), cadence=Never())
    best, liked = run(scenario, oracle), run(world(TASTES), oracle)
    assert best.summary["regret/total"] == pytest.approx(0.0, abs=1e-9)
    assert best.impressions.probability.mean() < 0.5 * liked.impressions.probability.mean()


@pytest.mark.parametrize(
    ("agent", "why"),
    [
        (
            Agent(BetaThompson()),
            "BetaThompson takes labels that are 0 or 1, and with feedback.click.value",
        ),
        (Agent(LogisticRanker()), "LogisticRanker takes labels that are from 0 to 1, and with feedback.click.value"),
        (Agent(RidgeRanker(), DFM()), "DFM takes labels that are 0 or 1, and with feedback.click.value"),
    ],
)
def test_who_takes_other_labels_is_refused_with_the_names_of_those_that_would_do(agent, why):
    with pytest.raises(LabError, match=why) as error:
        simulate(world(feedback__click__value=25), agent)
    would_do = str(error.value).rpartition("would do: ")[2].split(", ")
    asked = {"LinUCB", "RidgeRanker", "EpsilonGreedy", "LinTS", "Uniform", "Oracle"}
    assert (asked if "learners" in str(error.value) else {"NoCorrection", "Wait", "ObservedOnly"}) <= set(would_do)
    assert not {"BetaThompson", "LogisticRanker", "DFM"} & set(would_do)
    simulate(world(feedback__click__value=None), agent)


@pytest.mark.parametrize(
    ("value", "mean"),
    [
        (25, 25.0),
        ("25.5", 25.5),
        ("lognormal(mean=40, sigma=1)", 40.0),
        ("mixture(0.25: 4, 0.75: gamma(shape=2, mean=8))", 7.0),
        ("uniform(low=0, high=3)", 1.5),
        ("pareto(shape=3, minimum=2)", 3.0),
        ("by_utility(effect=-0.5, law=weibull(shape=1, mean=3))", 3.0),
    ],
)
def test_the_mean_of_a_value(value, mean):
    assert parse_value(value).mean == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (0, "0 is not a value; above 0"),
        (-1, "-1 is not a value; above 0"),
        (True, "True is not a value; a number such as 25"),
        ("exponential(mean=40s)", "40s has a unit; a value takes plain numbers"),
        ("lognormal(mean=many, sigma=1)", "mean is many, expected a plain number such as 40"),
        ("pareto(shape=1, minimum=2)", "the mean of pareto is infinite"),
        ("never(p=0.5, else=constant(3))", "never is a law of delays"),
        ("mixture(0.5: 3, 0.5: released(every=5))", "released is a law of delays"),
        ("by_utility(effect=9, law=2)", "effect is 9; -5 to 5 is allowed"),
        ("by_utility(law=2)", "effect is missing"),
        ("uniform(low=3, high=3)", "uniform"),
        ("watch_time", "is not a law"),
    ],
)
def test_a_value_that_is_none(value, why):
    with pytest.raises(ValueError, match=why):
        parse_value(value)


def test_truncated_means_are_exact():
    """The mean of an exponential law cut at b: m - b / (e^(b/m) - 1)."""
    for most in (0.5, 4.0, 300.0):
        exact = 1.0 - most / np.expm1(most)
        assert parse_value(f"truncated(max={most}, law=exponential(mean=1))").mean == pytest.approx(exact, rel=1e-8)
