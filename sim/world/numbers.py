"""Elementwise functions of the world: numpy ufuncs only, so that one row and many give the same bits."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def logit(p: Floats) -> Floats:
    """Return log odds; infinite at 0 and 1."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(p) - np.log1p(-p))


def sigmoid(x: Floats) -> Floats:
    """Return ``1 / (1 + exp(-x))``.

    >>> sigmoid(np.array([0.0])).tolist()
    [0.5]
    """
    with np.errstate(over="ignore"):
        return np.asarray(1.0 / (1.0 + np.exp(-x)))
