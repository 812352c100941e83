"""The Plackett-Luce law of slates: draws and propensities.

Items have weights. The first position gets an item with probability proportional to its weight, the next one likewise
among the rest, and so on. Items that arrive after exponential times with these rates arrive in such an order.

Sources: Plackett 1975 (https://doi.org/10.2307/2346567); the draw by Gumbel noise, Yellott 1977
(https://doi.org/10.1016/0022-2496(77)90026-8).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.learners.poisson_binomial import count_one_more
from sim.ports import along_rows, at_positions, best

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
_NODES = 72  # of the integral over time
_NEGLIGIBLE = 25.0  # minus the log of what is left out of it
_AFTER = 4.0  # in units of log time: exp(4) = 55 mean waiting times
_CELLS = 400_000  # requests x nodes x positions at once
_LEAST = -500.0  # log weight relative to the highest; below, exp would be 0


def log_weights(scores: Floats) -> Floats:
    """Return log weights of at most 0, ``(n, m)``.

    NaN counts as the highest score of its row: what is unknown is tried.
    """
    if (unknown := np.isnan(scores)).any():
        highest = along_rows(np.maximum, np.where(unknown, -np.inf, scores))
        highest = np.where(np.isneginf(highest), 0.0, highest)
        scores = np.where(unknown, highest[:, None], scores)
    return np.maximum(scores - along_rows(np.maximum, scores)[:, None], _LEAST)


def draw(log_weight: Floats, uniforms: Floats, size: int) -> Places:
    """Return slates by their positions in the catalogue, ``(n, size)``.

    Args:
        log_weight: ``(n, m)``.
        uniforms: ``(n, m)`` in (0, 1).
        size: number of positions.
    """
    return best(log_weight - np.log(-np.log(uniforms)), size)


def of_slate(log_weight: Floats, shown: Places) -> Floats:
    """Return the probability of whole slates, in this order, ``(n,)``.

    >>> of_slate(np.log([[1.0, 2.0, 3.0]]), np.array([[2, 0]])).round(6).tolist()  # 3/6 * 1/3
    [0.166667]
    """
    weight, own, rest = _split(log_weight, shown)
    left, chance = along_rows(np.add, rest), np.ones(len(weight))
    for position in reversed(range(shown.shape[1])):
        left = left + own[:, position]
        chance = chance * (own[:, position] / left)
    return chance


def at_each_position(log_weight: Floats, shown: Places) -> Floats:
    """Return the probability of each item at its position, ``(n, size)``.

    It is that of the item at this position whatever stands before it. For position k it is that of an arrival of the
    item after exactly k others, integrated over the logarithm of time with a fixed number of equal steps. The integrand
    is analytic and vanishes at both ends, so the error is below 1e-8 of the result while the weights that matter differ
    by less than a factor of 10**5.

    Args:
        log_weight: ``(n, m)``, at most 0.
        shown: ``(n, size)`` positions in the catalogue.

    >>> at_each_position(np.log([[1.0, 2.0, 3.0]]), np.array([[2, 0]])).round(6).tolist()  # 2/6 * 1/4 + 3/6 * 1/3
    [[0.5, 0.25]]
    """
    weight, own, rest = _split(log_weight, shown)
    size = shown.shape[1]
    out = np.empty(shown.shape)
    out[:, 0] = own[:, 0] / along_rows(np.add, weight)
    if size == 1:
        return out
    rows = max(1, _CELLS // (_NODES * size))
    for first in range(0, len(weight), rows):
        part = slice(first, first + rows)
        out[part, 1:] = _later_positions(weight[part], own[part], rest[part])
    return np.minimum(out, 1.0)


def _split(log_weight: Floats, shown: Places) -> tuple[Floats, Floats, Floats]:
    """Return all weights, the shown, and those not shown."""
    weight = np.exp(log_weight)
    rest = weight.copy()
    rest[np.arange(len(rest))[:, None], shown] = 0.0
    return weight, at_positions(weight, shown), rest


def _later_positions(weight: Floats, own: Floats, rest: Floats) -> Floats:
    """Return the probabilities from the second position on."""
    size = own.shape[1]
    start, step = _span(weight, own)
    time = np.exp(start[:, None] + step[:, None] * np.arange(_NODES))
    count = [np.ones_like(time), *(np.zeros_like(time) for _ in range(size - 1))]
    for item in range(rest.shape[1]):
        if rest[:, item].any():
            _arrive(count, rest[:, item, None] * time)
    out = np.empty((len(own), size - 1))
    for position in range(1, size):
        exactly = [column.copy() for column in count[: position + 1]]
        for other in range(size):
            if other != position:
                _arrive(exactly, own[:, other, None] * time)
        rate = own[:, position, None] * time
        out[:, position - 1] = step * along_rows(np.add, rate * np.exp(-rate) * exactly[position])
    return out


def _arrive(count: list[Floats], rate: Floats) -> None:
    """Add an item to the law of the number arrived.

    Args:
        count: the probability of exactly 0, 1, ... arrived, each ``(n, nodes)``.
        rate: rate times time, ``(n, nodes)``.
    """
    count_one_more(count, np.exp(-rate), -np.expm1(-rate))


def _span(weight: Floats, own: Floats) -> tuple[Floats, Floats]:
    """Return first node and step in log time.

    The integrand of position k is highest where the item, and all but the k quickest of the others, begin to arrive. It
    falls with time to the power 1 before that, and k + 1 before any has begun.
    """
    size = own.shape[1]
    ordered = np.sort(weight, axis=1)
    slowest = np.add.accumulate(ordered, axis=1)
    log_all = np.log(slowest[:, -1])
    first, last = np.full(len(own), np.inf), np.full(len(own), -np.inf)
    for position in range(1, size):
        left = weight.shape[1] - position - 1
        rate = np.maximum(own[:, position], slowest[:, left - 1] if left > 0 else 0.0)
        peak = -np.log(rate)
        steep = (peak - _NEGLIGIBLE - position * log_all) / (position + 1)
        first = np.minimum(first, np.maximum(peak - _NEGLIGIBLE, steep))
        last = np.maximum(last, peak + _AFTER)
    return first, (last - first) / (_NODES - 1)
