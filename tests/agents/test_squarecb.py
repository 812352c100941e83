"""SquareCB: the law of the paper, written out."""

from __future__ import annotations

import numpy as np
import pytest

from agents import EpsilonGreedy, RidgeRanker, SquareCB
from agents.learners.squarecb import inverse_gaps
from tests.support.logs import ITEMS, begun, examples, experience, impressions, observations


def test_the_law_of_the_paper():
    estimate = np.random.default_rng(0).uniform(size=(50, 7))
    found = inverse_gaps(estimate, 30.0)
    for row, said in zip(estimate, found, strict=True):
        best = row.argmax()
        chance = [1 / (7 + 30.0 * (row[best] - one)) for one in row]
        chance[best] = 1 - sum(chance[:best] + chance[best + 1 :])
        assert said.tolist() == pytest.approx(chance, rel=1e-12)
    np.testing.assert_allclose(found.sum(axis=1), 1.0, rtol=1e-14)
    assert found.min() > 0


def test_first_items_are_drawn_by_it():
    learner = begun(SquareCB(RidgeRanker(), gamma=40.0))
    learner.train(experience(examples(impressions(300))))
    asked, policy = observations(n=30), learner.policy()
    slates, known = policy.act(asked), learner.base.policy().estimates(asked)
    places = asked.catalogue.positions(slates.items[:, 0])
    np.testing.assert_allclose(slates.propensity[:, 0], inverse_gaps(known, 40.0)[np.arange(30), places], rtol=1e-12)
    assert np.array_equal(slates.predicted[:, 0], known[np.arange(30), places])


def test_with_nothing_known_it_is_uniform():
    slates = SquareCB(EpsilonGreedy()).policy().act(observations(n=5))
    np.testing.assert_allclose(slates.propensity, 1 / ITEMS, rtol=1e-8)
