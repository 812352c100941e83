"""Hybrid LinUCB and LinTS: one regression on both kinds of features, and the paper's algorithm step by step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from agents import LinTSHybrid, LinUCBHybrid
from sim.draws import child
from tests.support.logs import FEATURES, ITEMS, P, begun, examples, experience, impressions, observations

RIDGE, ALPHA, K = 0.7, 0.4, 9


def joint(z, features, item):
    """Return shared features, then those of the item in its block."""
    own = np.zeros(ITEMS * P)
    own[item * P : (item + 1) * P] = z
    return np.concatenate([np.kron(z, [1.0, *features]), own])


def bounds_of_regression(rows, weight, asked):
    x = np.array([joint(z, w, i) for z, w, i in zip(rows.user_features, rows.item_features, rows.item, strict=True)])
    inverse = np.linalg.inv(RIDGE * np.eye(x.shape[1]) + (x.T * weight) @ x)
    theta = inverse @ (x.T @ (weight * rows.label))
    pairs = np.array([[joint(z, asked.catalogue.features[i], i) for i in range(ITEMS)] for z in asked.features])
    return pairs @ theta, np.einsum("nmi,ij,nmj->nm", pairs, inverse, pairs)


def algorithm_2(rows):
    """Return mean and variance of a pair by the paper's updates, one example after the other."""
    a0, b0 = RIDGE * np.eye(K), np.zeros(K)
    a, b, c = {}, {}, {}
    for z, w, item, r in zip(rows.user_features, rows.item_features, rows.item.tolist(), rows.label, strict=True):
        shared = np.kron(z, [1.0, *w])
        a.setdefault(item, RIDGE * np.eye(P)), b.setdefault(item, np.zeros((P, K))), c.setdefault(item, np.zeros(P))
        inverse = np.linalg.inv(a[item])
        a0, b0 = a0 + b[item].T @ inverse @ b[item], b0 + b[item].T @ inverse @ c[item]
        a[item], b[item], c[item] = a[item] + np.outer(z, z), b[item] + np.outer(z, shared), c[item] + r * z
        inverse = np.linalg.inv(a[item])
        a0 = a0 + np.outer(shared, shared) - b[item].T @ inverse @ b[item]
        b0 = b0 + r * shared - b[item].T @ inverse @ c[item]
    i0 = np.linalg.inv(a0)

    def of(x, w, item):
        z, ia = np.kron(x, [1.0, *w]), np.linalg.inv(a[item])
        theta = ia @ (c[item] - b[item] @ i0 @ b0)
        s = z @ i0 @ z - 2 * z @ i0 @ b[item].T @ ia @ x + x @ ia @ x + x @ ia @ b[item] @ i0 @ b[item].T @ ia @ x
        return z @ i0 @ b0 + x @ theta, s

    return of


def test_it_is_one_regression_on_both_kinds_of_features():
    rows, asked = impressions(300), observations(n=20)
    told = examples(rows)
    told.weight = np.random.default_rng(0).uniform(0.3, 2.0, 300)
    learner = begun(LinUCBHybrid(ALPHA, RIDGE))
    learner.train(experience(told))
    mean, variance = bounds_of_regression(rows, told.weight, asked)
    policy = learner.policy()
    np.testing.assert_allclose(policy.estimates(asked), mean, atol=1e-9)
    order = np.argsort(-(mean + ALPHA * np.sqrt(variance)), axis=1, kind="stable")[:, :4]
    assert np.array_equal(policy.act(asked).items, order)
    np.testing.assert_allclose(
        learner.predict(rows)[:3],
        policy.predict(replace(asked, features=rows.user_features[:3]).take(slice(0, 3)), rows.item[:3]),
        rtol=1e-9,
    )


def test_it_is_algorithm_2():
    rows, asked = impressions(200), observations(n=6)
    learner = begun(LinUCBHybrid(ALPHA, RIDGE))
    for start in range(0, 200, 40):
        learner.train(experience(examples(rows.part(start, start + 40))))
    of, (theta, covariance) = algorithm_2(rows), learner.policy()._models(asked.catalogue)
    for z in asked.features:
        for item in np.unique(rows.item):
            mean, variance = of(z, FEATURES[item], int(item))
            np.testing.assert_allclose(theta[item] @ z, mean, atol=1e-9)
            np.testing.assert_allclose(z @ covariance[item] @ z, variance, rtol=1e-8)


def test_retired_items_leave_what_they_said_of_shared_weights():
    rows, asked = impressions(300), observations(n=5, ids=np.arange(100, 125))
    one, other = begun(LinUCBHybrid()), begun(LinUCBHybrid())
    for learner in (one, other):
        learner.train(experience(examples(rows)))
    one._sums.forget(100)
    assert len(one._sums.items.all()) == 16
    np.testing.assert_allclose(one.policy().estimates(asked), other.policy().estimates(asked), atol=1e-10)


def test_draws_are_those_of_the_joint_posterior():
    """Means and covariances of drawn scores, over many visits of one user, are those of the regression."""
    rows, count, scale = impressions(30), 40_000, 0.6
    learner = begun(LinTSHybrid(scale, RIDGE))
    learner.train(experience(examples(rows)))
    one = observations(n=1)
    visits = np.arange(count)
    asked = replace(
        one, at=np.zeros(count), user=np.zeros(count, dtype=np.int64), visit=visits,
        features=np.repeat(one.features, count, axis=0), keys=child(np.uint64(5), visits),
    )  # fmt: skip
    policy = learner.policy()
    drawn = policy.estimates(asked) + scale * policy._noise(asked)
    pairs = np.array([joint(one.features[0], one.catalogue.features[i], i) for i in range(ITEMS)])
    x = np.array([joint(z, w, i) for z, w, i in zip(rows.user_features, rows.item_features, rows.item, strict=True)])
    inverse = np.linalg.inv(RIDGE * np.eye(x.shape[1]) + x.T @ x)
    covariance = scale**2 * pairs @ inverse @ pairs.T
    spread = np.sqrt(np.diag(covariance))
    assert np.abs(drawn.mean(axis=0) - pairs @ inverse @ (x.T @ rows.label)).max() < 4.5 * spread.max() / np.sqrt(count)
    error = np.abs(np.cov(drawn.T) - covariance) / np.outer(spread, spread)
    assert error.max() < 4.5 * np.sqrt(2 / count)
    assert np.abs(covariance / np.outer(spread, spread) - np.eye(ITEMS)).max() > 0.2  # items are not independent
    assert np.array_equal(policy.act(asked).items, np.argsort(-drawn, axis=1, kind="stable")[:, :4])
