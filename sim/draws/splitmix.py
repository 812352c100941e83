"""SplitMix64 as a tree of streams.

A *key* is the 64-bit state of a SplitMix64 generator. ``child(key, lane)`` is the output number
``lane`` of that generator, and may be used as a key again: ``seed -> replication -> user -> visit ->
stream -> item`` is a path down that tree. No draw depends on an earlier draw, so draws of other parts cannot shift it.

Source: Steele, Lea, Flood 2014, *Fast splittable pseudorandom number generators*
(https://doi.org/10.1145/2660193.2660195).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_INT_M1, _INT_M2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_M1, _M2 = np.uint64(_INT_M1), np.uint64(_INT_M2)
_S30, _S27, _S31, _S11 = (np.uint64(s) for s in (30, 27, 31, 11))
_ONE = np.uint64(1)
_MASK = (1 << 64) - 1
_CELLS = 8192  # draws that fit into the CPU cache
_MANY_CELLS = 65_536  # the same of few operations a draw


def child(keys: ArrayLike, lane: ArrayLike) -> Keys:
    """Return output number ``lane`` of each key's SplitMix64 stream.

    Args:
        keys: 64-bit keys, any shape.
        lane: whole numbers >= 0 that broadcast with ``keys``.

    Returns:
        Keys of the broadcast shape.

    >>> [int(child(1234567, n)) for n in range(2)]
    [6457827717110365317, 3203168211198807973]
    """
    z = np.add(np.asarray(keys, dtype=np.uint64), _steps(lane))
    if z.size == 1:
        return np.asarray(_mixed(int(z.item())), dtype=np.uint64).reshape(z.shape)
    t = np.right_shift(z, _S30)
    z ^= t
    z *= _M1
    z ^= np.right_shift(z, _S27, out=t)
    z *= _M2
    z ^= np.right_shift(z, _S31, out=t)
    return z


def _steps(lane: ArrayLike) -> Keys | np.uint64:
    if type(lane) is int:
        return np.uint64(((lane + 1) * int(_GAMMA)) & _MASK)
    return np.multiply(np.add(np.asarray(lane).astype(np.uint64), _ONE), _GAMMA)


def _mixed(z: int) -> int:
    """Mix one key, as `child` does many.

    Whole numbers of Python are quicker than arrays of one.
    """
    z = (z ^ z >> 30) * _INT_M1 & _MASK
    z = (z ^ z >> 27) * _INT_M2 & _MASK
    return z ^ z >> 31


def uniform(keys: ArrayLike, lane: ArrayLike) -> Floats:
    """Return uniforms on the open interval (0, 1).

    A value is one of 2**53 equally spaced ones.

    >>> float(uniform(0, 0)).hex()
    '0x1.c4415072f63bap-1'
    """
    key = child(keys, lane)
    key >>= _S11
    u = key.astype(np.float64)
    u += 0.5
    u *= 2.0**-53
    return u


def uniforms(keys: Keys, lanes: NDArray[np.int64]) -> Floats:
    """Return uniforms of each key's lanes, ``(n, m)``.

    They are computed in parts that fit into the CPU cache.

    >>> bool((uniforms(np.arange(3, dtype=np.uint64), np.arange(2))[2] == uniform(2, np.arange(2))).all())
    True
    """
    rows = max(1, _MANY_CELLS // max(1, len(lanes)))
    if len(keys) <= rows:
        return uniform(keys[:, None], lanes)
    out = np.empty((len(keys), len(lanes)))
    for first in range(0, len(keys), rows):
        part = slice(first, first + rows)
        out[part] = uniform(keys[part, None], lanes)
    return out


def normal(keys: ArrayLike, lane: ArrayLike) -> Floats:
    """Return standard normals by inversion."""
    u = uniform(keys, lane)
    return np.asarray(ndtri(u, out=u))


def normals(keys: Keys, count: int) -> Floats:
    """Return normals of the first lanes, ``(n, count)``.

    They are computed in parts that fit into the CPU cache.

    >>> bool((normals(np.arange(3, dtype=np.uint64), 2)[2] == normal(2, np.arange(2))).all())
    True
    """
    out = np.empty((len(keys), count))
    rows = max(1, _CELLS // max(1, count))
    for first in range(0, len(keys), rows):
        part = slice(first, first + rows)
        out[part] = normal(keys[part, None], np.arange(count))
    return out


def exponential(keys: ArrayLike, lane: ArrayLike) -> Floats:
    """Return exponentials with mean 1 by inversion."""
    u = uniform(keys, lane)
    np.log(u, out=u)
    return np.negative(u, out=u)
