"""Refits that begin with the former weights: the same answer in fewer steps, or refused by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agents import (
    FTRL,
    UCB1,
    Agent,
    DailyAt,
    Every,
    LinUCB,
    LogisticRanker,
    LogisticThompson,
    MatrixFactorisation,
    OnDrift,
    ScikitLearn,
    Softmax,
    Tiers,
)
from agents.describe import describe
from tests.contracts.shelves import LEARNERS, make
from tests.support.logs import FIXED, SPACE, begun, examples, experience, impressions, nothing, observations
from tests.support.worlds import FirstItems, run, world

WARMING = [part for part in LEARNERS if getattr(make(part), "warms", False)]


def refit(rows, warm):
    told = experience(examples(rows), refit=True)
    return replace(told, news=replace(told.news, warm=warm))


def windows():
    """Return the examples of two refits, of which nearly all are the same."""
    rows = impressions(505)
    return rows.part(0, 500), rows.part(5, 505)


class Counting(LogisticRanker):
    """Counts how often the posterior is computed."""

    asked = 0

    def _posterior(self, terms, theta):
        self.asked += 1
        return super()._posterior(terms, theta)


@pytest.mark.long
@pytest.mark.parametrize(("model", "space", "steps"), [("shared", SPACE, (5, 4)), ("per_item", FIXED, (7, 6))])
def test_the_mode_is_the_same_in_fewer_steps(model, space, steps):
    """The window has moved on by 5 of 500 examples."""
    first, second = windows()
    asked, odds = {}, {}
    for warm in (False, True):
        learner = begun(Counting(ridge=1.0, model=model), space)
        learner.train(refit(first, warm))
        learner.asked = 0
        learner.train(refit(second, warm))
        asked[warm], odds[warm] = learner.asked, learner._theta
    np.testing.assert_allclose(odds[True], odds[False], atol=1e-7)
    assert (asked[False], asked[True]) == steps


def test_where_there_are_many_examples_it_reads_them_fewer_times(monkeypatch):
    monkeypatch.setattr("agents.learners.logistic.MANY", 500)
    cold, warm = (begun(Counting(ridge=1.0, model="shared")) for _ in range(2))
    for learner, how in ((cold, False), (warm, True)):
        for rows in windows():
            learner.asked = 0
            learner.train(refit(rows, how))
    np.testing.assert_allclose(warm._theta, cold._theta, atol=1e-7)
    assert (cold.asked, warm.asked) == (6, 3)


def test_the_estimators_iterations_are_fewer_too():
    pytest.importorskip("sklearn")
    steps, said = {}, {}
    for warm in (False, True):
        learner = begun(ScikitLearn("linear_model.LogisticRegression"))
        for rows in windows():
            learner.train(refit(rows, warm))
        steps[warm], said[warm] = int(learner._model.n_iter_[0]), learner.predict(impressions(50, seed=3))
    np.testing.assert_allclose(said[True], said[False], atol=1e-3)
    assert (steps[False], steps[True]) == (15, 6)


def test_trees_are_added_to_former_trees():
    lightgbm = pytest.importorskip("lightgbm")
    learner = begun(ScikitLearn(lightgbm.LGBMClassifier(n_estimators=5, verbose=-1)))
    for count, trees in ((300, 5), (400, 10), (500, 15)):
        learner.train(refit(impressions(count), warm=True))
        assert learner._model.booster_.num_trees() == trees


@pytest.mark.parametrize("part", WARMING, ids=lambda part: part.__name__)
def test_the_first_refit_is_a_cold_one_and_none_is_no_harm(part):
    warm, cold = (begun(make(part)) for _ in range(2))
    for learner, how in ((warm, True), (cold, False)):
        learner.train(refit(impressions(200), how))
    before = warm.predict(impressions(30, seed=5))
    assert np.array_equal(before, cold.predict(impressions(30, seed=5)))
    policy, slates = warm.policy(), warm.policy().act(observations()).items
    warm.train(refit(nothing(), True))
    assert np.array_equal(before, warm.predict(impressions(30, seed=5)))
    warm.train(refit(impressions(200, seed=2), True))
    assert np.isfinite(warm.predict(impressions(30, seed=5))).all()
    assert np.array_equal(policy.act(observations()).items, slates)  # a snapshot


@pytest.mark.long
def test_one_that_is_not_run_to_convergence_comes_nearer_by_each_warm_refit():
    """The log loss of the examples: one pass, and twenty."""
    rows = impressions(150)
    for part in (FTRL, MatrixFactorisation):
        loss = {}
        for warm in (False, True):
            learner = begun(part())
            for _ in range(20):
                learner.train(refit(rows, warm))
            p = np.clip(learner.predict(rows), 1e-3, 1 - 1e-3)
            loss[warm] = -np.log(np.where(rows.label > 0, p, 1 - p)).mean()
        assert loss[True] < loss[False] - 0.02, part


class Told(FirstItems):
    """Notes what it was told; its refits may be warm."""

    warms = True


@pytest.mark.parametrize(
    "cadence", [Every("20s", "30s"), Every("20s", "30s", warm=True), Tiers("20s", "10s", "30s", True)]
)
def test_refits_say_whether_they_are_warm(cadence):
    learner = Told()
    run(world(), Agent(learner, cadence=cadence))
    assert [one.warm for one in learner.told] == [one.refit and cadence.warm for one in learner.told]
    assert any(one.refit for one in learner.told)


@pytest.mark.parametrize(
    "cadence", [Every("1h", warm=True), DailyAt("03:00", warm=True), OnDrift(warm=True), Tiers("7d", "2h", warm=True)]
)
def test_a_learner_that_cannot_is_refused_by_name(cadence):
    pytest.importorskip("sklearn")
    trees = ScikitLearn("ensemble.HistGradientBoostingClassifier")
    for learner in (FTRL(), LogisticThompson(), MatrixFactorisation(), Softmax(LogisticRanker())):
        assert Agent(learner, cadence=cadence).cadence.warm
    with pytest.raises(
        ValueError, match=r"those of LinUCB come out the same wherever they begin; these .*do: FTRL, Log"
    ):
        Agent(LinUCB(), cadence=cadence)
    with pytest.raises(ValueError, match="those of Softmax come out the same"):
        Agent(Softmax(UCB1()), cadence=cadence)
    with pytest.raises(ValueError, match=r"ScikitLearn begin with nothing; .* made of: .*ScikitLearn"):
        Agent(trees, cadence=cadence)


def test_without_refits_there_is_nothing_to_warm():
    with pytest.raises(ValueError, match="warm concerns refits, and Every has none without a refit_window"):
        Agent(FTRL(), cadence=Every("1h", refit_window=None, warm=True))


def test_off_it_renames_no_run():
    assert describe(Every("1h")) == {"class": "agents.Every", "interval": 3600.0, "refit_window": 604800.0}
    assert describe(Every("1h", warm=True))["warm"] is True
    assert repr(Every("1h", warm=True)) == "Every(interval='1h', warm=True)"
