"""Bayes-UCB against its formula, round by round."""

from math import log

import pytest
from scipy import stats

from agents import BayesUCB
from tests.support.rounds import by_arm, first_best, played, simulated

RATES = (0.5, 0.4, 0.3)


@pytest.mark.parametrize("c", [0.0, 5.0])
@pytest.mark.parametrize("delay", [0, 30])
@pytest.mark.long
def test_every_round_is_that_of_the_quantile(delay, c):
    def rule(now, known):
        pulls, wins = by_arm(known, 3)
        t = len(known) + 1
        beyond = 1 / (t * max(log(t), 1) ** c)
        return first_best(
            [round(stats.beta.isf(beyond, 2 + w, 3 + n - w), 12) for n, w in zip(pulls, wins, strict=True)]
        )

    assert simulated(BayesUCB(2.0, 3.0, c), RATES, 200, delay) == played(rule, RATES, 200, delay)
