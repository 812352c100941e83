"""Bootstrapped Thompson sampling: its spread is that of the posterior mean's sampling law."""

from __future__ import annotations

import numpy as np
import pytest

from agents import BootstrapThompson, EpsilonGreedy, RidgeRanker
from agents.learners.bootstrap_thompson import weights
from tests.support.logs import ITEMS, begun, examples, experience, impressions, observations


def test_weights_are_exponential_and_differ_by_impression_and_copy():
    rows = impressions(4000)
    one, two = (weights(rows, copy) for copy in (0, 1))
    assert (one.mean(), one.std()) == pytest.approx((1.0, 1.0), abs=0.06)
    assert abs(np.corrcoef(one, two)[0, 1]) < 0.06
    some = np.array([7, 3, 3999])
    assert np.array_equal(weights(rows.take(some), 0), one[some])


def test_copies_are_weighted_least_squares_and_slates_are_theirs():
    rows = impressions(200)
    learner = begun(BootstrapThompson(RidgeRanker(1.0), copies=4))
    learner.train(experience(examples(rows)))
    w = np.column_stack([np.ones(200), rows.item_features])
    x = (rows.user_features[:, :, None] * w[:, None, :]).reshape(200, -1)
    asked = observations(n=60)
    item = np.column_stack([np.ones(ITEMS), asked.catalogue.features])
    scores = []
    for copy in range(4):
        weight = weights(rows, copy)
        theta = np.linalg.solve(np.eye(9) + (x.T * weight) @ x, x.T @ (weight * rows.label))
        scores.append(asked.features @ theta.reshape(3, 3) @ item.T)
    order = np.argsort(-np.array(scores), axis=2, kind="stable")[:, :, :4]
    slates = learner.policy().act(asked)
    assert all(any(row.tolist() == order[c, n].tolist() for c in range(4)) for n, row in enumerate(slates.items))
    np.testing.assert_allclose(slates.propensity, (order == slates.items).mean(axis=0))
    np.testing.assert_allclose(learner.policy().estimates(asked), np.mean(scores, axis=0), rtol=1e-9)
    assert len({tuple(order[:, 0].argmin(axis=0).tolist()), *map(tuple, slates.items.tolist())}) > 3


def test_the_spread_over_copies_is_that_of_a_mean():
    """200 outcomes of rate .4 for each item: a standard error of sqrt(.4 .6 / 200)."""
    rows = impressions(200 * ITEMS)
    learner = BootstrapThompson(EpsilonGreedy(), copies=60)
    learner.train(experience(examples(rows)))
    asked = observations(n=1)
    spread = np.array([[p.predict(asked, np.array([i]))[0] for i in range(ITEMS)] for p in learner.policy()._policies])
    assert spread.std(axis=0).mean() == pytest.approx(np.sqrt(0.24 / 200), rel=0.06)
