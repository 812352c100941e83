"""IPS and DR against weighted regressions written out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from agents import DR, IPS, EpsilonGreedy, LogisticRanker, RidgeRanker, Softmax
from sim.ports import Space
from tests.support.logs import FEATURES, FIXED, ITEMS, begun, examples, experience, impressions

RIDGE = 2.0


def phi(rows):
    w = np.column_stack([np.ones(len(rows)), rows.item_features])
    return (rows.user_features[:, :, None] * w[:, None, :]).reshape(len(rows), -1)


def logged(n=30, seed=0):
    """Return a log with skewed propensities, and weighted examples of it."""
    rng = np.random.default_rng(seed)
    rows = impressions(n, seed)
    rows = rows.replace(propensity=rng.uniform(0.002, 0.4, n))
    told = examples(rows)
    told.weight = rng.uniform(0.5, 2.0, n)
    return rows, told


def theta_of(learner):
    return learner.policy()._pairs.theta.ravel()


@pytest.mark.parametrize("clip", [10.0, 1.5])
def test_ips_is_weighted_least_squares(clip):
    rows, told = logged()
    learner = begun(IPS(RidgeRanker(RIDGE), clip))
    learner.train(experience(told))
    x, weight = phi(rows), told.weight * np.minimum(clip, 1.0 / (ITEMS * rows.propensity))
    assert (weight < told.weight * 1.0 / (ITEMS * rows.propensity)).any()
    expected = np.linalg.solve(RIDGE * np.eye(x.shape[1]) + (x.T * weight) @ x, x.T @ (weight * rows.label))
    np.testing.assert_allclose(theta_of(learner), expected, rtol=1e-9)


def test_ips_around_a_logistic_learner_is_its_weighted_fit():
    rows, told = logged()
    learner, alone = begun(IPS(LogisticRanker())), begun(LogisticRanker())
    learner.train(experience(told))
    told.weight = told.weight * np.minimum(10.0, 1.0 / (ITEMS * rows.propensity))
    alone.train(experience(told))
    assert np.array_equal(theta_of(learner), theta_of(alone))


def test_dr_is_least_squares_of_doubly_robust_outcomes():
    """Over all items: the matrix of all pairs, and residuals of what was shown."""
    rows, told = logged()
    learner = begun(DR(RidgeRanker(RIDGE), clip=3.0, candidates=ITEMS))
    learner.train(experience(told))
    x, eye = phi(rows), RIDGE * np.eye(9)
    direct = np.linalg.solve(eye + (x.T * told.weight) @ x, x.T @ (told.weight * rows.label))
    seen = np.unique(rows.item)
    a, b = eye.copy(), np.zeros(9)
    for row in range(len(rows)):
        for item in seen:
            one = np.kron(rows.user_features[row], [1.0, *FEATURES[item]])
            outcome = one @ direct
            if item == rows.item[row]:
                rho = min(3.0, 1.0 / (ITEMS * rows.propensity[row]))
                outcome += rho * len(seen) * (rows.label[row] - one @ direct)
            a += told.weight[row] / len(seen) * np.outer(one, one)
            b += told.weight[row] / len(seen) * outcome * one
    np.testing.assert_allclose(theta_of(learner), np.linalg.solve(a, b), rtol=1e-8)


def test_drawn_candidates_stand_for_all():
    _, told = logged(6000)
    few, every = (begun(DR(RidgeRanker(RIDGE), candidates=count)) for count in (5, ITEMS))
    for learner in (few, every):
        learner.train(experience(told))
    np.testing.assert_allclose(theta_of(few), theta_of(every), atol=0.02)


@pytest.mark.parametrize(("kind", "off"), [(RidgeRanker, 0.2), (IPS, 0.02), (DR, 0.02)])
def test_what_is_shown_to_whom_biases_a_wrong_model_unless_weighted(kind, off):
    """A model of one number per user feature cannot tell items apart: it learns the mean of what is shown.

    Two items, one context. Item 0 has rate .8 and is shown 9 times in 10, item 1 has rate .2. Over both items the mean
    is .5; over what was shown .74.
    """
    n, rng = 40_000, np.random.default_rng(1)
    item = (rng.uniform(size=n) > 0.9).astype(np.int64)
    rows = impressions(n).replace(
        item=item,
        propensity=np.where(item == 0, 0.9, 0.1),
        label=(rng.uniform(size=n) < np.where(item == 0, 0.8, 0.2)).astype(float),
        user_features=np.ones((n, 1)),
        item_features=np.zeros((n, 1)),
    )
    base = RidgeRanker(1.0, model="shared")
    learner = base if kind is RidgeRanker else kind(base)
    learner.begin(Space(users=1, user_dim=1, items=2, item_dim=1, size=1, turnover=True))
    learner.train(experience(examples(rows)))
    assert abs(theta_of(learner)[0] - 0.5) == pytest.approx(0.24 if kind is RidgeRanker else 0.0, abs=0.02)
    assert (abs(theta_of(learner)[0] - 0.5) > off) == (kind is RidgeRanker)


def test_the_propensity_is_kept_for_it():
    assert IPS(EpsilonGreedy()).reads == ("item", "propensity")
    assert "propensity" in Softmax(IPS()).reads
    assert "propensity" in DR().reads


def test_what_cannot_be_done_is_refused():
    rows = impressions(5).replace(propensity=np.array([0.1, 0.1, np.nan, 0.1, 0.1]))
    learner = begun(IPS(), FIXED)
    with pytest.raises(ValueError, match="an impression has no propensity: the policy that showed it gave none"):
        learner.train(experience(examples(rows)))
    with pytest.raises(ValueError, match=r"DR cannot have LogisticRanker\(\) as its base"):
        DR(LogisticRanker())
