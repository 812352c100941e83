"""Families of laws, computed with logarithms.

So the probability of a very short or very long delay is never 0 or NaN.

Each has three functions of delays ``x`` of shape ``(n,)`` and of its parameters ``p`` of shape ``(k,)`` in natural
units (seconds, shapes, a share): the logarithms of the density, of the share up to x, and of the share beyond x.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Function = Callable[[Floats, Floats], Floats]
SCALE, SHAPE, SHARE = "scale", "shape", "share"


@dataclass(frozen=True)
class Family:
    """A law with free parameters.

    Attributes:
        name: its common name.
        numbers: for each parameter its name in the law's text and its kind: a scale in seconds, a shape or a share.
        bounds: the lowest and highest shape that a scenario accepts; scales and shares need no bounds.
        density: logarithm of the density.
        until: logarithm of the share of delays up to x.
        after: logarithm of the share of delays beyond x.
        starts: maps the median answer to starting points of the search for a maximum.
    """

    name: str
    numbers: tuple[tuple[str, str], ...]
    bounds: tuple[float, float]
    density: Function
    until: Function
    after: Function
    starts: Callable[[float], list[list[float]]]


def log1mexp(x: Floats) -> Floats:
    """Return log(1 - exp(-x)), x >= 0, without cancellation.

    Mächler 2012, note of the R package Rmpfr.
    """
    return np.asarray(np.where(x < 0.6931, np.log(-np.expm1(-x)), np.log1p(-np.exp(-x))))


def between(family: Family, low: Floats, high: Floats, p: Floats) -> Floats:
    """Return the log probability of each interval.

    It is computed from the smaller tail.
    """
    after, beyond = family.after(low, p), family.after(high, p)
    until, before = family.until(high, p), family.until(low, p)
    right = after + log1mexp(np.maximum(after - beyond, 0.0))
    left = until + log1mexp(np.maximum(until - before, 0.0))
    return np.where(after < until, right, left)


def _spread(shapes: tuple[float, ...]) -> Callable[[float], list[list[float]]]:
    return lambda m: [[m * scale, shape] for scale in (0.3, 1.0, 3.0, 15.0) for shape in shapes]


def _power(x: Floats, p: Floats) -> Floats:
    return np.asarray(np.exp(np.minimum(p[1] * (np.log(x) - np.log(p[0])), 700.0)))


def _weibull_until(x: Floats, p: Floats) -> Floats:
    tiny = p[1] * (np.log(x) - np.log(p[0]))
    return np.asarray(np.where(tiny < -40.0, tiny, log1mexp(_power(x, p))))


def _weibull_density(x: Floats, p: Floats) -> Floats:
    return np.asarray(np.log(p[1]) - np.log(x) + p[1] * (np.log(x) - np.log(p[0])) - _power(x, p))


def _normal(x: Floats, p: Floats) -> Floats:
    return np.asarray((np.log(x) - np.log(p[0])) / p[1])


def _lognormal_density(x: Floats, p: Floats) -> Floats:
    return np.asarray(-0.5 * _normal(x, p) ** 2 - np.log(x) - np.log(p[1]) - 0.5 * np.log(2.0 * np.pi))


def _gamma_density(x: Floats, p: Floats) -> Floats:
    z = np.asarray(x * (p[1] / p[0]))
    return np.asarray(p[1] * np.log(z) - z - special.gammaln(p[1]) - np.log(x))


def _gamma_until(x: Floats, p: Floats) -> Floats:
    z = np.asarray(x * (p[1] / p[0]))
    share = special.gammainc(p[1], z)
    tiny = p[1] * np.log(z) - z - special.gammaln(p[1] + 1.0) - np.log1p(-np.minimum(z / (p[1] + 1.0), 0.99))
    return np.asarray(np.where(share > 1e-290, np.log(share), np.minimum(tiny, np.log(1e-290))))


def _gamma_after(x: Floats, p: Floats) -> Floats:
    z = np.asarray(x * (p[1] / p[0]))
    share = special.gammaincc(p[1], z)
    tiny = (p[1] - 1.0) * np.log(z) - z - special.gammaln(p[1])  # the first term of the asymptotic series
    return np.asarray(np.where(share > 1e-290, np.log(share), np.minimum(tiny, np.log(1e-290))))


def _exponential_until(x: Floats, p: Floats) -> Floats:
    return log1mexp(x / p[0])


def _mixed(one: Function) -> Function:
    def both(x: Floats, p: Floats) -> Floats:
        first, second = np.log(p[2]) + one(x, p[:1]), np.log1p(-p[2]) + one(x, p[1:2])
        return np.asarray(np.logaddexp(first, second))

    return both


def _exponential_density(x: Floats, p: Floats) -> Floats:
    return np.asarray(-x / p[0] - np.log(p[0]))


def _exponential_after(x: Floats, p: Floats) -> Floats:
    return np.asarray(-x / p[0])


EXPONENTIAL = Family(
    "exponential",
    (("mean", SCALE),),
    (0.0, np.inf),
    _exponential_density,
    _exponential_until,
    _exponential_after,
    lambda m: [[m * scale] for scale in (0.5, 1.4, 5.0, 25.0)],
)
FAMILIES = (
    EXPONENTIAL,
    Family(
        "lognormal",
        (("median", SCALE), ("sigma", SHAPE)),
        (1e-5, 19.9),
        _lognormal_density,
        lambda x, p: np.asarray(special.log_ndtr(_normal(x, p))),
        lambda x, p: np.asarray(special.log_ndtr(-_normal(x, p))),
        _spread((0.1, 0.4, 1.0, 2.5)),
    ),
    Family(
        "weibull",
        (("scale", SCALE), ("shape", SHAPE)),
        (0.021, 1e4),
        _weibull_density,
        _weibull_until,
        lambda x, p: -_power(x, p),
        _spread((0.4, 1.0, 2.0, 6.0)),
    ),
    Family(
        "gamma",
        (("mean", SCALE), ("shape", SHAPE)),
        (0.005, 9e5),
        _gamma_density,
        _gamma_until,
        _gamma_after,
        _spread((0.3, 1.0, 3.0, 15.0)),
    ),
    Family(
        "two exponentials",
        (("fast mean", SCALE), ("slow mean", SCALE), ("fast share", SHARE)),
        (0.0, np.inf),
        _mixed(_exponential_density),
        _mixed(_exponential_until),
        _mixed(_exponential_after),
        lambda m: [
            [m * fast, m * slow, share]
            for fast in (0.02, 0.2, 0.7)
            for slow in (2.0, 10.0)
            for share in (0.15, 0.5, 0.85)
        ],
    ),
)
