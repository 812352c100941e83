"""A claim, the ways to make one, and where all of them are."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

TAIL = 0.00135  # of a normal law beyond three sigma, on one side


@dataclass(frozen=True)
class Claim:
    """What theory says, and what was measured.

    Attributes:
        name: what it is about.
        theory: the number of the formula.
        measured: the number of the simulator.
        low: where the interval of the measured number begins, three sigma wide; there is no width where it is exact.
        high: where it ends.
        source: where the formula is from.
        sign: how measured stands to theory: ``=``, ``<=`` or ``>=``.
    """

    name: str
    theory: float
    measured: float
    low: float
    high: float
    source: str
    sign: str = "="

    @property
    def holds(self) -> bool:
        """Whether theory is within the interval, or the whole interval on its right side."""
        verdicts = {
            "=": self.low <= self.theory <= self.high,
            "<=": self.high <= self.theory,
            ">=": self.low >= self.theory,
        }
        return bool(verdicts[self.sign])


Topic = Callable[[], list[Claim]]


def near(name: str, theory: float, values: ArrayLike, source: str, slack: float = 0.0, sign: str = "=") -> Claim:
    """Return a claim about the mean of independent values; ``slack`` is what theory itself leaves open."""
    values = np.asarray(values, dtype=float)
    error = values.std(ddof=1) / np.sqrt(len(values))
    half = stats.t.ppf(1 - TAIL, len(values) - 1) * error + slack
    mean = float(values.mean())
    return Claim(name, float(theory), mean, mean - half, mean + half, source, sign)


def share(name: str, theory: float, hits: int, of: int, source: str, slack: float = 0.0) -> Claim:
    """Return a claim about a probability, from independent trials (Clopper-Pearson); ``slack`` as of `near`."""
    span = stats.binomtest(int(hits), int(of)).proportion_ci(1 - 2 * TAIL)
    return Claim(name, float(theory), hits / of, float(span.low) - slack, float(span.high) + slack, source)


def exact(name: str, theory: float, measured: float, source: str, digits: int = 9) -> Claim:
    """Return a claim that allows for rounding and nothing else; whole numbers must be equal."""
    slack = 0.0 if float(theory).is_integer() and float(measured).is_integer() else abs(theory) * 10.0**-digits
    return Claim(name, float(theory), float(measured), measured - slack, measured + slack, source)


def at_most(name: str, bound: float, measured: float, source: str) -> Claim:
    """Return a claim that a number is within a bound."""
    return Claim(name, float(bound), float(measured), float(measured), float(measured), source, "<=")


def follows(name: str, sample: ArrayLike, cdf: Callable[[Any], Any], source: str) -> Claim:
    """Return the claim that a sample follows a law: Kolmogorov's distance is below its three-sigma quantile.

    The law may have atoms: both sides of every value are compared (the quantile is then more than enough).
    """
    values, counts = np.unique(np.asarray(sample, dtype=float), return_counts=True)
    upto = np.cumsum(counts)
    after = np.abs(upto / upto[-1] - cdf(values))
    before = np.abs((upto - counts) / upto[-1] - cdf(np.nextafter(values, -np.inf)))
    return at_most(name, stats.kstwo.ppf(1 - 2 * TAIL, upto[-1]), max(after.max(), before.max()), source)


def batches(values: ArrayLike, count: int = 20) -> np.ndarray:
    """Return the means of successive stretches of a long run, which are nearly independent."""
    return np.array([part.mean() for part in np.array_split(np.asarray(values, dtype=float), count)])


def slow(topic: Topic) -> Topic:
    """Mark a topic that takes minutes, or that needs many repetitions."""
    topic.slow = True  # type: ignore[attr-defined]
    return topic


def found() -> dict[str, Topic]:
    """Return every function of this package that makes claims, by ``module.function``."""
    package = __name__.rpartition(".")[0]
    names = [m.name for m in iter_modules(import_module(package).__path__) if not m.name.startswith(("_", "test_"))]
    return {f"{name}.{topic.__name__}": topic for name in names for topic in _topics(f"{package}.{name}")}


def _topics(module: str) -> list[Topic]:
    parts = vars(import_module(module)).values()
    return [p for p in parts if inspect.isfunction(p) and p.__module__ == module and not p.__name__.startswith("_")]
