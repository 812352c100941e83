"""Elementwise functions that give the same bits for any size.

They use numpy ufuncs only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def logit(p: Floats) -> Floats:
    """Return log odds, infinite at 0 and 1."""
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(p) - np.log1p(-p))


def sigmoid(x: Floats) -> Floats:
    """Return ``1 / (1 + exp(-x))``.

    >>> sigmoid(np.array([0.0])).tolist()
    [0.5]
    """
    out: Floats = np.asarray(np.negative(x))
    with np.errstate(over="ignore"):
        np.exp(out, out=out)
    out += 1.0
    np.divide(1.0, out, out=out)
    return out
