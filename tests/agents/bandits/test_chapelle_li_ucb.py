"""The index of the table of 2011 against its formula, round by round, and with items of several ages."""

from dataclasses import replace
from math import log, sqrt

import numpy as np
import pytest

from agents import ChapelleLiUCB
from sim.ports import Catalogue
from tests.support.logs import examples, experience, impressions, observations
from tests.support.rounds import by_arm, first_best, played, simulated

RATES = (0.5, 0.4, 0.3)


def index(wins, pulls, t):
    x = 0.5 * log(t) / pulls
    return wins / pulls + sqrt(2 * (wins / pulls) * x) + 2 * x


@pytest.mark.parametrize("delay", [0, 30])
def test_every_round_is_that_of_the_formula(delay):
    def rule(now, known):
        pulls, wins = by_arm(known, 3)
        if 0 in pulls:
            return pulls.index(0)
        return first_best([index(w, n, now + 1) for n, w in zip(pulls, wins, strict=True)])

    assert simulated(ChapelleLiUCB(), RATES, 500, delay) == played(rule, RATES, 500, delay)


@pytest.mark.parametrize("step", ["1s", "1m"])
def test_each_item_has_a_clock_of_its_own(step):
    learner, rows = ChapelleLiUCB(step), impressions(400)
    learner.train(experience(examples(rows)))
    asked = observations(n=50, size=1)
    born = np.sort(np.random.default_rng(1).uniform(0, 1e5, 25))
    asked = replace(asked, catalogue=Catalogue(asked.catalogue.ids, asked.catalogue.features, born))
    length = {"1s": 1, "1m": 60}[step]
    pulls = np.bincount(rows.item, minlength=25).tolist()
    wins = np.bincount(rows.item, weights=rows.label, minlength=25).tolist()
    expected = [
        first_best([index(w, n, max((at - b) / length, 1)) for w, n, b in zip(wins, pulls, born, strict=True)])
        for at in asked.at
    ]
    assert learner.policy().act(asked).items[:, 0].tolist() == expected
    assert len(set(expected)) > 1  # an index moves between two versions
