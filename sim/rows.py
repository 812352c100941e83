"""Row-wise arithmetic with the same bits for any size.

A block of requests may have any size, so the result of a request must be the same, bit for bit, alone or among
thousands: ``cross(x, c)[:n] == cross(x[:n], c)``. A plain matrix product breaks this (BLAS picks another kernel for
another shape); these functions do not.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_FEW_ROWS = 4  # up to here one sort is faster than a pass per position; the order is the same
_MANY_ROWS = 1024  # from here on values are sorted by steps first; the order is the same
_STEPS = 65535.0
_SHORT_ROW = 24
CELLS = 100_000  # scores that fit into the CPU cache


def cross(rows: Floats, columns: Floats) -> Floats:
    """Return the inner products of rows and columns, ``(n, m)``.

    They are computed as one product per row.

    Args:
        rows: ``(n, d)``.
        columns: ``(m, d)``.

    Returns:
        ``(n, m)``.
    """
    if rows.shape[1] == 0:
        return np.zeros((rows.shape[0], columns.shape[0]))
    if len(rows) == 1 and columns.flags.c_contiguous and rows.flags.c_contiguous:
        alone: Floats = rows.dot(columns.T)  # the same product, with less overhead
        return alone
    rows = np.ascontiguousarray(rows)
    products: Floats = np.matmul(rows[:, None, :], np.ascontiguousarray(columns).T)
    return products[:, 0, :]


def along_rows(operation: np.ufunc, values: Floats) -> Floats:
    """Reduce each row ``(n, m)`` to a number ``(n,)``.

    The operation is ``np.add`` or ``np.maximum``. Short rows are reduced column by column, which is faster than numpy's
    reduction along each row.

    >>> along_rows(np.add, np.array([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [3.0, 7.0]
    """
    m = values.shape[1]
    if not 0 < m <= _SHORT_ROW:
        return np.asarray(operation.reduce(np.ascontiguousarray(values), axis=1))  # C order
    out = values[:, 0].copy()
    rows = CELLS // m
    for first in range(0, len(values), rows):
        part, own = values[first : first + rows], out[first : first + rows]
        for column in range(1, m):
            operation(own, part[:, column], out=own)
    return out


def at_positions(values: Floats, positions: NDArray[np.intp]) -> Floats:
    """Return the values ``(n, k)`` of each row at its positions.

    Args:
        values: ``(n, m)``.
        positions: ``(n, k)``.

    >>> at_positions(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1], [0]])).tolist()
    [[2.0], [3.0]]
    """
    if len(values) == 1:
        return np.asarray(values[0].take(positions))
    places = np.arange(0, values.size, values.shape[1])[:, None]
    places = np.add(places, positions, out=places if positions.shape[1] == 1 else None)
    return np.asarray(values.ravel().take(places))


def rows_of(table: Floats, first: int = 0) -> Callable[[NDArray[np.int64]], Floats]:
    """Return a function that looks up rows of a table.

    A single row, the usual case of online learning, is not copied.

    Args:
        table: ``(n, d)``.
        first: the number of its first row.

    >>> rows_of(np.array([[1.0], [2.0]]), first=5)(np.array([6])).tolist()
    [[2.0]]
    """

    def look_up(numbers: NDArray[np.int64]) -> Floats:
        if len(numbers) == 1:
            row = numbers.item() - first
            return table[row : row + 1]
        return table.take(numbers - first, axis=0)

    return look_up


def rising(values: Floats) -> NDArray[np.intp]:
    """Return the stable order of rising values.

    Many values are first put into 2**16 equal steps between the least and the greatest, which numpy sorts by radix.
    Where they spread evenly, as instants do, few are out of order after that, and a stable sort is fast.

    >>> rising(np.array([2.0, 1.0, 2.0, 1.0])).tolist()
    [1, 3, 0, 2]
    """
    order = _by_steps(values) if len(values) >= _MANY_ROWS else None
    if order is None:
        return np.argsort(values, kind="stable")
    ordered = values[order]
    wrong = np.count_nonzero(ordered[1:] < ordered[:-1])
    if wrong > len(values) // 8:
        return _by_comparing(values)
    return order[np.argsort(ordered, kind="stable")] if wrong else order


def _by_steps(values: Floats) -> NDArray[np.intp] | None:
    """Return the stable order of values in equal steps.

    None where all values are equal, or the steps overflow.
    """
    least = values.min()
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        scale = _STEPS / (values.max() - least)
    if not 0.0 < scale < np.inf:
        return None
    return np.argsort(((values - least) * scale).astype(np.uint16), kind="stable")


def _by_comparing(values: Floats) -> NDArray[np.intp]:
    """Return the stable order, by comparing values.

    Where all values differ, the fastest sort gives the stable order too.
    """
    order = np.argsort(values)
    ordered = values[order]
    if (ordered[1:] == ordered[:-1]).any():
        return np.argsort(values, kind="stable")
    return order


def best(scores: Floats, size: int) -> NDArray[np.intp]:
    """Return the positions of each row's highest scores, highest first.

    Of equal scores the lower position comes first.

    Args:
        scores: ``(n, m)``, no NaN.
        size: number of positions, from 1 to m.

    Returns:
        ``(n, size)`` positions.

    >>> best(np.array([[1.0, 3.0, 3.0, 2.0]]), 3).tolist()
    [[1, 2, 3]]
    >>> best(np.full((9, 12), -np.inf), 2)[0].tolist()
    [0, 1]
    """
    if size == 1:
        top: NDArray[np.intp] = scores.argmax(axis=1)[:, None]
        return top
    if len(scores) > _FEW_ROWS and size * 4 < scores.shape[1] and size <= 16:
        few, last = _best_few(scores, size)
        if not np.isneginf(last).any():  # -inf also marks the positions already taken
            return few
    return np.argsort(-scores, axis=1, kind="stable")[:, :size]


def _best_few(scores: Floats, size: int) -> tuple[NDArray[np.intp], Floats]:
    """Return the positions by repeated argmax, and the last scores."""
    n, m = scores.shape
    out, last = np.empty((n, size), dtype=np.intp), np.empty(n)
    part = max(1, CELLS // m)
    for rows in (slice(first, first + part) for first in range(0, n, part)):
        left = scores[rows].copy()
        flat, starts = left.reshape(-1), np.arange(0, left.size, m)
        for k in range(size):
            out[rows, k] = top = left.argmax(axis=1)
            top += starts
            last[rows] = flat.take(top)
            flat[top] = -np.inf
    return out, last
