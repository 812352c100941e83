"""Fitting a delay law to what was observed: maximum likelihood with censored rows and a share that never answers.

A row that answered after d seconds adds ``log(p f(d))``, one that has not after e seconds ``log(1 - p F(e))``:
the mixture cure model (Farewell 1982, https://doi.org/10.2307/2529885), with the conversion model of Chapelle 2014
(https://doi.org/10.1145/2623330.2623634) as its exponential case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sim.laws.durations import UNITS

Floats = NDArray[np.float64]
_TINY = 1e-300
_ALL = 1.0 - 1e-3  # a share of answers from which no row is taken to answer never


@dataclass(frozen=True)
class Family:
    """A law with positive parameters.

    Attributes:
        name: what people call it.
        start: from the answers' median, in seconds, to a first guess at the parameters.
        density: density at delays, given the parameters.
        cdf: share of delays up to x, given the parameters.
        text: the law as a scenario states it, given the parameters.
    """

    name: str
    start: Callable[[float], list[float]]
    density: Callable[[Floats, Floats], Floats]
    cdf: Callable[[Floats, Floats], Floats]
    text: Callable[[Floats], str]


@dataclass(frozen=True)
class Fit:
    """A fitted law.

    Attributes:
        name: of its family.
        law: as a scenario states it.
        answers: share that ever answers.
        aic: Akaike's criterion, lower is better.
        distance: largest distance between its curve of answers and that of the data (Kaplan-Meier).
    """

    name: str
    law: str
    answers: float
    aic: float
    distance: float


def fits(delay: Floats, watched: Floats) -> list[Fit]:
    """Fit every family.

    Args:
        delay: ``(n,)`` seconds until the answer; NaN where none has come.
        watched: ``(n,)`` seconds that a row without an answer was watched; infinite where it never answers for certain.

    Returns:
        The fits, best first.

    Raises:
        ValueError: fewer than 10 answers, or delays that are not positive.
    """
    came = ~np.isnan(delay)
    answered, censored = delay[came], watched[~came]
    if len(answered) < 10:
        raise ValueError(f"{len(answered)} rows have an answer; at least 10 are needed to fit a law")
    if (answered < 0).any() or np.isnan(censored).any() or (censored < 0).any():
        raise ValueError("a delay or a time watched is negative, or missing where nothing has come")
    answered = np.maximum(answered, np.finfo(float).tiny ** 0.25)
    return sorted((_fit(family, answered, censored) for family in FAMILIES), key=lambda fit: fit.aic)


def _fit(family: Family, answered: Floats, censored: Floats) -> Fit:
    from scipy.optimize import minimize

    shares = [0.0] if len(censored) else []  # log odds of answering at all, where some have not

    def unpack(x: Floats) -> tuple[float, Floats]:
        answers = 1.0 / (1.0 + np.exp(-x[-1])) if shares else 1.0
        return float(answers), np.exp(x[: len(x) - len(shares)])

    def cost(x: Floats) -> float:
        answers, parameters = unpack(x)
        come = np.log(answers * family.density(answered, parameters) + _TINY).sum()
        rest = np.log1p(-answers * _until(family, censored, parameters) + 1e-15).sum()
        return float(-(come + rest))

    start = np.array([*np.log(family.start(float(np.median(answered)))), *shares])
    x = minimize(cost, start, method="L-BFGS-B", bounds=[(-50, 50)] * len(start)).x
    answers, parameters = unpack(x)
    law = family.text(parameters)
    if answers < _ALL:
        law = f"never(p={1.0 - answers:.3g}, else={law})"
    distance = _distance(answered, censored, lambda t: answers * family.cdf(t, parameters))
    return Fit(family.name, law, answers, 2.0 * len(x) + 2.0 * cost(x), distance)


def _until(family: Family, censored: Floats, parameters: Floats) -> Floats:
    ends = np.isfinite(censored)
    share = np.ones(len(censored))
    share[ends] = family.cdf(censored[ends], parameters)
    return share


def _distance(answered: Floats, censored: Floats, curve: Callable[[Floats], Floats]) -> float:
    from scipy.stats import CensoredData, ecdf

    last = max(answered.max(), *(censored[np.isfinite(censored)].tolist() or [0.0])) * 2.0
    right = np.where(np.isfinite(censored), censored, last)
    seen = ecdf(CensoredData(uncensored=answered, right=right)).cdf
    return float(np.abs(seen.probabilities - curve(seen.quantiles))[seen.quantiles <= answered.max()].max())


def span(seconds: float) -> str:
    """Return a duration to three digits, in the largest unit that leaves at least one before the point.

    >>> span(5400.0), span(271.6 * 3600), span(0.02)
    ('1.5h', '11.3d', '20ms')
    """
    unit = next((u for u in ("d", "h", "m", "s") if seconds >= UNITS[u]), "ms")
    return f"{float(f'{seconds / UNITS[unit]:.3g}'):.12g}{unit}"


def _exponential(x: Floats, scale: float) -> Floats:
    return np.asarray(np.exp(-x / scale) / scale)


def _mix(p: Floats, quick: Floats, slow: Floats) -> Floats:
    return np.asarray((p[2] * quick + slow) / (1.0 + p[2]))


def _mixture(p: Floats) -> str:
    share = min(max(round(float(p[2] / (1.0 + p[2])), 3), 0.001), 0.999)
    parts = (f"{share:.3g}: exponential(mean={span(p[0])})", f"{1 - share:.3g}: exponential(mean={span(p[1])})")
    return f"mixture({', '.join(parts)})"


FAMILIES = (
    Family(
        "exponential",
        lambda m: [1.4 * m],
        lambda x, p: _exponential(x, p[0]),
        lambda x, p: -np.expm1(-x / p[0]),
        lambda p: f"exponential(mean={span(p[0])})",
    ),
    Family(
        "lognormal",
        lambda m: [m, 1.0],
        lambda x, p: np.exp(-0.5 * (np.log(x / p[0]) / p[1]) ** 2) / (x * p[1] * np.sqrt(2.0 * np.pi)),
        lambda x, p: special.ndtr(np.log(np.maximum(x, _TINY) / p[0]) / p[1]),
        lambda p: f"lognormal(median={span(p[0])}, sigma={p[1]:.3g})",
    ),
    Family(
        "weibull",
        lambda m: [1.4 * m, 1.0],
        lambda x, p: p[1] / p[0] * (x / p[0]) ** (p[1] - 1.0) * np.exp(-((x / p[0]) ** p[1])),
        lambda x, p: -np.expm1(-((x / p[0]) ** p[1])),
        lambda p: f"weibull(scale={span(p[0])}, shape={p[1]:.3g})",
    ),
    Family(
        "gamma",
        lambda m: [1.4 * m, 1.0],
        lambda x, p: np.exp((p[1] - 1.0) * np.log(x / p[0]) - x / p[0] - special.gammaln(p[1])) / p[0],
        lambda x, p: special.gammainc(p[1], x / p[0]),
        lambda p: f"gamma(shape={p[1]:.3g}, scale={span(p[0])})",
    ),
    Family(
        "two exponentials",
        lambda m: [m / 5.0, 5.0 * m, 1.0],
        lambda x, p: _mix(p, _exponential(x, p[0]), _exponential(x, p[1])),
        lambda x, p: _mix(p, -np.expm1(-x / p[0]), -np.expm1(-x / p[1])),
        _mixture,
    ),
)
