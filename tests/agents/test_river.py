"""The River adapter against models that are used directly."""

from __future__ import annotations

import numpy as np
import pytest

from agents import River, save
from tests.support.logs import ITEMS, begun, examples, experience, impressions, observations

river = pytest.importorskip("river")


@pytest.mark.parametrize("name", ["LogisticRegression", "LinearRegression"])
def test_it_is_the_model_one_after_the_other(name):
    from river import linear_model

    rows = impressions(200)
    told = examples(rows)
    told.weight = np.random.default_rng(0).uniform(0.5, 1.5, 200)
    learner, alone = begun(River(f"linear_model.{name}", {"l2": 0.01})), getattr(linear_model, name)(l2=0.01)
    for start in (0, 70, 71):
        learner.train(experience(told.part(start, {0: 70, 70: 71, 71: 200}[start])))
        learner.policy()  # from now on it learns on a copy
    w = np.column_stack([np.ones(200), rows.item_features])
    x = (rows.user_features[:, :, None] * w[:, None, :]).reshape(200, -1)
    for row, y, weight in zip(x.tolist(), rows.label.tolist(), told.weight.tolist(), strict=True):
        alone.learn_one(dict(enumerate(row)), bool(y) if name == "LogisticRegression" else y, w=weight)
    asked = observations(n=4)
    item = np.column_stack([np.ones(ITEMS), asked.catalogue.features])

    def said(row):
        pair = dict(enumerate(row.ravel().tolist()))
        return alone.predict_proba_one(pair)[True] if name == "LogisticRegression" else alone.predict_one(pair)

    expected = [[said(np.outer(z, item[i])) for i in range(ITEMS)] for z in asked.features]
    np.testing.assert_allclose(learner.policy().estimates(asked), expected, rtol=1e-12)
    assert learner.labels == ("binary" if name == "LogisticRegression" else "real")


def test_what_cannot_be_done_is_refused():
    with pytest.raises(ValueError, match="river has no such class"):
        River("linear_model.Nonesuch")
    learner = begun(River("neighbors.KNNClassifier"))
    told = examples(impressions(5), weight=0.5)
    with pytest.raises(RuntimeError, match="learn_one takes no weights"):
        learner.train(experience(told))


def test_what_it_cannot_save_is_named(tmp_path):
    learner = begun(River("tree.HoeffdingAdaptiveTreeClassifier", {"seed": 1}))
    learner.train(experience(examples(impressions(30))))
    with pytest.raises(TypeError, match=r"River\._.* object at .*cannot be saved"):
        save(learner, tmp_path / "model.npz")
