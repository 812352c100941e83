"""The scikit-learn adapter against estimators that are used directly."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from agents import ScikitLearn, load, save
from agents.learners._skops import from_bytes, to_bytes
from tests.support.logs import FIXED, ITEMS, begun, examples, experience, impressions, observations

sklearn = pytest.importorskip("sklearn")


def phi(rows):
    w = np.column_stack([np.ones(len(rows)), rows.item_features])
    return (rows.user_features[:, :, None] * w[:, None, :]).reshape(len(rows), -1)


def told(rows):
    weighted = examples(rows)
    weighted.weight = np.random.default_rng(0).uniform(0.5, 1.5, len(rows))
    return weighted


def pairs(asked, row):
    w = np.column_stack([np.ones(ITEMS), asked.catalogue.features])
    return (asked.features[row][None, :, None] * w[:, None, :]).reshape(ITEMS, -1)


@pytest.mark.parametrize("name", ["LogisticRegression", "Ridge"])
def test_a_refit_is_the_estimators_fit(name):
    from sklearn import linear_model

    rows = impressions(300)
    learner = begun(ScikitLearn(f"linear_model.{name}"))
    learner.train(experience(told(rows), refit=True))
    alone = getattr(linear_model, name)().fit(phi(rows), rows.label, sample_weight=told(rows).weight)
    asked = observations(n=20)
    said = alone.predict if name == "Ridge" else (lambda x: alone.predict_proba(x)[:, 1])
    expected = np.array([said(pairs(asked, row)) for row in range(20)])
    np.testing.assert_allclose(learner.policy().estimates(asked), expected, rtol=1e-12)
    assert np.array_equal(learner.policy().act(asked).items, np.argsort(-expected, axis=1, kind="stable")[:, :4])
    np.testing.assert_allclose(learner.predict(rows), said(phi(rows)), rtol=1e-10)
    assert learner.labels == ("real" if name == "Ridge" else "binary")


def test_what_is_new_is_the_estimators_partial_fit():
    from sklearn.linear_model import SGDClassifier

    rows = impressions(120)
    learner, alone = begun(ScikitLearn()), SGDClassifier(loss="log_loss", random_state=0)
    for part in np.array_split(np.arange(120), 12):
        learner.train(experience(told(rows).part(part[0], part[-1] + 1)))
        weight = told(rows).weight[part]
        alone.partial_fit(phi(rows)[part], rows.label[part], classes=[0.0, 1.0], sample_weight=weight)
    asked = observations(n=5)
    expected = np.array([alone.predict_proba(pairs(asked, row))[:, 1] for row in range(5)])
    np.testing.assert_allclose(learner.policy().estimates(asked), expected, rtol=1e-12)


@pytest.mark.long
@pytest.mark.parametrize("model", ["shared", "per_item"])
@pytest.mark.parametrize("name", ["HistGradientBoostingClassifier", "RandomForestRegressor"])
def test_trees_are_asked_for_many_requests_at_once(name, model):
    from sklearn import ensemble

    rows = impressions(300)
    options = {"random_state": 0} | ({"n_estimators": 5} if name.startswith("Random") else {"max_iter": 5})
    learner = begun(ScikitLearn(f"ensemble.{name}", options, model=model), FIXED)
    learner.train(experience(examples(rows), refit=True))
    asked, policy = observations(n=50), learner.policy()
    whole = policy.estimates(asked)
    assert not learner.each
    for first, end in ((0, 1), (7, 9), (3, 50)):
        assert np.array_equal(policy.estimates(asked.take(slice(first, end))), whole[first:end])
    if model == "shared":
        alone = getattr(ensemble, name)(**options).fit(phi(rows), rows.label)
        said = alone.predict if name.startswith("Random") else (lambda x: alone.predict_proba(x)[:, 1])
        np.testing.assert_allclose(whole[3], said(pairs(asked, 3)), rtol=1e-12)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("refit", [True, False])
def test_a_neural_ranker_answers_each_request_as_it_would_alone(refit):
    """Rows meet in its matrix products, so it is asked for one request at a time."""
    learner = begun(ScikitLearn("neural_network.MLPClassifier", {"hidden_layer_sizes": [16], "max_iter": 20}))
    rows = impressions(300)
    learner.train(experience(examples(rows), refit=refit))
    asked, policy = observations(n=50), learner.policy()
    whole = policy.estimates(asked)
    assert learner.each
    for first, end in ((0, 1), (7, 9), (3, 50)):
        assert np.array_equal(policy.estimates(asked.take(slice(first, end))), whole[first:end])
    assert whole.std() > 0.01


def test_an_estimator_may_be_given_and_stays_as_it_is():
    from sklearn.linear_model import LogisticRegression

    mine = LogisticRegression(C=0.3)
    learner = begun(ScikitLearn(mine))
    learner.train(experience(examples(impressions(100)), refit=True))
    assert not hasattr(mine, "coef_")
    assert learner._model.C == 0.3


def test_with_one_label_alone_slates_are_random():
    learner = begun(ScikitLearn("linear_model.LogisticRegression"))
    learner.train(experience(examples(impressions(50), label=1.0), refit=True))
    assert (learner.policy().act(observations()).propensity == 1 / ITEMS).all()


def test_what_cannot_be_done_is_refused():
    with pytest.raises(ValueError, match="sklearn has no such class"):
        ScikitLearn("linear_model.Nonesuch")
    with pytest.raises(ValueError, match="has no predict_proba"):
        ScikitLearn("svm.LinearSVC")
    learner = begun(ScikitLearn("linear_model.LogisticRegression"))
    with pytest.raises(RuntimeError, match="LogisticRegression has no partial_fit"):
        learner.train(experience(examples(impressions(50))))
    learner = begun(ScikitLearn("neighbors.KNeighborsRegressor"))
    with pytest.raises(RuntimeError, match=r"KNeighborsRegressor\.fit takes no weights"):
        learner.train(experience(told(impressions(50)), refit=True))


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r"ScikitLearn needs sklearn.*pip install 'delaylab\[sklearn\]'"):
        ScikitLearn()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ensemble.HistGradientBoostingClassifier", {"max_iter": 5}),
        ("ensemble.RandomForestRegressor", {"n_estimators": 3}),
        ("ensemble.GradientBoostingRegressor", {"n_estimators": 3}),
        ("neural_network.MLPClassifier", {"hidden_layer_sizes": [4], "max_iter": 3, "tol": 1.0, "n_iter_no_change": 1}),
    ],
)
@pytest.mark.long
def test_trees_and_networks_are_saved_too(name, options, tmp_path):
    learner = begun(ScikitLearn(name, options))
    learner.train(experience(examples(impressions(200)), refit=True))
    save(learner, tmp_path / "model.npz")
    other = load(tmp_path / "model.npz", ScikitLearn(name, options))
    asked = observations()
    assert np.array_equal(learner.policy().estimates(asked), other.policy().estimates(asked))


@pytest.mark.long
@pytest.mark.parametrize("field", ["left", "feature_idx"])
def test_a_tree_that_leads_out_of_itself_is_refused(field):
    from sklearn.ensemble import HistGradientBoostingRegressor

    rng = np.random.default_rng(0)
    model = HistGradientBoostingRegressor(max_iter=2).fit(rng.normal(size=(100, 3)), rng.normal(size=100))
    model._predictors[1][0].nodes[field][0] = 1000
    with pytest.raises(ValueError, match="tree is damaged"):
        from_bytes(to_bytes(model), HistGradientBoostingRegressor)


def test_what_skops_does_not_trust_is_not_saved():
    from sklearn.preprocessing import FunctionTransformer

    with pytest.raises(TypeError, match="cannot be saved: it holds"):
        to_bytes(FunctionTransformer(begun))
