"""Any online model of River."""

from __future__ import annotations

import inspect
from copy import deepcopy
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners.adapter import Adapter, Predict, class_of
from agents.optional import needed

Floats = NDArray[np.float64]


class River(Adapter):
    """A ranker by any online classifier or regressor of River.

    The model's ``learn_one`` gets one example after the other, also in a refit, which starts over with one pass; a warm
    one is one more pass by the same model. A classifier's probability of a yes, or a regressor's prediction, scores
    every pair of user and item; the highest are shown, and `Softmax` around it explores. Trees and models with
    ``learning rates`` that do not fall forget by themselves: an online agent that forgets. Of the delay it assumes what
    the correction does. Cost: a call of some microseconds for each example and each pair that is scored; a copy of the
    model for each version.

    Args:
        model_name: the class in River, such as ``"linear_model.LogisticRegression"`` or
            ``"tree.HoeffdingAdaptiveTreeClassifier"``.
        options: its arguments.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.

    Raises:
        ImportError: River is not installed.
        ValueError: there is no such class.

    Source: Montiel et al. 2021 (https://www.jmlr.org/papers/v22/20-1380.html); https://riverml.xyz.

    Two days of a small news feed, learnt every hour; regret as a share of that of random slates:

    >>> from agents import Agent, MicroBatch, River
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 50, "horizon": "1d", "users.shifts": []})
    >>> run = simulate(world, Agent(River(), cadence=MicroBatch("1h")), trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    0.8
    """

    package = "river"
    warms = True
    reads = ("item", "user_features", "item_features")
    tried_with: ClassVar[dict[str, tuple[Any, ...]]] = {
        "model_name": ("linear_model.LogisticRegression", "linear_model.LinearRegression"),
        "options": (None, {"l2": 0.1}),
        "model": ("auto", "per_item"),
    }

    def __init__(
        self,
        model_name: str = "linear_model.LogisticRegression",
        options: dict[str, Any] | None = None,
        model: str = "auto",
    ) -> None:
        needed("river", "river", "River")
        self.model_name, self.options = model_name, options
        self._blank = class_of("river", model_name, "model_name")(**(options or {}))
        self._classifier = hasattr(self._blank, "predict_proba_one")
        self._weighted = "w" in inspect.signature(self._blank.learn_one).parameters
        super().__init__(model)

    @property
    def labels(self) -> str:
        """The kind of labels that it learns from."""
        return "binary" if self._classifier else "real"

    @property
    def each(self) -> bool:
        """Whether predictions of a row may depend on other rows."""
        return False

    def _start_over(self) -> None:
        self._model: Any = deepcopy(self._blank)
        self._fitted = self._lent = False

    def _fit(self, x: Floats, label: Floats, weight: Floats) -> None:
        self._add(x, label, weight)

    def _add(self, x: Floats, label: Floats, weight: Floats) -> None:
        if self._lent:  # a policy answers by it
            self._model, self._lent = deepcopy(self._model), False
        if not self._weighted and not (weight == 1.0).all():
            raise RuntimeError(f"{self.model_name}.learn_one takes no weights, and the examples have some")
        for row, y, w in zip(x.tolist(), label.tolist(), weight.tolist(), strict=True):
            given = {"w": w} if self._weighted else {}
            self._model.learn_one(dict(enumerate(row)), bool(y) if self._classifier else y, **given)
        self._fitted = True

    def _frozen(self) -> Predict | None:
        if not self._fitted:
            return None
        self._lent = True
        return partial(_probabilities if self._classifier else _values, self._model)


def _probabilities(model: Any, x: Floats) -> Floats:
    said = (model.predict_proba_one(dict(enumerate(row))) for row in x.tolist())
    return np.array([one.get(True, 0.0) for one in said], dtype=np.float64)


def _values(model: Any, x: Floats) -> Floats:
    return np.array([model.predict_one(dict(enumerate(row))) for row in x.tolist()], dtype=np.float64)
