"""Weighted least squares by its sufficient statistics; the inverse kept up to date."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_FEW = 12  # rank-one updates beat a fresh inverse up to about this many rows
_REFRESH = 2000  # rank-one updates after which rounding is cleaned up


class Gram:
    """``A = ridge I + sum w x x'`` and ``b = sum w y x``.

    A negative weight takes a row back exactly, up to rounding. A correction that takes back more than
    it gave leaves A without an inverse to trust; its eigenvalues are then lifted to the prior's.

    Args:
        dim: length of x.
        ridge: above 0.
    """

    def __init__(self, dim: int, ridge: float) -> None:
        self._ridge = ridge
        self._a = ridge * np.eye(dim)
        self.b = np.zeros(dim)
        self._inverse: Floats | None = np.eye(dim) / ridge
        self._updates: list[tuple[Floats, Floats]] = []  # in the inverse, not yet in A

    def add(self, x: Floats, y: Floats, weight: Floats) -> None:
        """Add rows ``(r, dim)`` with labels and weights ``(r,)``."""
        gain = weight * y
        self.b += gain * x[0] if len(x) == 1 else gain @ x  # online learning is made of single rows
        self._updates.append((x, weight))
        if len(x) > _FEW or len(self._updates) > _REFRESH:
            self._inverse = None
        if self._inverse is not None:
            for row, w in zip(x, weight.tolist(), strict=True):
                self._rank_one(row, w)
        if self._inverse is None:
            self._catch_up()

    def _rank_one(self, x: Floats, weight: float) -> None:
        """Sherman & Morrison 1950 (https://doi.org/10.1214/aoms/1177729893)."""
        if self._inverse is None:
            return
        ax = self._inverse.dot(x)
        scale = 1.0 + weight * x.dot(ax).item()
        if scale < 1e-8:  # a row taken back that was nearly all there was in its direction
            self._inverse = None
            return
        self._inverse -= ax[:, None] * (ax * (weight / scale))

    def _catch_up(self) -> None:
        for x, weight in self._updates:
            self._a += _squares(x, weight)
        self._updates = []

    @property
    def a(self) -> Floats:
        """``A``, ``(dim, dim)``; do not change it."""
        self._catch_up()
        return self._a

    @property
    def inverse(self) -> Floats:
        """``A^-1``, ``(dim, dim)``; do not change it."""
        if self._inverse is None:
            self._inverse = _inverted(self.a, self._ridge)
        return self._inverse

    def solution(self) -> Floats:
        """Return ``A^-1 b``, ``(dim,)``."""
        return np.asarray(self.inverse.dot(self.b))


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
