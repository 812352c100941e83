"""The Pareto front of points in two coordinates."""

from __future__ import annotations

from collections.abc import Sequence


def pareto(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the points that no other beats in both coordinates.

    >>> pareto([(1.0, 3.0), (2.0, 2.0), (3.0, 2.5), (4.0, 1.0)])
    [(1.0, 3.0), (2.0, 2.0), (4.0, 1.0)]
    """
    front: list[tuple[float, float]] = []
    for point in sorted(points):
        if not front or point[1] < front[-1][1]:
            front.append(point)
    return front
