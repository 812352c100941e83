"""Rank-one updates of an inverse, in place.

BLAS is called directly: numpy's overhead would cost more than the arithmetic.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import ddot, dger

Floats = NDArray[np.float64]
_LEAST = 1e-8


def rank_one(inverse: Floats, x: Floats, weight: float, ax: Floats) -> bool:
    """Turn ``A^-1`` into ``(A + w x x')^-1``.

    Args:
        inverse: ``A^-1``, ``(d, d)``, symmetric and in Fortran order; changed.
        x: ``(d,)``.
        weight: w; negative to take a row back.
        ax: ``(d,)``, overwritten.

    Returns:
        Whether the update was done: a row that holds nearly all of A in its direction cannot be taken back.

    Source: Sherman & Morrison 1950 (https://doi.org/10.1214/aoms/1177729893).

    >>> inverse = np.eye(2, order="F")
    >>> rank_one(inverse, np.array([1.0, 0.0]), 1.0, np.empty(2)), inverse.tolist()
    (True, [[0.5, 0.0], [0.0, 1.0]])
    """
    inverse.dot(x, ax)
    scale: float = 1.0 + weight * ddot(x, ax)
    if scale < _LEAST:
        return False
    dger(-weight / scale, ax, ax, 1, 1, inverse, 1, 1, 1)  # the last 1: in place
    return True
