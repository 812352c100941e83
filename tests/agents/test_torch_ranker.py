"""The neural ranker in PyTorch: one step of Adam by hand, and what it learns."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pytest

from agents import TorchRanker
from tests.support.logs import begun, examples, experience, impressions, observations

torch = pytest.importorskip("torch", reason="torch is not installed")


def test_one_step_is_adam_on_the_weighted_cross_entropy():
    rows = impressions(50)
    told = examples(rows)
    told.weight = np.random.default_rng(0).uniform(0.5, 2.0, 50)
    learner = begun(TorchRanker(4, rate=0.01, passes=1, batch=100))
    w = np.column_stack([np.ones(50), rows.item_features])
    x = (rows.user_features[:, :, None] * w[:, None, :]).reshape(50, -1)
    learner._make(x.shape[1])
    before = [one.detach().numpy().copy() for one in learner._net.parameters()]
    learner.train(experience(told))
    hidden = x @ before[0].T + before[1]
    odds = np.maximum(hidden, 0) @ before[2][0] + before[3]
    slope = told.weight * (1 / (1 + np.exp(-odds)) - told.label) / 50
    back = slope[:, None] * before[2] * (hidden > 0)
    gradients = [back.T @ x, back.sum(axis=0), (slope @ np.maximum(hidden, 0))[None], slope.sum()[None]]
    for one, old, gradient in zip(learner._net.parameters(), before, gradients, strict=True):
        step = 0.01 * gradient / (np.abs(gradient) + 1e-8)  # the first step of Adam
        np.testing.assert_allclose(one.detach().numpy(), old - step, rtol=1e-9)


def test_it_learns_what_a_linear_model_cannot():
    """A yes where two features have one sign: the product of user and item features is linear, their order is not."""
    rows = impressions(4000)
    label = (np.abs(rows.user_features[:, 1]) > 0.7).astype(float)
    learner = begun(TorchRanker(16, passes=20))
    learner.train(experience(examples(rows.replace(label=label))))
    said = learner.predict(rows)
    assert ((said > 0.5) == label).mean() > 0.95


def test_a_copy_learns_on_alone():
    learner = begun(TorchRanker(8))
    learner.train(experience(examples(impressions(100))))
    other = deepcopy(learner)
    asked = observations()
    before = learner.policy().estimates(asked)
    other.train(experience(examples(impressions(100, seed=3))))
    assert np.array_equal(learner.policy().estimates(asked), before)
    learner.train(experience(examples(impressions(100, seed=3))))
    assert np.array_equal(learner.policy().estimates(asked), other.policy().estimates(asked))
