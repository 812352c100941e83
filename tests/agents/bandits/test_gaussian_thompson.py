"""Gaussian Thompson sampling against its formula, round by round, and on labels that are not 0 or 1."""

from statistics import NormalDist

import numpy as np
import pytest

from agents import GaussianThompson
from tests.support.logs import examples, experience, impressions, observations
from tests.support.rounds import by_arm, first_best, luck, played, simulated

RATES = (0.6, 0.4, 0.3)


@pytest.mark.parametrize("delay", [0, 30])
def test_every_round_is_that_of_the_draws(delay):
    def rule(now, known):
        pairs = enumerate(zip(*by_arm(known, 3), strict=True))
        return first_best([NormalDist(w / (n + 1), (n + 1) ** -0.5).inv_cdf(luck(now, k)) for k, (n, w) in pairs])

    assert simulated(GaussianThompson(), RATES, 500, delay) == played(rule, RATES, 500, delay)


def test_it_learns_means_of_any_labels():
    rows, learner = impressions(2000), GaussianThompson(scale=0.1)
    values = 40.0 * rows.item + np.random.default_rng(0).normal(size=2000)
    told = examples(rows)
    told.label = values
    learner.train(experience(told))
    slates = learner.policy().act(observations(size=1))
    assert set(slates.items[:, 0]) == {24}
    assert slates.predicted[0, 0] == pytest.approx(values[rows.item == 24].mean())
