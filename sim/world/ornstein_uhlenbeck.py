"""Ornstein-Uhlenbeck paths on fixed knots, as functions of time.

The same whoever looks and whenever.

``x_0 = spread * z_0``, ``x_k = r * x_{k-1} + spread * sqrt(1 - r**2) * z_k`` with 32 knots a
half-life (``r = 2 ** (-1/32)``), held between knots. Stationary s.d. ``spread`` per coordinate.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.draws import child, normal, normals
from sim.laws.instants import PER_SECOND
from sim.scenario import KNOTS_PER_HALF_LIFE
from sim.tuning import TUNING, Tuning

_R = 2.0 ** (-1.0 / KNOTS_PER_HALF_LIFE)
_FRESH = float(np.sqrt(1.0 - _R * _R))

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class OUProcess:
    """The law of one path.

    How a value at a knot follows from the one before.

    Args:
        half_life: seconds.
        spread: stationary standard deviation of each coordinate.
        dim: number of coordinates.
        tuning: sizes.
    """

    def __init__(self, half_life: float, spread: float, dim: int, tuning: Tuning = TUNING) -> None:
        self._at_once = tuning.knots_at_once
        self._half_life = half_life
        self.spread = spread
        self.lanes = np.arange(dim)

    def knot(self, at: Floats) -> Ints:
        """Return the knot number that holds at each instant, ``(n,)``."""
        knot = np.floor(at / (self._half_life / KNOTS_PER_HALF_LIFE))
        # the quotient may have been rounded over a whole number, either way
        knot -= self._instant(knot) > at
        knot += self._instant(knot + 1.0) <= at
        return knot.astype(np.int64)

    def _instant(self, knot: Floats) -> Floats:
        return knot * (self._half_life * PER_SECOND) / KNOTS_PER_HALF_LIFE / PER_SECOND

    def start(self, keys: NDArray[np.uint64]) -> Floats:
        """Return knot 0's values ``(n, dim)`` for path keys ``(n,)``."""
        return self.spread * normals(child(keys, 0), len(self.lanes))

    def advance(self, keys: NDArray[np.uint64], value: Floats, knot: Ints, until: Ints) -> Floats:
        """Return the values ``(n, dim)`` moved to the knot ``until``.

        From knot ``(n,)``, one knot at a time.
        """
        left = np.maximum(until - knot, 0)
        order = np.argsort(left, kind="stable")  # whoever still moves is at the end
        left, knot, keys, moved = left.take(order), knot.take(order), keys.take(order), value.take(order, axis=0)
        most = int(left.max(initial=0))
        first = np.searchsorted(left, np.arange(most), side="right").tolist()
        done = 0
        while done < most:
            going = slice(first[done], None)
            now = min(most - done, max(1, self._at_once // (len(left) - first[done])))
            fresh = self._noise(keys[going, None], knot[going, None] + np.arange(done + 1, done + now + 1))
            fresh *= self.spread * _FRESH
            for k in range(now):
                still = moved[first[done + k] :]
                still *= _R
                still += fresh[first[done + k] - first[done] :, k]
            done += now
        out = np.empty_like(moved)
        out[order] = moved
        return out

    def _noise(self, keys: NDArray[np.uint64], knot: Ints) -> Floats:
        return normal(child(keys, knot)[..., None], self.lanes)


class CommonPath:
    """One common path of all users, remembered from a knot.

    Args:
        process: its law.
        key: its key.
        tuning: sizes.
    """

    def __init__(self, process: OUProcess, key: np.uint64, tuning: Tuning = TUNING) -> None:
        self._few = tuning.knots_kept
        self._process = process
        self._keys = np.array([key])
        self._values = process.start(self._keys)
        self._first = 0

    def at(self, at: Floats) -> Floats:
        """Return the values ``(n, dim)`` at instants ``(n,)``.

        These are not before a `forget`.
        """
        knot = self._process.knot(at)
        self._extend(int(knot.max(initial=0)))
        return self._values[knot - self._first]

    def forget(self, before: float) -> None:
        """Drop the knots that no instant from ``before`` on needs."""
        old = int(self._process.knot(np.array([before]))[0]) - self._first
        if old > self._few:
            self._values = self._values[old:].copy()
            self._first += old

    def _extend(self, knot: int) -> None:
        last = self._first + len(self._values) - 1
        if knot <= last:
            return
        new = [self._values[-1:]]
        for k in range(last, knot):
            new.append(self._process.advance(self._keys, new[-1], np.array([k]), np.array([k + 1])))
        self._values = np.concatenate([self._values, *new[1:]])
