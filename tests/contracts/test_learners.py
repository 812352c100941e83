"""What every learner and its policy must do."""

import sys
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from sim.ports import Catalogue, Slates, close_part, fresh_copy
from tests.contracts.answers import act, close, same
from tests.contracts.conftest import catalogues, taught
from tests.contracts.shelves import EVERY_LEARNER, LEARNERS, make
from tests.support.logs import FEATURES, FIXED, SPACE, begun, examples, experience, impressions, observations


def test_learners_ship():
    assert len(LEARNERS) >= 15


@pytest.mark.parametrize(
    "part", [part for part in EVERY_LEARNER if hasattr(part, "package")], ids=lambda part: part.__name__
)
def test_one_that_needs_a_package_is_tested_where_it_is_installed(part):
    if part not in LEARNERS:
        pytest.skip(f"{part.package} is not installed")
    assert make(part).train


@pytest.mark.parametrize(
    "part", [part for part in EVERY_LEARNER if hasattr(part, "package")], ids=lambda part: part.__name__
)
def test_one_whose_package_is_missing_says_how_to_get_it(part, monkeypatch):
    monkeypatch.setitem(sys.modules, part.package, None)
    with pytest.raises(ImportError, match=rf"{part.__name__} needs {part.package}.*pip install 'delaylab\["):
        make(part)


def test_slates_are_slates(trained):
    for ids in catalogues(trained):
        asked = observations(ids=ids)
        slates = act(trained.policy(), asked)
        assert slates.items.shape == (40, 4)
        assert np.isin(slates.items, asked.catalogue.ids).all()
        assert all(len(set(row)) == 4 for row in slates.items.tolist())
        if slates.propensity is not None:
            assert ((slates.propensity > 0) & (slates.propensity <= 1)).all()
        if slates.predicted is not None:
            assert not np.isinf(slates.predicted).any()  # NaN where nothing is known


@pytest.mark.parametrize("n", [1000, pytest.param(4000, marks=pytest.mark.slow)])
def test_items_are_shown_as_often_as_propensities_say(trained, n):
    """Requests that differ in nothing but their keys."""
    one, many = observations(n=1), observations(n=n)
    same = {"at": np.repeat(one.at, n), "features": np.repeat(one.features, n, axis=0)}
    asked = replace(many, user=np.zeros(n, dtype=np.int64), **same)
    slates = act(trained.policy(), asked)
    if slates.propensity is None or getattr(trained.policy(), "needs_truth", False):
        pytest.skip("it says none, or knows what differs")
    for position in range(4):
        items, chance = slates.items[:, position], slates.propensity[:, position]
        for item in np.unique(items):
            said = chance[items == item].mean()
            np.testing.assert_allclose(chance[items == item], said, rtol=1e-8)
            assert (items == item).mean() == pytest.approx(said, abs=1e-9 + 5 * np.sqrt(said * (1 - said) / n))


def test_an_untrained_policy_answers(learner):
    for ids in catalogues(learner):
        assert act(learner.policy(), observations(ids=ids)).items.shape == (40, 4)


def test_one_that_was_never_begun_answers(learner):
    """A learner that was never told the space says so, or does without."""
    fresh = type(learner)()
    assert act(fresh.policy(), observations()).items.shape == (40, 4)
    if hasattr(fresh, "begin"):
        with pytest.raises(RuntimeError, match="begin"):
            fresh.train(experience(examples(impressions(5))))


def test_ids_may_grow(learner):
    """Items of any id can be learnt about: ids grow without bound as the catalogue turns over."""
    if getattr(learner, "model", None) == "per_item":
        pytest.skip("a model per item is for catalogues that do not turn over")
    rows, far = impressions(60), impressions(60, seed=4)
    far = far.replace(item=far.item + 100_000)
    learner.train(experience(examples(far)))
    learner.train(experience(examples(rows)))
    ids = np.concatenate([np.arange(20), np.arange(100_000, 100_025)])
    asked = replace(observations(), catalogue=Catalogue(ids, FEATURES[ids % 400], np.zeros(len(ids))))
    slates = act(learner.policy(), asked)
    assert slates.items.shape == (40, 4)
    assert np.isin(slates.items, ids).all() or getattr(learner.policy(), "needs_truth", False)


def test_a_request_is_answered_as_it_would_be_alone(trained):
    for ids in catalogues(trained):
        policy, asked = trained.policy(), observations(n=70, ids=ids)
        whole = act(policy, asked)
        for rows in (slice(0, 1), slice(0, 2), slice(13, 14), slice(5, 69), slice(69, 70)):
            part = act(policy, asked.take(rows))
            cut = [None if column is None else column[rows] for column in vars(whole).values()]
            same(part, Slates(*cut))


def test_what_is_made_for_each_request_is_made_in_parts(trained, monkeypatch):
    asked = observations()
    whole = act(trained.policy(), asked)
    for what in ("linear", "linear_thompson"):  # seven requests at once; one
        with monkeypatch.context() as small:
            small.setattr(f"agents.learners.{what}.CELLS", 7 * 3**2)
            same(act(trained.policy(), asked), whole)


def test_acting_changes_nothing(trained):
    policy, asked = trained.policy(), observations()
    before = deepcopy(asked)
    first = act(policy, asked)
    for name, column in vars(before).items():
        if isinstance(column, np.ndarray):
            assert np.array_equal(column, getattr(asked, name)), name
    same(act(policy, asked), first)


def test_a_snapshot_is_not_touched_by_later_training(trained):
    policy, asked = trained.policy(), observations()
    before = act(policy, asked)
    trained.train(experience(examples(impressions(300, seed=9), label=1.0)))
    same(act(policy, asked), before)


def test_a_snapshot_that_never_answered_is_not_touched_either(trained, another):
    """Statistics may be updated in place for a few rows, and a policy may put work off till it is asked."""
    expected = act(taught(another()).policy(), observations())
    policy = trained.policy()
    trained.train(experience(examples(impressions(5, seed=9), label=1.0)))
    same(act(policy, observations()), expected)


def test_a_policy_answers_for_the_catalogue_of_the_instant(trained, another):
    """Whatever it remembers of the catalogue that it saw before."""
    for ids in catalogues(trained):
        policy, fresh = trained.policy(), taught(another()).policy()
        act(policy, observations(ids=np.arange(5, 20)))
        same(act(policy, observations(ids=ids)), act(fresh, observations(ids=ids)))


def test_training_does_not_change_its_input(learner):
    rows = examples(impressions(50))
    before = deepcopy(rows)
    learner.train(experience(rows))
    assert np.array_equal(rows.label, before.label)
    assert np.array_equal(rows.weight, before.weight)
    assert np.array_equal(rows.impressions.user_features, before.impressions.user_features)


def test_a_fresh_one_is_a_learner_of_its_own(another, learner):
    copies = [fresh_copy(part) for part in (learner, learner)]
    try:
        for copy in (another(), *map(taught, map(begun_as(learner), copies))):
            assert copy is not learner
        same(act(copies[0].policy(), observations()), act(copies[1].policy(), observations()))
        same(act(learner.policy(), observations()), act(another().policy(), observations()))
    finally:
        for copy in copies:
            close_part(copy)


def begun_as(learner):
    return lambda copy: begun(copy, FIXED if getattr(learner, "model", None) == "per_item" else SPACE)


def test_a_copy_is_a_learner_of_its_own(trained):
    if hasattr(trained, "fresh"):
        pytest.skip("it is not copied as it is")
    other = deepcopy(trained)
    other.train(experience(examples(impressions(300, seed=5), label=1.0)))
    fresh = deepcopy(trained)
    same(act(fresh.policy(), observations()), act(trained.policy(), observations()))


def test_no_examples_are_no_harm(trained):
    before = act(trained.policy(), observations())
    trained.train(experience(examples(impressions(5).take(np.array([], dtype=np.intp)))))
    same(act(trained.policy(), observations()), before)


def test_starting_over_forgets(learner, another):
    again = another()
    learner.train(experience(examples(impressions(200, seed=1), label=1.0)))
    learner.train(experience(examples(impressions(200, seed=2)), refit=True))
    again.train(experience(examples(impressions(200, seed=2)), refit=True))
    same(act(learner.policy(), observations()), act(again.policy(), observations()))


def test_what_was_assumed_can_be_taken_back(learner, another):
    """(0, +1) at serving, then (0, -1) and (1, +1), is (1, +1)."""
    if not getattr(learner, "retracts", True):
        pytest.skip("this learner declares that it cannot take examples back")
    other = another()
    base, late = examples(impressions(120)), impressions(8, seed=3)
    for one in (learner, other):
        one.train(experience(base))
    learner.train(experience(examples(late, label=0.0)))
    learner.train(experience(examples(late, label=0.0, weight=-1.0)))
    learner.train(experience(examples(late, label=1.0)))
    other.train(experience(examples(late, label=1.0)))
    close(act(learner.policy(), observations()), act(other.policy(), observations()))


def test_two_halves_make_a_whole(learner, another):
    if not getattr(learner, "retracts", True):
        pytest.skip("this learner keeps no sufficient statistics")
    other, rows = another(), impressions(120)
    learner.train(experience(examples(rows)))
    for part in np.array_split(np.arange(120), 30):
        other.train(experience(examples(rows.take(part))))
    close(act(learner.policy(), observations()), act(other.policy(), observations()))


def test_the_fast_path_is_what_the_policy_and_training_are(learner, monkeypatch, another):
    monkeypatch.setattr("agents.learners.linucb.AHEAD", 7)
    one = getattr(learner, "incremental", lambda: None)()
    if one is None:
        pytest.skip("it offers none")
    twin = another()
    rows, asked = impressions(60), observations(60)
    for n in range(len(rows)):
        said, (places, propensities, predicted) = twin.policy().act(asked.take(slice(n, n + 1))), one.act_one(asked, n)
        assert asked.catalogue.ids[places].tolist() == said.items[0].tolist()
        for mine, other in ((propensities, said.propensity), (predicted, said.predicted)):
            assert (mine is None) == (other is None)
            assert mine is None or np.array_equal(mine, other[0], equal_nan=True)
        place = 7 * n % len(asked.catalogue.ids)
        item, part = asked.catalogue.ids[place : place + 1], asked.take(slice(n, n + 1))
        mine, other = one.predict_one(asked, n, place), twin.policy().predict(part, item).item()
        assert np.array_equal(mine, other, equal_nan=True)
        own = rows.take(np.array([n]))
        twin.train(experience(examples(own)))
        one.learn_one(own.item.item(), own.user_features, own.label.item(), 0)
    same(act(learner.policy(), asked), act(twin.policy(), asked))
