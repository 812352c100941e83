"""Elementwise functions and products that give the same bits.

Of any size, on any number of cores. The functions use numpy ufuncs only.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

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


def one_blas_thread() -> AbstractContextManager[Any]:
    """Keep BLAS to one thread, in a ``with`` block.

    The bits of a product may depend on the number of threads.
    """
    context: AbstractContextManager[Any] = _libraries(len(sys.modules)).limit(limits=1, user_api="blas")
    return context


@lru_cache(maxsize=1)
def _libraries(modules: int) -> ThreadpoolController:
    # looking for them takes 3 ms, and only an import, which adds a module, loads more
    return ThreadpoolController()
