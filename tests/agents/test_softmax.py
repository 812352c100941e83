"""Softmax: propensities are those of the law, however they are computed."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.integrate import quad

from agents import EpsilonGreedy, LogisticRanker, RidgeRanker, Softmax, Uniform
from agents.learners.estimates import estimates, expected, predictions
from agents.learners.plackett_luce import at_each_position, draw, log_weights, of_slate
from tests.support.logs import FIXED, begun, examples, experience, impressions, observations

SPREADS = [0.0, 1.0, 4.0, 11.0]


def enumerated(weight, size):
    """Return the probability of each item at each position, and of each slate, by going through all slates."""
    at, slates = np.zeros((len(weight), size)), {}
    for slate in permutations(range(len(weight)), size):
        chance, left = 1.0, sum(weight)
        for item in slate:
            chance, left = chance * weight[item] / left, left - weight[item]
        slates[slate] = chance
        for position, item in enumerate(slate):
            at[item, position] += chance
    return at, slates


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize(("items", "size"), [(2, 2), (5, 3), (7, 4), (6, 6)])
def test_propensities_are_those_of_all_slates_gone_through(spread, items, size):
    score = log_weights(spread * np.random.default_rng(items).uniform(size=(1, items)))
    at, slates = enumerated(np.exp(score[0]).tolist(), size)
    shown = np.array(list(slates))
    found = at_each_position(np.repeat(score, len(shown), axis=0), shown)
    np.testing.assert_allclose(found, at[shown, np.arange(size)], rtol=1e-8)
    np.testing.assert_allclose(of_slate(np.repeat(score, len(shown), axis=0), shown), list(slates.values()), rtol=1e-11)


def test_of_many_items_each_position_is_filled_by_somebody():
    """Summed over the items, the propensity of a position is 1."""
    items, size = 120, 5
    score = log_weights(np.random.default_rng(1).normal(size=(1, items)) * 2.0)
    shown = np.array([[(first + k) % items for k in range(size)] for first in range(items)])
    found = at_each_position(np.repeat(score, items, axis=0), shown)
    np.testing.assert_allclose(found.sum(axis=0), 1.0, rtol=1e-9)


def test_one_item_far_ahead():
    """Differences of the order of rounding do not matter."""
    found = at_each_position(log_weights(np.array([[0.0, -60.0, -61.0]])), np.array([[0, 1, 2], [1, 0, 2]]))
    second = 1.0 / (1.0 + np.exp(-1.0))
    np.testing.assert_allclose(found[0], [1.0, second, second], rtol=1e-6)
    assert found[1, 1] == pytest.approx(np.exp(-60.0) + np.exp(-61.0), rel=1e-3)


def test_drawn_slates_are_as_frequent_as_they_say():
    score = log_weights(np.array([[0.0, 1.0, 2.0, 0.5]]))
    uniforms = np.random.default_rng(0).uniform(size=(200_000, 4))
    shown = draw(np.repeat(score, len(uniforms), axis=0), uniforms, 2)
    at, slates = enumerated(np.exp(score[0]).tolist(), 2)
    codes = np.bincount(shown[:, 0] * 4 + shown[:, 1], minlength=16) / len(shown)
    for (first, second), chance in slates.items():
        assert codes[first * 4 + second] == pytest.approx(chance, abs=5 * np.sqrt(chance / len(shown)))
    assert (np.bincount(shown[:, 1]) / len(shown)).tolist() == pytest.approx(at[:, 1].tolist(), abs=0.005)


def test_scipy_integrates_to_the_same():
    weight, item = np.array([3.0, 1.0, 0.5, 0.2]), 2

    def density(t):
        early = 1 - np.exp(-np.delete(weight, item) * t)
        exactly = np.prod(early) * np.sum((1 - early) / early) if t > 0 else 0.0
        one_left = [np.prod(np.delete(early, k)) * (1 - early[k]) for k in range(3)]
        assert t == 0 or exactly == pytest.approx(sum(one_left))
        return weight[item] * np.exp(-weight[item] * t) * sum(one_left)

    found = at_each_position(np.log(weight / 3.0)[None], np.array([[0, 1, item]]))[0, 2]
    assert found == pytest.approx(quad(density, 0, np.inf)[0], rel=1e-7)


@pytest.mark.parametrize("base", [RidgeRanker(), LogisticRanker(), EpsilonGreedy(), RidgeRanker(model="per_item")])
def test_it_is_the_softmax_of_what_the_base_predicts(base):
    learner, alone = begun(Softmax(base, 0.2), FIXED), begun(base, FIXED)
    for one in (learner, alone):
        one.train(experience(examples(impressions(400))))
    asked = observations(n=30, size=1)
    known = estimates(alone.policy(), asked)
    each = [alone.policy().predict(asked, np.full(30, item)) for item in asked.catalogue.ids]
    np.testing.assert_allclose(known, np.column_stack(each), rtol=1e-12)
    chance = np.exp(known / 0.2) / np.exp(known / 0.2).sum(axis=1, keepdims=True)
    slates = learner.policy().act(asked)
    np.testing.assert_allclose(slates.propensity[:, 0], chance[np.arange(30), slates.items[:, 0]], rtol=1e-9)
    assert np.array_equal(learner.policy().propensity(asked, slates.items), slates.propensity)
    np.testing.assert_allclose(learner.policy().slate_propensity(asked, slates.items), slates.propensity[:, 0])


def test_what_it_expects_of_impressions_is_what_its_base_does():
    rows = impressions(5000)
    learner = begun(Softmax(RidgeRanker()))
    learner.train(experience(examples(rows)))
    w = np.column_stack([np.ones(len(rows)), rows.item_features])
    phi = (rows.user_features[:, :, None] * w[:, None, :]).reshape(len(rows), -1)
    theta = np.linalg.solve(10.0 * np.eye(phi.shape[1]) + phi.T @ phi, phi.T @ rows.label)
    np.testing.assert_allclose(predictions(learner, rows), phi @ theta, rtol=1e-9)
    assert np.isnan(expected(Uniform().policy(), rows)).all()


def test_its_base_is_its_own():
    base = EpsilonGreedy()
    learner = Softmax(base)
    learner.train(experience(examples(impressions(50))))
    assert base._counts.total == 0.0
    assert learner.reads == ("item",)
    with pytest.raises(TypeError, match="base is 3, expected a learner such as"):
        Softmax(3)
