"""Any regression of scikit-learn, or of its interface."""

from __future__ import annotations

import inspect
from copy import deepcopy
from functools import partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners._skops import from_bytes, to_bytes
from agents.learners.adapter import Adapter, Predict, class_of
from agents.one_thread import one_thread
from agents.optional import needed
from sim.lazy import lazy

sklearn_base = lazy("sklearn.base")
Floats = NDArray[np.float64]
_TREES = "sklearn.tree.", "sklearn.ensemble._forest", "sklearn.ensemble._gb", "sklearn.ensemble._hist", "lightgbm."
_OPTIONS = {"linear_model.SGDClassifier": {"loss": "log_loss"}}
_BOTH = np.array([0.0, 1.0])


class ScikitLearn(Adapter):
    """A ranker by any estimator of scikit-learn.

    In a refit the estimator's ``fit`` gets all examples of the window; where training adds what is new, ``partial_fit``
    gets these, in parts, and an estimator without it is refused. A classifier's ``predict_proba`` or a regressor's
    ``predict`` scores every pair of user and item, and the highest are shown; `Softmax` around it explores. Of a
    classifier's examples of a refit both labels must have come; before, it shows random slates. An estimator without a
    seed gets 0, and fits on one thread. A warm refit is that of the estimator's ``warm_start``, if it has this and is
    no ensemble, whose warm start only adds members. Of the delay it assumes what the correction does. Cost: the
    estimator's; but for trees, predictions are asked for one request at a time, as their last bits would depend on the
    others.

    Args:
        estimator: an estimator, or the name of a class of scikit-learn such as ``"linear_model.SGDClassifier"``, or of
            LightGBM (``"lightgbm.LGBMClassifier"``).
        options: arguments of the class, if it is named; the loss of ``"linear_model.SGDClassifier"`` is ``log_loss``
            unless they say another.
        model: ``"shared"``, ``"per_item"`` or ``"auto"``.

    Raises:
        ImportError: scikit-learn is not installed (``delaylab[sklearn]``), or LightGBM (``delaylab[lightgbm]``).
        ValueError: there is no such estimator, or it cannot say probabilities.

    Source: Pedregosa et al. 2011 (https://jmlr.org/papers/v12/pedregosa11a.html).

    Two days of a small news feed, refitted every six hours; regret as a share of that of random slates:

    >>> from agents import Agent, Every, ScikitLearn
    >>> from sim import Scenario, simulate
    >>> world = Scenario.load("news_feed", {"users.count": 100, "horizon": "1d", "users.shifts": []})
    >>> agent = Agent(ScikitLearn("linear_model.LogisticRegression"), cadence=Every("6h"))
    >>> round(simulate(world, agent, trace=False).summary["regret/normalised"], 1)
    0.9
    """

    package = "sklearn"
    reads = ("item", "user_features", "item_features")
    tried_with: ClassVar[dict[str, tuple[Any, ...]]] = {
        "estimator": ("linear_model.SGDClassifier", "linear_model.SGDRegressor"),
        "options": (None, {"random_state": 3}),
        "model": ("auto", "per_item"),
    }

    def __init__(
        self,
        estimator: Any = "linear_model.SGDClassifier",
        options: dict[str, Any] | None = None,
        model: str = "auto",
    ) -> None:
        needed("sklearn", "sklearn", "ScikitLearn")
        self.estimator, self.options = estimator, options
        self._blank = sklearn_base.clone(self._named(estimator) if isinstance(estimator, str) else estimator)
        seeds = {k: 0 for k, v in self._blank.get_params().items() if k.endswith("random_state") and v is None}
        self._blank.set_params(**seeds)
        if type(self._blank).__module__.startswith("lightgbm.") and self._blank.get_params()["n_jobs"] is None:
            self._blank.set_params(n_jobs=1)  # it does not ask how many threads it may have
        self._classifier = bool(sklearn_base.is_classifier(self._blank))
        if self._classifier and not hasattr(self._blank, "predict_proba"):
            raise ValueError(f"estimator is {estimator!r}, which has no predict_proba: it cannot say probabilities")
        super().__init__(model)

    def _named(self, name: str) -> Any:
        package, _, rest = name.partition(".")
        if package == "lightgbm":
            needed(package, package, "ScikitLearn")
            kind = class_of(package, rest, "estimator")
        else:
            kind = class_of("sklearn", name, "estimator")
        return kind(**(_OPTIONS.get(name, {}) | (self.options or {})))

    @property
    def labels(self) -> str:
        """The kind of labels that it learns from."""
        return "binary" if self._classifier else "real"

    @property
    def each(self) -> bool:
        """Whether predictions of a row may depend on other rows."""
        return not type(self._blank).__module__.startswith(_TREES)

    @property
    def warms(self) -> bool:
        """Whether the estimator can begin with former weights."""
        ensemble = type(self._blank).__module__.startswith("sklearn.ensemble.")
        return self._continues or ("warm_start" in self._blank.get_params() and not ensemble)

    @property
    def _continues(self) -> bool:
        """Whether ``fit`` takes a model that it adds trees to."""
        return "init_model" in inspect.signature(self._blank.fit).parameters

    def _start_over(self) -> None:
        self._model: Any = sklearn_base.clone(self._blank)
        self._fitted = self._lent = False
        self._former: Any = None

    def _warm_up(self) -> None:
        if self._lent:  # a policy answers by it
            self._model, self._lent = deepcopy(self._model), False
        if self._continues:
            self._former, self._model = self._model if self._fitted else None, sklearn_base.clone(self._blank)
        else:
            self._model.set_params(warm_start=self._fitted)

    def save_state(self) -> dict[str, Any]:
        """Return what it has learnt, the estimator by skops."""
        own = {name: value for name, value in vars(self).items() if name in ("_space", "_own", "_fitted")}
        return own | {"model": to_bytes(self._model) if self._fitted else None}

    def load_state(self, state: dict[str, Any]) -> None:
        """Take over what another one has learnt."""
        model = state.pop("model")
        self._start_over()
        vars(self).update(state)
        if model is not None:
            self._model = from_bytes(model, type(self._blank))

    def _fit(self, x: Floats, label: Floats, weight: Floats) -> None:
        if self._classifier and len(np.unique(label)) < 2:
            return
        with one_thread(type(self._model).__module__):
            self._model.fit(x, label, **self._weights(weight, "fit"), **self._begun())
        self._fitted, self._former = True, None

    def _begun(self) -> dict[str, Any]:
        return {} if self._former is None else {"init_model": self._former}

    def _add(self, x: Floats, label: Floats, weight: Floats) -> None:
        if not hasattr(self._model, "partial_fit"):
            raise RuntimeError(
                f"{type(self._model).__name__} has no partial_fit, so it cannot add what is new; "
                "a cadence with a refit window, such as Every or DailyAt, fits it afresh"
            )
        if self._lent:  # a policy answers by it
            self._model, self._lent = deepcopy(self._model), False
        given = self._weights(weight, "partial_fit")
        if self._classifier:
            given["classes"] = _BOTH
        with one_thread(type(self._model).__module__):
            self._model.partial_fit(x, label, **given)
        self._fitted = True

    def _weights(self, weight: Floats, method: str) -> dict[str, Any]:
        """Return weights as arguments, if the estimator takes them."""
        if (weight == 1.0).all():
            return {}
        if "sample_weight" not in inspect.signature(getattr(self._model, method)).parameters:
            raise RuntimeError(f"{type(self._model).__name__}.{method} takes no weights, and the examples have some")
        return {"sample_weight": weight}

    def _frozen(self) -> Predict | None:
        if not self._fitted:
            return None
        self._lent = True
        predict = partial(_probability if self._classifier else _value, self._model)
        return predict if self.each else partial(_alone, predict, type(self._model).__module__)


def _probability(model: Any, x: Floats) -> Floats:
    return np.asarray(model.predict_proba(x)[:, 1], dtype=np.float64)


def _value(model: Any, x: Floats) -> Floats:
    return np.asarray(model.predict(x), dtype=np.float64).ravel()


def _alone(predict: Predict, package: str, x: Floats) -> Floats:
    """Predict on one thread: waiting takes longer than trees."""
    with one_thread(package):
        return predict(x)
