"""FTRL-proximal against the algorithm of the paper, written coordinate by coordinate."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents import FTRL
from agents.learners.item_table import ItemTable
from tests.support.logs import ITEMS, begun, examples, experience, impressions, observations


class Paper:
    """Algorithm 1, on sparse features by name."""

    def __init__(self, alpha, beta, l1, l2):
        self.alpha, self.beta, self.l1, self.l2 = alpha, beta, l1, l2
        self.z, self.n = {}, {}

    def weight(self, name):
        z, n = self.z.get(name, 0.0), self.n.get(name, 0.0)
        if abs(z) <= self.l1:
            return 0.0
        return -(z - math.copysign(self.l1, z)) / ((self.beta + math.sqrt(n)) / self.alpha + self.l2)

    def predict(self, x):
        return 1 / (1 + math.exp(-sum(self.weight(name) * value for name, value in x.items())))

    def learn(self, x, y, importance):
        p = self.predict(x)
        weights = {name: self.weight(name) for name in x}
        for name, value in x.items():
            g = importance * (p - y) * value
            n = self.n.get(name, 0.0)
            self.z[name] = (
                self.z.get(name, 0.0) + g - (math.sqrt(n + g * g) - math.sqrt(n)) / self.alpha * weights[name]
            )
            self.n[name] = n + g * g


def named(z, w, item):
    return {(a, b): z[a] * w[b] for a in range(len(z)) for b in range(len(w))} | {("item", item): 1.0}


@pytest.mark.parametrize("l1", [0.0, 0.4])
def test_it_is_the_algorithm_of_the_paper(l1):
    rows = impressions(300)
    learner, paper = begun(FTRL(0.3, 0.5, l1, 0.2)), Paper(0.3, 0.5, l1, 0.2)
    told = examples(rows)
    told.weight = np.random.default_rng(0).uniform(0.3, 2.0, 300)
    for start in range(0, 300, 50):
        learner.train(experience(told.part(start, start + 50)))
    w = np.column_stack([np.ones(300), rows.item_features])
    for row in range(300):
        x = named(rows.user_features[row], w[row], int(rows.item[row]))
        paper.learn(x, rows.label[row], told.weight[row])
    asked = observations(n=6)
    item = np.column_stack([np.ones(ITEMS), asked.catalogue.features])
    expected = [[paper.predict(named(z, item[i], i)) for i in range(ITEMS)] for z in asked.features]
    np.testing.assert_allclose(learner.policy().estimates(asked), expected, rtol=1e-10)
    assert (l1 > 0) == any(paper.weight(name) == 0.0 for name in paper.z)
    np.testing.assert_allclose(
        learner.predict(rows)[:5],
        [paper.predict(named(rows.user_features[r], w[r], int(rows.item[r]))) for r in range(5)],
        rtol=1e-10,
    )


def test_an_items_bias_tells_what_its_features_do_not():
    rows = impressions(4000)
    rows = rows.replace(
        label=(np.random.default_rng(0).uniform(size=4000) < np.where(rows.item == 7, 0.8, 0.2)).astype(float)
    )
    learner = begun(FTRL(alpha=0.5, l2=0.0))
    learner.train(experience(examples(rows)))
    mean = learner.policy().estimates(observations()).mean(axis=0)
    assert mean[7] == pytest.approx(0.8, abs=0.08)
    assert np.delete(mean, 7).mean() == pytest.approx(0.2, abs=0.04)


def test_rows_of_retired_items_are_dropped():
    table = ItemTable(2)
    for item in range(0, 10_000, 10):
        table.forget(max(0, item - 100))
        table.row(item)[0] = item
    assert len(table._rows) < 1000
    assert table.row(3) is None
    assert table.at(np.array([9990, 3, 50_000]))[:, 0].tolist() == [9990.0, 0.0, 0.0]
