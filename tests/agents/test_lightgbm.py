"""LightGBM through the scikit-learn adapter, where it is installed."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from agents import Agent, Every, ObservedOnly, ScikitLearn, load, save
from sim import simulate
from tests.contracts.test_blocks import WORLD
from tests.support.logs import FIXED, begun, examples, experience, impressions, observations

pytest.importorskip("sklearn")
OPTIONS = {"n_estimators": 5, "num_leaves": 7, "verbose": -1}


@pytest.fixture
def made():
    pytest.importorskip("lightgbm")
    return lambda kind="LGBMClassifier": begun(ScikitLearn(f"lightgbm.{kind}", OPTIONS, model="shared"), FIXED)


@pytest.mark.parametrize("kind", ["LGBMClassifier", "LGBMRegressor"])
def test_a_refit_is_its_fit_and_each_request_is_answered_as_alone(made, kind):
    import lightgbm

    rows, asked = impressions(400), observations(n=50)
    learner = made(kind)
    learner.train(experience(examples(rows), refit=True))
    whole = learner.policy().estimates(asked)
    w = np.column_stack([np.ones(len(rows)), rows.item_features])
    x = (rows.user_features[:, :, None] * w[:, None, :]).reshape(len(rows), -1)
    alone = getattr(lightgbm, kind)(**OPTIONS, random_state=0, n_jobs=1).fit(x, rows.label)
    expected = alone.predict_proba(x)[:, 1] if kind == "LGBMClassifier" else alone.predict(x)
    np.testing.assert_allclose(learner.predict(rows), expected, rtol=1e-12)
    assert whole.std() > 0.01
    for first, end in ((0, 1), (7, 9), (3, 50)):
        assert np.array_equal(learner.policy().estimates(asked.take(slice(first, end))), whole[first:end])


def test_it_fits_on_one_thread_unless_it_is_told_otherwise(made):
    assert made()._blank.n_jobs == 1
    assert ScikitLearn("lightgbm.LGBMClassifier", OPTIONS | {"n_jobs": 2})._blank.n_jobs == 2


def test_it_is_saved_and_loaded(made, tmp_path):
    learner = made()
    learner.train(experience(examples(impressions(300)), refit=True))
    save(learner, tmp_path / "model.npz")
    other = load(tmp_path / "model.npz", made())
    assert np.array_equal(learner.policy().estimates(observations()), other.policy().estimates(observations()))


def test_its_trace_is_the_same_for_every_block_size(made):
    agent = Agent(made(), ObservedOnly(), Every("12h"))
    assert simulate(WORLD, agent, block=1).fingerprint == simulate(WORLD, agent).fingerprint


def test_what_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(ImportError, match=r"ScikitLearn needs lightgbm.*pip install 'delaylab\[lightgbm\]'"):
        ScikitLearn("lightgbm.LGBMClassifier")


def test_a_name_that_it_does_not_have_is_refused(made):
    with pytest.raises(ValueError, match="lightgbm has no such class"):
        ScikitLearn("lightgbm.Nonesuch")
