"""Matrix factorisation: steps written out, a low-rank matrix found, users folded in."""

from __future__ import annotations

import numpy as np
import pytest

from agents import MatrixFactorisation
from agents.learners.matrix_factorisation import beginnings
from sim.ports import Space
from tests.support.logs import USERS, begun, examples, experience, impressions, observations


def written_out(rows, factors, rate, ridge, passes):
    """Return estimates of all users and items after a refit, by dictionaries of lists."""
    mean = rows.label.mean()
    p, q = {u: np.zeros(factors) for u in range(USERS)}, {}
    bu, bi = dict.fromkeys(range(USERS), 0.0), dict.fromkeys(range(30), 0.0)
    for item in range(30):
        q[item] = beginnings(np.array([item]), factors)[0]
    for _ in range(passes):
        for u, i, y in zip(rows.user.tolist(), rows.item.tolist(), rows.label.tolist(), strict=True):
            error = y - mean - bu[u] - bi[i] - p[u] @ q[i]
            bu[u], bi[i] = bu[u] + rate * (error - ridge * bu[u]), bi[i] + rate * (error - ridge * bi[i])
            p[u], q[i] = p[u] + rate * (error * q[i] - ridge * p[u]), q[i] + rate * (error * p[u] - ridge * q[i])
    return lambda u, i: mean + bu[u] + bi[i] + p[u] @ q[i]


def test_a_refit_makes_these_steps():
    rows = impressions(250)
    learner = begun(MatrixFactorisation(factors=3, rate=0.1, ridge=0.05, passes=4))
    learner.train(experience(examples(rows), refit=True))
    said = written_out(rows, 3, 0.1, 0.05, 4)
    asked = observations(n=12)
    expected = [[said(int(u), int(i)) for i in asked.catalogue.ids] for u in asked.user]
    np.testing.assert_allclose(learner.policy().estimates(asked), expected, rtol=1e-9)
    np.testing.assert_allclose(learner.predict(rows)[0], said(int(rows.user[0]), int(rows.item[0])), rtol=1e-9)


def world(n, seed=0, users=60, items=40):
    """Return impressions of outcomes of rank two, and the true mean of every pair."""
    rng = np.random.default_rng(seed)
    truth = 0.5 + 0.2 * rng.normal(size=(users, 2)) @ rng.normal(size=(2, items))
    user, item = rng.integers(0, users, n), rng.integers(0, items, n)
    rows = impressions(n).replace(user=user, item=item, label=truth[user, item] + 0.05 * rng.normal(size=n))
    return rows, truth


def fitted(rows, **parameters):
    learner = MatrixFactorisation(**parameters)
    learner.begin(Space(users=60, user_dim=1, items=40, item_dim=0, size=1, turnover=False))
    learner.train(experience(examples(rows), refit=True))
    return learner


def errors(learner, truth):
    policy = learner.policy()
    pairs = np.array([(u, i) for u in range(60) for i in range(40)])
    return np.abs(policy.expected(pairs[:, 0], pairs[:, 1]).reshape(60, 40) - truth).mean(axis=1)


@pytest.mark.slow
def test_it_finds_a_matrix_of_low_rank():
    rows, truth = world(8000)
    learner = fitted(rows, factors=4, rate=0.05, ridge=0.01, passes=40)
    spread = np.abs(truth - truth.mean()).mean()
    assert errors(learner, truth).mean() < 0.25 * spread


@pytest.mark.long
def test_a_new_user_is_folded_in_and_nobody_else_moves_much():
    rows, truth = world(2000)
    learner = fitted(rows.take(rows.user != 7), factors=4, rate=0.05, ridge=0.01, passes=20)
    before = errors(learner, truth)
    learner.train(experience(examples(rows.take(rows.user == 7))))
    after = errors(learner, truth)
    assert after[7] < 0.5 * before[7]
    assert np.delete(after, 7).mean() < 1.5 * np.delete(before, 7).mean()
