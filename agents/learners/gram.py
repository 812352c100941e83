"""Weighted least squares, with inverses kept up to date."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.learners.rank_one import rank_one

Floats = NDArray[np.float64]
_FEW = 12  # rank-one updates beat a fresh inverse up to about this many rows
REFRESH = 2000  # rank-one updates after which rounding is cleaned up


class Gram:
    """``A = ridge I + sum w x x'`` and ``b = sum w y x`` of one model.

    A negative weight takes a row back exactly, up to rounding. After a correction has taken back more than it gave, A
    may not be positive definite; its eigenvalues are then raised to the prior's.

    Args:
        theta: ``A^-1 b``, ``(dim,)``, zeros at first; changed.
        inverse: ``A^-1``, ``(dim, dim)``, that of the prior at first; changed.
        ridge: above 0.
    """

    def __init__(self, theta: Floats, inverse: Floats, ridge: float) -> None:
        self.write_to(theta, inverse)
        self._ridge = ridge
        self._a = ridge * np.eye(len(theta))
        self._b, self._ax = np.zeros((2, len(theta)))
        self._stale = False  # the inverse must be computed anew
        self._rows: list[Floats] = []  # included in the inverse, not yet in A
        self._weights: list[float] = []  # of these rows

    def write_to(self, theta: Floats, inverse: Floats) -> None:
        """Use other arrays for the results; they hold them already."""
        self._theta, self._inverse = theta, inverse
        self._columns = inverse.T  # symmetric, in Fortran order

    def add(self, x: Floats, y: Floats, weight: Floats) -> None:
        """Add rows ``(r, dim)`` with labels and weights ``(r,)``.

        Call `solve` after the last of them.
        """
        if len(x) == 1:
            self.add_one(x, y.item(), weight.item())
            return
        self._b += (weight * y) @ x
        self._stale |= len(x) > _FEW
        if self._stale and not self._rows:
            self._a += weighted_squares(x, weight)
            return
        weights = weight.tolist()
        self._stale = self._stale or not all(
            rank_one(self._columns, row, w, self._ax) for row, w in zip(x, weights, strict=True)
        )
        self._rows.append(x)
        self._weights += weights
        self._refresh()

    def add_one(self, x: Floats, y: float, weight: float) -> None:
        """Add one row ``(1, dim)``, the usual case of online learning."""
        row = x[0]
        if gain := weight * y:
            self._b += row if gain == 1.0 else gain * row
        self._stale = self._stale or not rank_one(self._columns, row, weight, self._ax)
        self._rows.append(x)
        self._weights.append(weight)
        self._refresh()

    def add_sums(self, a: Floats, b: Floats) -> None:
        """Add ``sum w x x'`` and ``sum w y x`` of many rows."""
        self._catch_up()
        self._a += a
        self._b += b
        self._stale = True

    def _refresh(self) -> None:
        if self._stale or len(self._weights) > REFRESH:
            self._stale = True
            self._catch_up()

    def _catch_up(self) -> None:
        if self._rows:
            self._a += weighted_squares(np.concatenate(self._rows), np.array(self._weights))
            self._rows, self._weights = [], []

    def a(self) -> Floats:
        """Return ``A``, ``(dim, dim)``; the caller must not change it."""
        self._catch_up()
        return self._a

    def solve(self) -> None:
        """Update ``theta`` and ``inverse`` to all rows added."""
        if self._stale:
            self._inverse[:] = inverted(self.a(), self._ridge)
            self._stale = False
        self._inverse.dot(self._b, self._theta)


class Grams:
    """Several models whose results share two arrays.

    Args:
        models: number of models.
        dim: length of x.
        ridge: above 0.

    Attributes:
        theta: ``A^-1 b`` of each, ``(models, dim)``.
        inverse: ``A^-1`` of each, ``(models, dim, dim)``.
    """

    def __init__(self, models: int, dim: int, ridge: float) -> None:
        self.theta = np.zeros((models, dim))
        self.inverse = np.tile(np.eye(dim) / ridge, (models, 1, 1))
        self._each = [Gram(*own, ridge) for own in zip(self.theta, self.inverse, strict=True)]

    def __getitem__(self, model: int) -> Gram:
        """Return a model."""
        return self._each[model]

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore a copy whose models write to its own arrays."""
        vars(self).update(state)
        for model, *own in zip(self._each, self.theta, self.inverse, strict=True):
            model.write_to(*own)


def inverted(a: Floats, least: float) -> Floats:
    """Return the inverse of a symmetric matrix.

    If the matrix is not positive definite, eigenvalues below ``least`` are raised to it first.
    """
    try:
        np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(a)
        return np.asarray((vectors / np.maximum(values, least)) @ vectors.T)
    inverse = np.linalg.inv(a)
    return np.asarray((inverse + inverse.T) / 2.0)


def weighted_squares(x: Floats, weight: Floats) -> Floats:
    """Return ``sum w x x'``, ``(dim, dim)``.

    Where all weights are 1, BLAS takes half the time.
    """
    if len(x) > 1 and (weight == 1.0).all():
        return x.T @ x
    return (x * weight[:, None]).T @ x
