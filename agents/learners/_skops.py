"""Fitted estimators of scikit-learn as bytes, by skops.

skops reads files of its own that make only what is trusted, unlike pickle (https://skops.readthedocs.io). It does not
trust trees, whose numbers scikit-learn follows without a look: here they are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.lazy import lazy

skops_io = lazy("skops.io")
_TREES = ("sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor")
_TRUSTED = (
    *_TREES,
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
    "collections.OrderedDict",
    "collections.defaultdict",
)


def to_bytes(model: Any) -> bytes:
    """Return a fitted estimator as bytes.

    Raises:
        TypeError: it holds what `from_bytes` would not make.
    """
    data: bytes = skops_io.dumps(model)
    if unknown := _untrusted(data):
        raise TypeError(f"{type(model).__name__} cannot be saved: it holds {', '.join(unknown)}")
    return data


def from_bytes(data: bytes, kind: type[Any]) -> Any:
    """Return the fitted estimator of some bytes.

    Args:
        data: from `to_bytes`, or from a stranger.
        kind: the class that it must have.

    Raises:
        ValueError: it is not one, or holds what is not trusted.
    """
    if unknown := _untrusted(data):
        raise ValueError(f"an estimator holds {', '.join(unknown)}, which is not made")
    model = skops_io.loads(data, trusted=list(_TRUSTED))
    if type(model) is not kind:
        raise ValueError(f"an estimator is a {type(model).__name__}, expected a {kind.__name__}")
    for left, right, feature, leaf in _trees(model):
        inner, place = ~leaf, np.arange(len(leaf))
        sound = all((child[inner] > place[inner]).all() and (child < len(leaf)).all() for child in (left, right))
        if not sound or not (feature[inner] >= 0).all() or not (feature < model.n_features_in_).all():
            raise ValueError(f"an estimator's tree is damaged: {kind.__name__}")
    return model


def _untrusted(data: bytes) -> list[str]:
    return [name for name in skops_io.get_untrusted_types(data=data) if name not in _TRUSTED]


def _trees(model: Any) -> Iterator[tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[np.bool_]]]:
    """Yield left and right children, features and leaves of trees."""
    for predictor in (one for row in getattr(model, "_predictors", ()) for one in row):
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        if nodes["is_categorical"].any():
            raise ValueError("an estimator's tree has categories, which are not looked at")
        yield nodes["left"].astype(np.int64), nodes["right"].astype(np.int64), nodes["feature_idx"], leaf
    grown = np.ravel(getattr(model, "estimators_", ())).tolist()
    for tree in (one.tree_ for one in [model, *grown] if hasattr(one, "tree_")):
        yield tree.children_left, tree.children_right, tree.feature, tree.children_left < 0
