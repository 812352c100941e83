"""Logistic Thompson: the Laplace posterior, found by another program."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from agents import LogisticThompson
from tests.support.logs import FIXED, ITEMS, P, begun, examples, experience, impressions, observations


def negative_log_posterior(theta, x, label, weight, ridge):
    odds = x @ theta
    return weight @ (np.logaddexp(0.0, odds) - label * odds) + 0.5 * ridge * theta @ theta


def numeric_hessian(f, at, h=1e-3):
    """Return second differences of a function."""
    steps = h * np.eye(len(at))
    return np.array([[
        (f(at + a + b) - f(at + a - b) - f(at - a + b) + f(at - a - b)) / (4 * h * h) for b in steps
    ] for a in steps])  # fmt: skip


def laplace(x, label, weight, ridge):
    """Return mode and covariance, by a general minimiser and differences."""

    def f(theta):
        return negative_log_posterior(theta, x, label, weight, ridge)

    mode = minimize(f, np.zeros(x.shape[1]), method="BFGS", options={"gtol": 1e-9}).x
    return mode, np.linalg.inv(numeric_hessian(f, mode))


def test_the_posterior_of_the_shared_model():
    rows = impressions(150)
    weight = np.random.default_rng(0).uniform(0.2, 2.0, 150)
    learner = begun(LogisticThompson(ridge=0.7))
    told = examples(rows)
    told.weight = weight
    learner.train(experience(told))
    w = np.column_stack([np.ones(150), rows.item_features])
    x = (rows.user_features[:, :, None] * w[:, None, :]).reshape(150, -1)
    mode, covariance = laplace(x, rows.label, weight, 0.7)
    pairs = learner.policy()._pairs
    np.testing.assert_allclose(pairs.theta.ravel(), mode, atol=1e-5)
    np.testing.assert_allclose(pairs.inverse, covariance, rtol=1e-4, atol=1e-6)


def test_the_posterior_of_each_item():
    rows = impressions(400)
    learner = begun(LogisticThompson(model="per_item"), FIXED)
    learner.train(experience(examples(rows)))
    pairs = learner.policy()._pairs
    assert pairs.inverse.shape == (ITEMS, P, P)
    for item in (0, 11):
        mine = rows.item == item
        mode, covariance = laplace(rows.user_features[mine], rows.label[mine], np.ones(mine.sum()), 1.0)
        np.testing.assert_allclose(pairs.theta[item], mode, atol=1e-5)
        np.testing.assert_allclose(pairs.inverse[item], covariance, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("model", ["shared", "per_item"])
def test_an_item_is_first_as_often_as_under_the_posterior(model):
    """Drawn by numpy's own normal law, from the posterior found by the minimiser."""
    rows, n = impressions(400), 20_000
    learner = begun(LogisticThompson(scale=0.8, model=model), FIXED)
    learner.train(experience(examples(rows)))
    one, asked = observations(n=1), observations(n=n)
    asked = observations(n=n).__class__(**{
        name: getattr(asked, name) for name in ("at", "user", "visit", "catalogue", "size", "keys")
    } | {"features": np.repeat(one.features, n, axis=0)})  # fmt: skip
    shown = learner.policy().act(asked).items[:, 0]
    z, rng, pairs = one.features[0], np.random.default_rng(5), learner.policy()._pairs
    if model == "shared":
        w = np.column_stack([np.ones(ITEMS), asked.catalogue.features])
        theta = rng.multivariate_normal(pairs.theta.ravel(), 0.64 * pairs.inverse, n)
        odds = np.einsum("npq,p,mq->nm", theta.reshape(n, P, -1), z, w)
    else:
        each = zip(pairs.theta, pairs.inverse, strict=True)
        odds = np.column_stack([rng.multivariate_normal(t, 0.64 * v, n) @ z for t, v in each])
    expected = np.bincount(odds.argmax(axis=1), minlength=ITEMS) / n
    found = np.bincount(shown, minlength=ITEMS) / n
    assert np.abs(found - expected).max() < 5 * np.sqrt(2 * 0.25 / n)
    assert expected.max() > 0.05


def test_before_any_example_it_draws_from_the_prior():
    slates = begun(LogisticThompson()).policy().act(observations(n=500))
    assert len(set(slates.items[:, 0].tolist())) > 3  # those that some direction of features favours
    assert (slates.predicted == expit(0.0)).all()
