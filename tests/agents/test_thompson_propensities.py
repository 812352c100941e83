"""Propensities of Thompson policies: the shares of many slates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agents import BetaThompson, LinTS, LogisticThompson
from agents.learners.order_of_betas import places
from tests.support.logs import FIXED, ITEMS, begun, examples, experience, impressions, observations


def repeated(n):
    """Return n requests that differ in nothing but their keys."""
    one, many = observations(n=1), observations(n=n)
    return replace(many, user=np.zeros(n, dtype=np.int64), features=np.repeat(one.features, n, axis=0))


@pytest.mark.long
@pytest.mark.parametrize("scale", [1.0, pytest.param(30.0, marks=pytest.mark.slow), 3000.0])
def test_places_of_beta_draws(scale):
    """Against a quarter of a million draws; also where some laws are a thousand times narrower than others."""
    rng = np.random.default_rng(int(scale))
    a, b = rng.uniform(0.5, 3.0, 6) * np.array([1, 1, 1, scale, scale, scale]), rng.uniform(0.5, 3.0, 6)
    b = b * np.array([1, 1, 1, scale, scale, scale])
    order = np.argsort(-rng.beta(a, b, size=(250_000, 6)), axis=1)
    expected = np.array([[(order[:, k] == i).mean() for k in range(6)] for i in range(6)])
    found = places(a, b, 6)
    assert np.abs(found - expected).max() < 0.002 + 5 * np.sqrt(0.25 / 250_000)
    np.testing.assert_allclose(found.sum(axis=0), 1.0)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, atol=0.004)


def test_beta_thompson_shows_items_as_often_as_it_says():
    learner = BetaThompson(propensities=True)
    learner.train(experience(examples(impressions(400))))
    slates = learner.policy().act(repeated(20_000))
    for position in range(4):
        for item in range(ITEMS):
            mine = slates.items[:, position] == item
            if mine.any():
                (said,) = set(slates.propensity[mine, position].tolist())
                assert mine.mean() == pytest.approx(said, abs=0.002 + 5 * np.sqrt(said / 20_000))
    assert learner.incremental() is None


@pytest.mark.long
@pytest.mark.parametrize("kind", [LinTS, LogisticThompson])
@pytest.mark.parametrize("model", ["shared", "per_item"])
def test_drawing_again_has_the_error_that_is_stated(kind, model):
    """Bias (1 - p) / (draws + 1) and standard error sqrt(p (1 - p) / draws), over requests."""
    draws, n = 20, 1500
    learner = begun(kind(scale=1.0, model=model, propensity_draws=draws), FIXED)
    learner.train(experience(examples(impressions(400))))
    slates = learner.policy().act(repeated(n))
    first = slates.items[:, 0]
    usual = np.bincount(first).argmax()
    p, said = (first == usual).mean(), slates.propensity[first == usual, 0]
    assert 0.05 < p < 0.95
    error = 4 * np.sqrt(p * (1 - p) / n) * 2
    assert said.mean() == pytest.approx(p + (1 - p) / (draws + 1), abs=error)
    assert said.std() == pytest.approx(np.sqrt(p * (1 - p) / draws), rel=0.15)
    plain = begun(kind(scale=1.0, model=model), FIXED)
    plain.train(experience(examples(impressions(400))))
    assert np.array_equal(plain.policy().act(repeated(50)).items, learner.policy().act(repeated(50)).items)
    part = learner.policy().act(repeated(n).take(slice(40, 43)))
    assert np.array_equal(part.propensity, slates.propensity[40:43])
