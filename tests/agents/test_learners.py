"""Numbers of learners, worked out by hand or by an independent formula."""

import pickle
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from agents import (
    UCB1,
    BetaThompson,
    EpsilonGreedy,
    LinTS,
    LinUCB,
    LogisticRanker,
    RidgeRanker,
    Uniform,
)
from agents.learners._pieces import Pieces
from agents.learners.features import interactions, sums
from agents.learners.gram import Grams
from sim.ports import Catalogue, Examples, Space
from tests.support.logs import (
    FIXED,
    ITEMS,
    P,
    begun,
    examples,
    experience,
    impressions,
    observations,
)


def phi(asked):
    z, w = asked.features, np.hstack([np.ones((ITEMS, 1)), asked.catalogue.features])
    return np.einsum("na,mc->nmac", z, w).reshape(len(z), ITEMS, -1)


def pairs_of(rows):
    return np.concatenate([x for _, x in interactions(examples(rows))])


def trained(learner, rows):
    learner = begun(learner)
    learner.train(experience(rows))
    return learner.policy()


def test_linucb_is_its_formula():
    rows, asked = examples(impressions(150)), observations()
    x = pairs_of(rows.impressions)
    inverse = np.linalg.inv(2.0 * np.eye(x.shape[1]) + x.T @ x)
    theta = inverse @ x.T @ rows.label
    pairs = phi(asked)
    mean = pairs @ theta
    index = mean + 0.7 * np.sqrt(np.einsum("nmi,ij,nmj->nm", pairs, inverse, pairs))
    slates = trained(LinUCB(alpha=0.7, ridge=2.0), rows).act(asked)
    top = np.argsort(-index, axis=1)[:, :4]
    assert slates.items.tolist() == asked.catalogue.ids[top].tolist()
    np.testing.assert_allclose(slates.predicted, np.take_along_axis(mean, top, axis=1), rtol=1e-9, atol=1e-12)


def test_a_model_per_item_for_a_small_fixed_catalogue():
    rows = examples(impressions(200))
    learner = LinUCB(alpha=0.0, ridge=1.0)
    learner.begin(Space(30, 3, ITEMS, 2, 4, turnover=False))
    learner.model = "per_item"
    learner.begin(Space(30, 3, ITEMS, 2, 4, turnover=False))
    learner.train(experience(rows))
    asked = observations()
    slates = learner.policy().act(asked)
    item = int(slates.items[0, 0])
    mine = rows.impressions.item == item
    x = rows.impressions.user_features[mine]
    theta = np.linalg.solve(np.eye(3) + x.T @ x, x.T @ rows.label[mine])
    assert slates.predicted[0, 0] == pytest.approx(asked.features[0] @ theta, rel=1e-9)
    with pytest.raises(ValueError, match="items retire"):
        begun(LinUCB(model="per_item"))


def test_rank_one_updates_are_the_inverse():
    rng = np.random.default_rng(0)
    grams = Grams(2, 6, 1.5)
    x, y = rng.normal(size=(40, 6)), rng.normal(size=40)
    for i in range(40):
        grams[1].add(x[i : i + 1], y[i : i + 1], np.ones(1))
    grams[1].add(x[:5], y[:5], -np.ones(5))
    grams[1].solve()
    rest = x[5:]
    expected = np.linalg.inv(1.5 * np.eye(6) + rest.T @ rest)
    np.testing.assert_allclose(grams.inverse[1], expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(grams.theta[1], expected @ rest.T @ y[5:], rtol=1e-9, atol=1e-12)
    assert grams.inverse[0].tolist() == (np.eye(6) / 1.5).tolist()
    assert not grams.theta[0].any()


@pytest.mark.parametrize("copy", [deepcopy, lambda grams: pickle.loads(pickle.dumps(grams))], ids=["copy", "pickle"])
def test_a_copy_of_models_learns_for_itself(copy):
    grams = Grams(2, 3, 1.0)
    x = np.array([[1.0, 2.0, 0.0]])
    grams[1].add_one(x, 1.0, 1.0)
    grams[1].solve()
    copied = copy(grams)
    for twin in (grams, copied):
        before = twin.theta[1].tolist()
        twin[1].add_one(x, 0.0, 1.0)
        twin[1].solve()
        assert twin.theta[1].tolist() != before
    assert copied.theta.tolist() == grams.theta.tolist()
    assert copied.inverse.tolist() == grams.inverse.tolist()
    assert copied[1].a().tolist() == grams[1].a().tolist() == (np.eye(3) + 2.0 * x.T @ x).tolist()
    np.testing.assert_allclose(grams.theta[1], x[0] / 11.0, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 5, 200])
@pytest.mark.parametrize("far", [0, 100_000])
def test_many_examples_are_added_up_by_item(n, far):
    """In parts of any size, with weights of either sign, and ids that lie further apart than 16 bits reach."""
    rng = np.random.default_rng(n)
    rows = impressions(n).replace(item=far * rng.integers(0, 4, n), item_features=rng.normal(size=(n, 2)))
    rows = rows.replace(item_features=rows.item_features[np.unique(rows.item, return_inverse=True)[1]])
    told = Examples(rows, rows.label, rng.normal(size=n))
    x = pairs_of(rows)
    for at_once in (7, 1 << 16):
        a, b = (sum(parts) for parts in zip(*map(sums, told.parts(at_once)), strict=True))
        np.testing.assert_allclose(a, (x * told.weight[:, None]).T @ x, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(b, (told.weight * told.label) @ x, rtol=1e-9, atol=1e-10)


def test_it_makes_no_difference_how_examples_are_added_up(monkeypatch):
    rows, predicted = examples(impressions(400)), []
    for per_item in (0, np.inf):
        monkeypatch.setattr("agents.learners.linear.PER_ITEM", per_item)
        predicted.append(trained(RidgeRanker(1.0, model="shared"), rows).act(observations()).predicted)
    np.testing.assert_allclose(*predicted, rtol=1e-9)


@pytest.mark.parametrize("at_once", [8, 64, 1 << 16])
def test_a_logistic_fit_by_item_is_the_fit(monkeypatch, at_once):
    """Where there are many examples it begins with that of a few of them."""
    rows, predicted = examples(impressions(2000)), []
    monkeypatch.setattr("agents.learners.logistic.SUMMED_AT_ONCE", at_once)
    for many in (10**9, 1):
        monkeypatch.setattr("agents.learners.logistic.MANY", many)
        predicted.append(trained(LogisticRanker(2.0), rows).act(observations()).predicted)
    assert np.ptp(predicted[0]) > 0.05
    np.testing.assert_allclose(*predicted, rtol=1e-9)


@pytest.mark.parametrize("soft", [0.0, 0.25])
def test_pieces_are_the_same_each_time_they_are_read(soft):
    """What does not fit into a byte is read again."""
    rows = impressions(300)
    told = Examples(rows, np.abs(rows.label - soft), np.resize([1.0, -1.0, 1.0 - soft], 300))
    pieces = Pieces(told, 128)
    for _ in range(2):
        found = list(pieces.read(1))
        assert [len(label) for _, label, _ in found] == [128, 128, 44]
        for first, (items, label, weight) in zip((0, 128, 256), found, strict=True):
            part = told.part(first, first + 128)
            order = np.argsort(part.impressions.item, kind="stable")
            assert (label == part.label[order]).all()
            assert (weight == part.weight[order]).all()
            assert (items.z == part.impressions.user_features[order]).all()
    assert [len(label) for _, label, _ in pieces.read(2)] == [128, 44]


def test_linear_thompson_draws_from_its_posterior():
    rows = examples(impressions(150))
    x = pairs_of(rows.impressions)
    inverse = np.linalg.inv(np.eye(x.shape[1]) + x.T @ x)
    policy = trained(LinTS(scale=0.5, ridge=1.0), rows)
    asked = observations(n=4000)
    noise = policy._shared_noise(asked)
    pairs = phi(asked)
    sd = np.sqrt(np.einsum("nmi,ij,nmj->nm", pairs, inverse, pairs))
    z = noise / sd
    assert z.mean() == pytest.approx(0.0, abs=0.05)
    assert z.std() == pytest.approx(1.0, abs=0.03)
    assert policy.act(asked).propensity is None


def test_ridge_ranks_by_its_regression():
    rows, asked = examples(impressions(150)), observations()
    x = pairs_of(rows.impressions)
    theta = np.linalg.solve(10.0 * np.eye(x.shape[1]) + x.T @ x, x.T @ rows.label)
    slates = trained(RidgeRanker(10.0), rows).act(asked)
    top = np.argsort(-(phi(asked) @ theta), axis=1)[:, :4]
    assert slates.items.tolist() == top.tolist()


def test_logistic_finds_the_maximum():
    rows = examples(impressions(300))
    learner = begun(LogisticRanker(2.0))
    learner.train(experience(rows))
    x = pairs_of(rows.impressions)
    slope = x.T @ (rows.label - expit(x @ learner._theta)) - 2.0 * learner._theta
    assert np.abs(slope).max() < 1e-6
    predicted = learner.policy().act(observations()).predicted
    assert ((predicted > 0) & (predicted < 1)).all()


def test_ucb1_index_by_hand():
    rows = impressions(100)
    learner = UCB1()
    learner.train(experience(examples(rows)))
    pulls = np.bincount(rows.item, minlength=ITEMS)
    wins = np.bincount(rows.item, weights=rows.label, minlength=ITEMS)
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.where(pulls > 0, wins / pulls + np.sqrt(2 * np.log(100) / pulls), np.inf)
    assert learner.policy().act(observations()).items[0].tolist() == np.argsort(-index, kind="stable")[:4].tolist()


def test_thompson_draws_from_beta():
    from scipy import stats

    rows = impressions(400)
    learner = BetaThompson(2.0, 3.0)
    learner.train(experience(examples(rows)))
    asked = observations(n=4000, size=1)
    first = np.bincount(learner.policy().act(asked).items[:, 0], minlength=ITEMS) / 4000
    pulls = np.bincount(rows.item, minlength=ITEMS)
    wins = np.bincount(rows.item, weights=rows.label, minlength=ITEMS)
    draws = stats.beta(2 + wins, 3 + pulls - wins).rvs((40_000, ITEMS), random_state=1)
    wanted = np.bincount(draws.argmax(axis=1), minlength=ITEMS) / 40_000
    assert np.abs(first - wanted).max() < 0.03


def test_epsilon_greedy_explores_as_often_as_it_says():
    learner = EpsilonGreedy(0.2)
    learner.train(experience(examples(impressions(2000))))
    slates = learner.policy().act(observations(n=5000))
    greedy = slates.items[np.argmax(slates.propensity[:, 0])]
    explored = (slates.items != greedy).any(axis=1).mean()
    assert explored == pytest.approx(0.2, abs=0.02)
    assert slates.propensity.max() == pytest.approx(0.8 + 0.2 / ITEMS)
    assert slates.propensity.min() == pytest.approx(0.2 / ITEMS)


def test_uniform_is_uniform():
    slates = Uniform().policy().act(observations(n=20_000))
    for position in range(4):
        counts = np.bincount(slates.items[:, position], minlength=ITEMS)
        assert np.abs(counts - 800).max() < 5 * np.sqrt(800)
    assert (slates.propensity == 1 / ITEMS).all()


def test_plain_arms_have_models_of_their_own_however_many():
    """Nothing but their ids tells items without features apart."""
    space = Space(users=1, user_dim=1, items=40, item_dim=0, size=1, turnover=False)
    rows = impressions(400)
    rows = rows.replace(user_features=np.ones((400, 1)), item_features=np.ones((400, 0)))
    rows = rows.replace(item=np.arange(400) % 40, label=(np.arange(400) % 40 == 33).astype(float))
    asked = observations(n=3, size=1, ids=np.arange(40))
    asked = replace(asked, features=np.ones((3, 1)), catalogue=Catalogue(np.arange(40), np.ones((40, 0)), np.zeros(40)))
    for learner in (LinUCB(alpha=0.1), LinTS(scale=0.01), RidgeRanker(), LogisticRanker()):
        learner.begin(space)
        learner.train(experience(examples(rows)))
        assert learner.policy().act(asked).items.tolist() == [[33]] * 3, type(learner).__name__


def test_logistic_per_item_is_a_regression_per_item():
    rows = examples(impressions(300))
    learner = begun(LogisticRanker(2.0, model="per_item"), FIXED)
    learner.train(experience(rows))
    theta = learner._theta.reshape(ITEMS, P)
    for item in (0, 7, 24):
        mine = rows.impressions.item == item
        x, y = rows.impressions.user_features[mine], rows.label[mine]
        slope = x.T @ (y - expit(x @ theta[item])) - 2.0 * theta[item]
        assert np.abs(slope).max() < 1e-6


def test_newton_does_not_overshoot():
    """Far out on the sigmoid a full Newton step from the prior goes past the maximum and never comes back."""
    one = impressions(1)
    rows = one.replace(user_features=np.array([[1.0, 0.0, 0.0]]), item_features=np.zeros((1, 2)), label=np.ones(1))
    learner = begun(LogisticRanker(0.01))
    learner._theta[:] = -8.0  # a prior that is sure of the contrary
    learner.train(experience(examples(rows, weight=1e4)))
    pull = 1e4 * (1.0 - expit(learner._theta[0]))
    assert pull == pytest.approx(0.01 * (learner._theta[0] + 8.0), rel=1e-6)
    assert learner._theta[1:].tolist() == pytest.approx([-8.0] * 8)


def test_taking_back_more_than_was_given_leaves_a_usable_model():
    grams = Grams(1, 3, 1.0)
    x = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    grams[0].add(x, np.ones(2), np.array([-3.0, 4.0]))
    grams[0].solve()
    np.testing.assert_allclose(grams.inverse[0], np.diag([1.0, 0.2, 1.0]), atol=1e-15)
