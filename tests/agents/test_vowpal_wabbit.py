"""The adapter of Vowpal Wabbit against VW itself."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from agents import VowpalWabbit, VowpalWabbitSlates, load, save
from tests.support.logs import FEATURES, FIXED, ITEMS, begun, examples, experience, impressions, observations

vowpalwabbit = pytest.importorskip("vowpalwabbit", reason="vowpalwabbit is not installed")
ARGUMENTS = "--epsilon 0.1 --cb_type mtr --interactions UI"


def listed(names, values):
    return " ".join(f"{name}:{value!r}" for name, value in zip(names, values, strict=True))


def users(z):
    return "shared |U " + listed(range(len(z)), z)


def items(w):
    return "|I constant " + listed(range(len(w)), w)


def test_it_is_told_and_asked_what_vw_would_be():
    rows = impressions(200)
    learner = begun(VowpalWabbit(ARGUMENTS, candidates=1))
    for start in (0, 90, 91):
        learner.train(experience(examples(rows.part(start, {0: 90, 90: 91, 91: 200}[start]))))
        learner.policy()  # from now on it learns on a copy
    alone = vowpalwabbit.Workspace(f"--cb_explore_adf --quiet --random_seed 1 --noconstant {ARGUMENTS}")
    for z, w, label in zip(rows.user_features.tolist(), rows.item_features.tolist(), rows.label.tolist(), strict=True):
        alone.learn([users(z), f"0:{-label}:0.1 {items(w)}"])
    asked, policy = observations(n=30, size=1), learner.policy()
    pages = [items(w) for w in asked.catalogue.features.tolist()]
    chance = np.array([alone.predict([users(z), *pages]) for z in asked.features.tolist()])
    slates = policy.act(asked)
    place = slates.items[:, 0]
    np.testing.assert_allclose(slates.propensity[:, 0], chance[np.arange(30), place], rtol=1e-6)
    assert set(np.round(chance.ravel(), 6)) == {0.004, 0.904}  # epsilon / m, and the rest for the best
    assert np.array_equal(policy.slate_propensity(asked, slates.items), slates.propensity[:, 0])


def test_what_others_were_there_is_what_doubly_robust_learning_needs():
    rows = impressions(300)
    arguments = "--epsilon 0.3 --cb_type dr --interactions UI"
    one, many = (begun(VowpalWabbit(arguments, candidates=count)) for count in (1, 30))
    for learner in (one, many):
        learner.train(experience(examples(rows)))
    assert len(many._known.ids) == len(np.unique(rows.item))
    assert not np.array_equal(one.policy().act(observations()).items, many.policy().act(observations()).items)


def test_a_copy_learns_on_as_the_original_would():
    """The file in which a copy travels keeps all that learning needs."""
    learner = begun(VowpalWabbit())
    learner.train(experience(examples(impressions(100))))
    other = deepcopy(learner)
    for one in (learner, other):
        one.train(experience(examples(impressions(100, seed=2))))
    asked = observations()
    assert np.array_equal(learner.policy().act(asked).propensity, other.policy().act(asked).propensity)


@pytest.mark.long
def test_it_finds_the_better_item():
    rng, n = np.random.default_rng(0), 1500
    rows = impressions(n)
    label = (rng.uniform(size=n) < expit(2.0 * rows.item_features[:, 0])).astype(float)
    rows = rows.replace(propensity=np.full(n, 1 / ITEMS), label=label)
    learner = begun(VowpalWabbit("--epsilon 0.05 --cb_type mtr --interactions UI"))
    learner.train(experience(examples(rows)))
    shown = learner.policy().act(observations(n=400, size=1)).items[:, 0]
    assert np.bincount(shown, minlength=ITEMS).argmax() == FEATURES[:ITEMS, 0].argmax()


def test_a_model_with_other_options_is_not_read(tmp_path):
    """VW follows the options in a model's head; one could name a file to write."""
    save(VowpalWabbit(ARGUMENTS), tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as file:
        arrays = dict(file)
    (name,) = [name for name, array in arrays.items() if b"--cb_explore" in array.tobytes()[:300] and name != "tree"]
    evil = arrays[name].tobytes().replace(b"--random_seed 1", b"-f evil_file.vw")
    np.savez(tmp_path / "model.npz", **arrays | {name: np.frombuffer(evil, dtype=np.uint8)})
    with pytest.raises(ValueError, match="made with other arguments"):
        load(tmp_path / "model.npz", VowpalWabbit(ARGUMENTS))


@pytest.mark.long
def test_slates_hold_what_is_best_at_each_position():
    """Item 3 pays at the first position, item 7 at the second, item 5 a little everywhere."""
    rng, n = np.random.default_rng(0), 1500
    item, position = rng.integers(0, ITEMS, n), rng.integers(0, 2, n)
    rate = 0.1 + 0.3 * (item == 5) + 0.8 * ((item == 3) & (position == 0)) + 0.8 * ((item == 7) & (position == 1))
    rows = impressions(n).replace(
        item=item, position=position, propensity=np.full(n, 1 / ITEMS), item_features=np.zeros((n, 0)),
        label=(rng.uniform(size=n) < rate).astype(float),
    )  # fmt: skip
    learner = VowpalWabbitSlates("--cb_type mtr --interactions IS", epsilon=0.2)
    learner.begin(replace(FIXED, item_dim=0))
    learner.train(experience(examples(rows)))
    asked = observations(n=500, size=2)
    asked = replace(asked, catalogue=replace(asked.catalogue, features=np.zeros((ITEMS, 0))))
    policy = learner.policy()
    slates = policy.act(asked)
    greedy = (slates.items == [3, 7]).all(axis=1)
    assert 0.75 < greedy.mean() < 0.87
    np.testing.assert_allclose(slates.propensity[greedy], 0.8 + 0.2 / ITEMS)
    whole = policy.slate_propensity(asked, slates.items)
    np.testing.assert_allclose(whole, np.where(greedy, 0.8, 0.0) + 0.2 / ITEMS / (ITEMS - 1))


def test_of_items_that_look_alike_it_shows_the_first_however_often_it_was_asked():
    rows = impressions(60)
    learner = begun(VowpalWabbitSlates("--cb_type mtr", epsilon=0.0))
    learner.train(experience(examples(rows)))
    asked = observations(n=40, size=2)
    policy, alike = learner.policy(), replace(asked.catalogue, features=np.zeros_like(asked.catalogue.features))
    asked = replace(asked, catalogue=alike)
    first = policy.act(asked).items
    assert (first == first[0]).all()
    np.testing.assert_array_equal(policy.act(asked).items, first)
    np.testing.assert_array_equal([policy.act(one).items[0] for one in asked.each()], first)
