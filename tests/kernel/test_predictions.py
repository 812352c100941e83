"""What policies expect, beside the world's probabilities; corrections that calibrate show, and by how much."""

from random import Random

import numpy as np
import pytest

from agents import (
    Agent,
    BetaThompson,
    EpsilonGreedy,
    Every,
    LinUCB,
    LogisticRanker,
    MicroBatch,
    Never,
    NoCorrection,
    ObservedOnly,
    Online,
    RidgeRanker,
    Uniform,
    Wait,
)
from sim import kernel
from sim.kernel import AgentError, Replication
from tests.faults.broken import Fine
from tests.reference import choices
from tests.support.predictions import scores
from tests.support.worlds import TASTES, run, world

CHOICES = {name: choices.drawn(name, Random(0), 3) for name in choices.NAMES}
CONVERSIONS = {
    "feedback__conversion": {"rate": 0.4, "spread": 0.8, "agrees_with_click": 0.5, "delay": "exponential(mean=1h)"},
    "feedback__learn_from": "conversion",
}
NAMES = ("nll", "auc", "calibration", "cut")


def of_random_items(scenario, agent, block=None):
    """Return what is predicted of the random items of a replication, and their probabilities."""
    found = []
    kernel.run(Replication(scenario, 0, 0, block), agent.fresh(), [found.append])
    return (np.concatenate([getattr(c, f"random_{name}") for c in found]) for name in ("predicted", "probability"))


def part(summary, what):
    return {name: summary[f"{what}/{name}"] for name in NAMES}


@pytest.mark.parametrize(("choice", "conversions"), [*((c, {}) for c in CHOICES), ("cascade", CONVERSIONS)])
def test_probability_is_how_often_it_happens(choice, conversions):
    """At each position, and where it is low, middling and high."""
    scenario = world(TASTES, slate__choice=CHOICES[choice], horizon="2d", items__click_rate=0.4, **conversions)
    shown = run(scenario, Agent(RidgeRanker(), Wait(), Every("1d"))).impressions
    thirds = np.digitize(shown.probability, shown.probability.quantile([1 / 3, 2 / 3]))
    for some in (*(shown.position == k for k in range(3)), *(thirds == k for k in range(3))):
        p, y = shown.probability[some], shown.outcome[some]
        assert len(p) > 400
        assert abs((y - p).sum()) < 4.0 * np.sqrt((p * (1.0 - p)).sum())


@pytest.mark.parametrize(
    "learner",
    [
        LinUCB(0.3),
        LogisticRanker(),
        *(pytest.param(one, marks=pytest.mark.slow) for one in (BetaThompson(), EpsilonGreedy())),
    ],
    ids=lambda x: type(x).__name__,
)
def test_scores_are_those_of_the_columns(learner):
    result = run(world(TASTES), Agent(learner, Wait(), Every("6h")))
    shown = result.impressions
    expected = scores(shown.predicted.to_numpy(), shown.probability.to_numpy())
    assert expected["auc"] != 0.5
    assert part(result.summary, "prediction") == pytest.approx(expected, rel=1e-9, abs=2e-4)


def test_the_random_item_is_any_item_and_the_same_for_every_agent():
    rates = [0.05, 0.1, 0.2, 0.4, 0.8]
    scenario = world(items__click_rates=rates, horizon="10000s")
    predicted, probability = of_random_items(scenario, Agent(BetaThompson(), Wait(), MicroBatch("1000s")))
    silent, same = of_random_items(scenario, Agent(Uniform(), cadence=Never()), block=700)
    assert np.isfinite(predicted).all()
    assert np.isnan(silent).all()
    assert np.array_equal(probability, same)
    counts = np.histogram(probability, [0.0, 0.07, 0.15, 0.3, 0.6, 1.0])[0]
    assert (abs(counts - 2000) < 4 * np.sqrt(10_000 * 0.2 * 0.8)).all()


@pytest.mark.parametrize("choice", CHOICES)
def test_the_random_item_stands_alone_at_the_first_position(choice):
    """Nobody above it and nobody beside it."""
    scenario = world(items__click_rates=[0.2, 0.2, 0.2, 0.2], slate__size=3, slate__choice=CHOICES[choice])
    _, probability = of_random_items(scenario, Agent(Uniform()))
    alone = choices.probabilities(scenario.slate.choice, [np.log(0.2 / 0.8)], [None])[0]
    np.testing.assert_allclose(probability, alone, rtol=1e-12)


@pytest.mark.long
def test_scores_of_random_items_are_those_of_their_columns():
    scenario, agent = world(TASTES), Agent(RidgeRanker(), Wait(), Every("6h"))
    predicted, probability = of_random_items(scenario, agent)
    assert 0 < np.isnan(predicted).mean() < 0.5  # before the first training
    found = part(run(scenario, agent).summary, "prediction/random")
    assert found["cut"] > 0.01  # a linear model says less than nothing
    assert found == pytest.approx(scores(predicted, probability), rel=1e-9, abs=2e-4)


def test_nothing_is_scored_of_policies_that_predict_nothing():
    summary = run(world(horizon="50s"), Uniform()).summary
    assert {summary[f"{what}/{name}"] for what in ("prediction", "prediction/random") for name in NAMES} == {None}


@pytest.mark.long
def test_a_curve_has_the_scores_of_each_bucket():
    scenario = world(TASTES, users__count=200)
    result = run(scenario, Agent(LogisticRanker(), Wait(), Every("6h")))
    shown, curve = result.impressions, result.curve.set_index("at")
    for end, row in list(curve.iterrows())[60::60]:
        own = shown[(shown.request_at < end) & (shown.request_at >= end - 432.0)]
        expected = scores(own.predicted.to_numpy(), own.probability.to_numpy())
        for name in NAMES:
            assert row[f"prediction/{name}"] == pytest.approx(expected[name], rel=1e-9, abs=0.01 * (name == "auc"))


# Three arms with equal rates, each shown to a third at random, every second; trained every 100 s on all so far.
RATE, MEAN, WINDOW, HORIZON, PERIOD = 0.3, 1000.0, 4000.0, 20_000.0, 100.0


def shares():
    """Return at each request the age of the log, and how many of its positives and negatives are known by closed form.

    Positives come after an exponential delay if within the window, negatives when it closes.
    """
    age = np.floor(np.arange(1.0, HORIZON + 1.0) / PERIOD) * PERIOD
    credited = 1.0 - np.exp(-WINDOW / MEAN)
    young = np.minimum(age, WINDOW)
    came = young - MEAN * (1.0 - np.exp(-young / MEAN)) + credited * np.maximum(age - WINDOW, 0.0)
    return age, RATE * came, (1.0 - RATE * credited) * np.maximum(age - WINDOW, 0.0)


def expected_calibration(correction):
    age, yes, no = shares()
    if correction == "Wait":
        return 1.0 - np.exp(-WINDOW / MEAN)  # what is never credited is never learnt
    base = age if correction == "NoCorrection" else yes + no
    return (yes[base > 0] / base[base > 0]).mean() / RATE


@pytest.mark.long
@pytest.mark.parametrize(("correction", "about"), [(NoCorrection, 0.81), (Wait, 0.98), (ObservedOnly, 1.76)])
def test_what_a_correction_makes_of_late_labels_is_seen_in_its_calibration(correction, about):
    scenario = world(
        users={"count": 100, "visits": {"every": "100s"}},
        items__click_rates=[RATE] * 3,
        horizon=f"{HORIZON:g}s",
        feedback__click={"delay": f"exponential(mean={MEAN:g}s)", "window": f"{WINDOW:g}s", "negatives": "silent"},
    )
    expected = expected_calibration(correction.__name__)
    assert expected == pytest.approx(about, abs=0.02)
    summary = run(scenario, Agent(EpsilonGreedy(1.0), correction(), MicroBatch(PERIOD))).summary
    assert summary["prediction/random/calibration"] == pytest.approx(expected, rel=0.03)


@pytest.mark.long
def test_what_is_shown_is_shown_because_its_prediction_is_high():
    """Fifty equal arms, means of pulls that are random but for a tenth: about unbiased, yet too high of the highest."""
    scenario = world(items__click_rates=[0.1] * 50, horizon="10000s")
    result = run(scenario, Agent(EpsilonGreedy(0.9), Wait(), MicroBatch("50s")))
    assert result.summary["prediction/random/calibration"] == pytest.approx(1.0, abs=0.04)
    greedy = result.impressions[result.impressions.propensity > 0.1].dropna(subset="predicted")
    assert greedy.predicted.sum() / greedy.probability.sum() > 1.3


class Says(Fine):
    """Predicts whatever it is told to, in blocks and one by one."""

    def __init__(self, said):
        self.said = said

    def predict(self, observations, items):
        if isinstance(self.said, Exception):
            raise self.said
        return self.said(len(items)) if callable(self.said) else np.full(len(items), self.said)


FAULTS = {
    "error": (KeyError(7), r"KeyError\(7\)"),
    "infinite": (np.inf, "a predicted outcome is infinite; a finite number is expected, NaN where unknown"),
    "text": ("0.5", "predictions hold <U3, expected real numbers"),
    "number": (lambda n: 0.5, r"predictions have shape \(\), expected \(n_requests,\) = "),
    "table": (lambda n: np.zeros((n, 2)), r"predictions have shape \(\d+, 2\), expected \(n_requests,\) = "),
}


@pytest.mark.parametrize("cadence", [Every("10s", refit_window=None), Online()], ids=["block", "online"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_policy_that_predicts_nonsense_is_named(fault, cadence):
    said, why = FAULTS[fault]
    with pytest.raises(AgentError, match=f"Says failed to predict as version 0 at \\S+ s: {why}"):
        run(world(), Agent(Says(said), ObservedOnly(), cadence))


@pytest.mark.parametrize("cadence", [Every("10s", refit_window=None), Online()], ids=["block", "online"])
def test_predictions_may_be_unknown_and_whole_numbers(cadence):
    calm = run(world(), Agent(Fine(), ObservedOnly(), cadence))
    for said, calibration in ((np.nan, None), (1, 1.0), (lambda n: [0.5] * n, 0.5)):
        result = run(world(), Agent(Says(said), ObservedOnly(), cadence))
        assert result.summary["prediction/random/calibration"] == calibration
        assert result.fingerprint == calm.fingerprint  # it is asked for the score alone


def test_a_fast_path_that_does_not_predict_is_not_taken(monkeypatch):
    scenario = world(TASTES, items__lifetime=None, horizon="12h")
    agent = Agent(BetaThompson(), ObservedOnly(), Online())
    expected = run(scenario, agent)
    kind = type(BetaThompson().incremental())
    with monkeypatch.context() as patched:
        patched.delattr(kind, "predict_one")
        patched.setattr(kind, "act_one", lambda *asked: 1 / 0)
        assert run(scenario, agent).summary == expected.summary
    monkeypatch.setattr(kind, "predict_one", lambda *asked: 1 / 0)
    with pytest.raises(AgentError, match=r"BetaThompson failed to predict as version \d+ at \S+ s: ZeroDivisionError"):
        run(scenario, agent)
