"""Weighted least squares by their sufficient statistics, of models side by side; inverses kept up to date."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_FEW = 12  # rank-one updates beat a fresh inverse up to about this many rows
_REFRESH = 2000  # rank-one updates after which rounding is cleaned up


class Grams:
    """``A = ridge I + sum w x x'`` and ``b = sum w y x`` of each of some models.

    A negative weight takes a row back exactly, up to rounding. A correction that takes back more than
    it gave leaves A without an inverse to trust; its eigenvalues are then lifted to the prior's.

    Args:
        models: how many.
        dim: length of x.
        ridge: above 0.

    Attributes:
        theta: ``A^-1 b``, ``(models, dim)``.
        inverse: ``A^-1``, ``(models, dim, dim)``.
    """

    def __init__(self, models: int, dim: int, ridge: float) -> None:
        self._ridge = ridge
        self._a = np.tile(ridge * np.eye(dim), (models, 1, 1))
        self._b = np.zeros((models, dim))
        self.theta = np.zeros((models, dim))
        self.inverse = np.tile(np.eye(dim) / ridge, (models, 1, 1))
        self._stale = [False] * models  # the inverse has to be made anew
        self._rows: list[list[Floats]] = [[] for _ in range(models)]  # in the inverse, not yet in A
        self._weights: list[list[float]] = [[] for _ in range(models)]  # of these rows

    def add(self, model: int, x: Floats, y: Floats, weight: Floats) -> None:
        """Add rows ``(r, dim)`` with labels and weights ``(r,)`` to a model; `solve` it when all are in."""
        if len(x) == 1:
            self.add_one(model, x, y.item(), weight.item())
            return
        self._b[model] += (weight * y) @ x
        self._stale[model] |= len(x) > _FEW
        weights = weight.tolist()
        for row, w in zip(x, weights, strict=True):
            self._rank_one(model, row, w)
        self._note(model, x, weights)

    def add_one(self, model: int, x: Floats, y: float, weight: float) -> None:
        """Add one row ``(1, dim)``: online learning is made of these."""
        row = x[0]
        if gain := weight * y:
            self._b[model] += gain * row
        self._rank_one(model, row, weight)
        self._note(model, x, [weight])

    def _note(self, model: int, x: Floats, weights: list[float]) -> None:
        noted = self._weights[model]
        noted += weights
        self._rows[model].append(x)
        if self._stale[model] or len(noted) > _REFRESH:
            self._stale[model] = True
            self._catch_up(model)

    def _rank_one(self, model: int, x: Floats, weight: float) -> None:
        """Sherman & Morrison 1950 (https://doi.org/10.1214/aoms/1177729893)."""
        if self._stale[model]:
            return
        inverse = self.inverse[model]
        ax = inverse.dot(x)
        scale = 1.0 + weight * x.dot(ax).item()
        if scale < 1e-8:  # a row taken back that was nearly all there was in its direction
            self._stale[model] = True
            return
        inverse -= np.multiply.outer(ax, ax * (weight / scale))

    def _catch_up(self, model: int) -> None:
        if rows := self._rows[model]:
            self._a[model] += _squares(np.concatenate(rows), np.array(self._weights[model]))
            self._rows[model], self._weights[model] = [], []

    def a(self, model: int) -> Floats:
        """Return ``A`` of a model, ``(dim, dim)``; do not change it."""
        self._catch_up(model)
        return np.asarray(self._a[model])

    def solve(self, model: int) -> None:
        """Bring a model's ``theta`` and ``inverse`` up to what was added."""
        if self._stale[model]:
            self.inverse[model] = _inverted(self.a(model), self._ridge)
            self._stale[model] = False
        self.inverse[model].dot(self._b[model], self.theta[model])


def _inverted(a: Floats, least: float) -> Floats:
    try:
        np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(a)
        return np.asarray((vectors / np.maximum(values, least)) @ vectors.T)
    inverse = np.linalg.inv(a)
    return np.asarray((inverse + inverse.T) / 2.0)


def _squares(x: Floats, weight: Floats) -> Floats:
    """Return ``sum w x x'``; without weights BLAS takes half the time."""
    if len(x) > 1 and (weight == 1.0).all():
        return x.T @ x
    return (x * weight[:, None]).T @ x
