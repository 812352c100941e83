"""The direct model: a regression on the log."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.off_policy.gathered import Gathered
from sim.analysis.off_policy.labels import Known
from sim.ports import Examples, Experience, Impressions, News, Space, close_part, fresh_copy

Floats = NDArray[np.float64]
_ROWS = 1 << 16  # items of requests that are predicted together


def direct(log: Gathered, known: Known, space: Space, model: Any) -> tuple[Floats, Floats]:
    """Return a model's expectations of the log and the target.

    One model a position, fitted on the labels as known. A request is predicted by a model that has not seen its user:
    users are cut in two halves (requests, if there is one user). Where labels are corrected by age, the model is fitted
    on plain ones and its predictions divided by the mean chance that a positive is known, so any learner will do.
    What a model knows nothing of gets the mean of its labels.

    Args:
        log: the logged requests.
        known: their labels.
        space: the shape of the world.
        model: a learner with ``predict(impressions)``.

    Returns:
        What it expects of the items shown, and of those of the target, both ``(n, size)``.
    """
    groups = np.unique(log.user, return_inverse=True)[1]
    half = groups % 2 if groups.max() else np.arange(len(log.user)) % 2
    shown, target = np.zeros(known.label.shape), np.zeros(known.label.shape)
    for position in range(known.label.shape[1]):
        for fold in range(2):
            there = np.flatnonzero(half == fold)
            fitted = np.flatnonzero((half != fold) & known.kept[:, position])
            with closing(_Fitted(log, known, fitted, position, space, model)) as predict:
                shown[there, position] = predict(there, log.item[there, position][:, None])[:, 0]
                for rows, item, chance in log.options(there, position):
                    target[rows, position] = np.sum(chance * predict(rows, item), axis=1)
    return shown / known.share, target / known.share


class _Fitted:
    """A model of one position, fitted on some requests."""

    def __init__(
        self, log: Gathered, known: Known, rows: NDArray[np.intp], position: int, space: Space, model: Any
    ) -> None:
        self._log, self._position, self._model = log, position, fresh_copy(model)
        label = known.plain[rows, position]
        self._mean = float(label.mean()) if len(rows) else 0.0
        if begin := getattr(self._model, "begin", None):
            begin(space)
        if len(rows):
            seen = self._impressions(rows, log.item[rows, position])
            news = News(float(log.at.max()), True, seen, seen)
            self._model.train(Experience(news, Examples.plain(seen, label), lambda: seen.part(0, 0)))

    def close(self) -> None:
        """Close the model."""
        close_part(self._model)

    def __call__(self, rows: NDArray[np.intp], item: NDArray[np.int64]) -> Floats:
        """Return expected labels of items at requests, ``(r, k)``."""
        of, flat = np.repeat(rows, item.shape[1]), item.ravel()
        parts = [slice(start, start + _ROWS) for start in range(0, len(flat), _ROWS)]
        said = [np.asarray(self._model.predict(self._impressions(of[own], flat[own]))) for own in parts]
        out = np.concatenate(said) if said else np.empty(0)
        return np.where(np.isnan(out), self._mean, out).reshape(item.shape)

    def _impressions(self, rows: NDArray[np.intp], item: NDArray[np.int64]) -> Impressions:
        log, never = self._log, np.full(len(rows), np.inf)
        columns = {name: getattr(log, name)[rows] for name in ("user", "visit")}
        return Impressions.of(
            columns
            | {
                "request_at": log.at[rows],
                "position": np.full(len(rows), self._position),
                "item": item,
                "user_features": log.observed(rows),
                "item_features": log.features_of(item),
                "delivered_at": never,
                "closes_at": never,
                "propensity": np.full(len(rows), np.nan),
                "predicted": np.full(len(rows), np.nan),
            }
        )
