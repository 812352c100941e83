"""What every learner and policy must keep to that says what it expects, and which labels a learner takes."""

from copy import deepcopy

import numpy as np
import pytest

from sim.ports import Examples, Impressions, labels_of
from tests.contracts.answers import act, predict, same
from tests.contracts.conftest import catalogues, taught
from tests.support.logs import FEATURES, examples, experience, impressions, observations


def test_what_is_predicted_of_an_item_is_what_is_said_when_it_is_shown(trained):
    """A policy that says what it expects of what it shows can say it of any item, whenever it was asked to act."""
    for ids in catalogues(trained):
        is_what_is_said(trained, observations(ids=ids))


def is_what_is_said(trained, asked):
    slates = act(trained.policy(), asked)
    if slates.predicted is None:
        assert predict(trained.policy(), asked, slates.items[:, 0]) is None
        return
    policy = trained.policy()
    for position in range(4):
        found = predict(policy, asked, slates.items[:, position])
        np.testing.assert_allclose(found, slates.predicted[:, position], rtol=1e-12, atol=1e-12)  # NaN where unknown
        if position == 2:
            act(policy, asked)


def test_each_prediction_is_what_it_would_be_alone(trained):
    for ids in catalogues(trained):
        is_what_it_would_be_alone(trained.policy(), observations(n=70, ids=ids))


def is_what_it_would_be_alone(policy, asked):
    items = asked.catalogue.ids[np.arange(70) * 7 % len(asked.catalogue.ids)]
    if (whole := predict(policy, asked, items)) is None:
        pytest.skip("it has no estimate")
    assert whole.shape == (70,)
    first = act(policy, asked)
    for rows in (slice(0, 1), slice(13, 14), slice(5, 69), slice(69, 70)):
        part = asked.take(rows)
        assert np.array_equal(predict(policy, part, items[rows]), whole[rows], equal_nan=True)
        act(policy, part)
        assert np.array_equal(predict(policy, part, items[rows]), whole[rows], equal_nan=True)
    same(act(policy, asked), first)


def test_a_learner_expects_of_impressions_what_its_policy_does(trained, learner):
    """Whether the items are alive or not: here they are, so that the policy can be asked."""
    asked = observations(n=70)
    items = asked.catalogue.ids[np.arange(70) * 7 % len(asked.catalogue.ids)]
    by_policy = predict(trained.policy(), asked, items)
    if not hasattr(trained, "predict"):
        assert by_policy is None
        pytest.skip("it has no estimate")
    rows = shown(asked, items)
    found = trained.predict(rows)
    assert (found.dtype, found.shape) == (np.float64, (70,))
    assert not np.isinf(found).any()  # NaN where nothing is known
    np.testing.assert_allclose(found, by_policy, rtol=1e-12, atol=1e-12)


def shown(asked, items):
    """Return the impressions that would be served if these items were shown."""
    columns = {"item": items, "user": asked.user, "visit": asked.visit, "request_at": asked.at}
    return Impressions.of(columns | {"user_features": asked.features, "item_features": FEATURES[items % 400]})


def test_each_impression_is_predicted_as_it_would_be_alone(trained):
    if not hasattr(trained, "predict"):
        pytest.skip("it has no estimate")
    rows = impressions(90, seed=11)
    if getattr(trained, "model", None) != "per_item":  # which is for catalogues that do not turn over
        rows = rows.replace(item=np.where(rows.number % 5 == 0, rows.item + 100, rows.item))  # never seen
    whole = trained.predict(rows)
    for some in (slice(0, 1), slice(13, 14), slice(5, 89), slice(89, 90), slice(0, 0)):
        part = trained.predict(rows.part(some.start, some.stop))
        assert np.array_equal(part, whole[some], equal_nan=True)
    mixed = np.random.default_rng(0).permutation(90)
    assert np.array_equal(trained.predict(rows.take(mixed)), whole[mixed], equal_nan=True)


def test_a_learner_says_which_labels_it_takes_and_learns_from_these(learner):
    taken = labels_of(learner)
    worth = {"binary": (0.0, 1.0), "soft": (0.0, 0.3, 1.0), "real": (-1.5, 0.0, 0.3, 40.0)}[taken]
    rows = impressions(120)
    learner.train(experience(Examples.plain(rows, np.resize(worth, 120))))
    assert act(learner.policy(), observations()).items.shape == (40, 4)
    if hasattr(learner, "predict"):
        assert np.isfinite(learner.predict(rows)).all()


def test_predicting_changes_nothing(trained, another):
    if not hasattr(trained, "predict"):
        pytest.skip("it has no estimate")
    twin, rows = taught(another()), impressions(90, seed=11)
    before = deepcopy(vars(rows.kept()))
    policy = trained.policy()
    answer, first = act(policy, observations()), trained.predict(rows)
    assert np.array_equal(trained.predict(rows), first, equal_nan=True)
    for name, column in before.items():
        assert np.array_equal(column, getattr(rows, name)) if name in Impressions.names else True, name
    same(act(policy, observations()), answer)
    for one in (trained, twin):
        one.train(experience(examples(impressions(40, seed=12))))
    same(act(trained.policy(), observations()), act(twin.policy(), observations()))


def test_what_was_never_trained_expects_no_nonsense(learner):
    if not hasattr(learner, "predict"):
        pytest.skip("it has no estimate")
    for one in (learner, type(learner)()):  # begun, and not
        found = one.predict(impressions(7))
        assert (found.dtype, found.shape) == (np.float64, (7,))
        assert not np.isinf(found).any()
