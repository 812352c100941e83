"""Off-policy estimators: a policy's value from another's log.

A request has ``size`` impressions, and its reward is the sum of their outcomes. Position by position, the weight of an
impression is w = p / p0: how often the target shows the item there, over how often the logging policy did. This is
unbiased if what an impression earns depends on its item and position only; for slates of one item it always is. With
the weight of the whole slate IPS is unbiased whatever an impression earns, and its variance is that of rare slates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.lazy import lazy

stats = lazy("scipy.stats")
Floats = NDArray[np.float64]
_ONE_SIGMA = 0.6826895
NAMES = ("ips", "snips", "dm", "dr", "switch")
_OF_MATCHES = ("ips", "snips")  # nothing without impressions that the target would show


@dataclass(frozen=True)
class Rows:
    """Logged requests, for one target and one rule for labels.

    There are n. All are ``(n, size)`` but for ``user``.

    Attributes:
        user: ``(n,)`` who asked.
        weight: w, of the item shown.
        label: what the log is taken to say of the outcome.
        kept: whether the impression counts.
        shown: what the direct model expects of the item shown.
        direct: what it expects of the target at this position.
    """

    user: NDArray[np.int64]
    weight: Floats
    label: Floats
    kept: NDArray[np.bool_]
    shown: Floats
    direct: Floats


@dataclass(frozen=True)
class Estimate:
    """An estimated value: expected reward a request, with an interval."""

    value: float
    low: float
    high: float


def estimate(name: str, rows: Rows, switch: float | None = None, level: float = 0.95) -> Estimate:
    """Return an estimate with its interval by user.

    * ``ips``: mean of w y. Horvitz & Thompson 1952 (https://doi.org/10.1080/01621459.1952.10483446).
    * ``snips``: sum of w y over sum of w. Swaminathan & Joachims 2015
      (https://papers.nips.cc/paper/5748-the-self-normalized-estimator-for-counterfactual-learning).
    * ``dm``: mean of what the direct model q expects of the target.
    * ``dr``: that, and the mean of w (y - q). Dudík, Langford & Li 2011 (https://arxiv.org/abs/1103.4601).
    * ``switch``: ``dr`` without the residuals whose w is above a bound. Of ten quantiles of w the bound is the one with
      the least variance plus squared bias, at most the share of the target above it. Wang, Agarwal & Dudík 2017
      (https://arxiv.org/abs/1612.01205), section 3.

    Each position has a ratio of means of its own; the value is their sum. ``ips`` and ``snips`` are NaN where a
    position of the log has no weight at all; ``dr`` and ``switch`` are ``dm`` there. Users are independent, their
    requests may not be: the variance is that of sums by user, linearised, with Student's t. A single user's requests
    count as independent.

    Args:
        name: one of `NAMES`.
        rows: the log.
        switch: the bound of ``switch``; None: chosen.
        level: of the interval.

    >>> one = np.ones((4, 1))
    >>> rows = Rows(np.arange(4), 2 * one, np.array([[1.0], [0], [1], [0]]), one > 0, 0 * one, 0 * one)
    >>> [estimate(name, rows).value for name in NAMES]
    [1.0, 0.5, 0.0, 1.0, 1.0]
    """
    bound = (_bound(rows) if name == "switch" else np.inf) if switch is None else switch
    weight, kept = rows.weight, rows.kept.astype(float)
    residual = weight * (rows.label - rows.shown)
    above = {
        "ips": weight * rows.label,
        "snips": weight * rows.label,
        "dm": rows.direct,
        "dr": rows.direct + residual,
        "switch": rows.direct + residual * (weight <= bound),
    }[name]
    matched = kept * weight
    if not ((matched if name in _OF_MATCHES else kept).any(axis=0)).all():
        return Estimate(np.nan, np.nan, np.nan)
    below = matched if name == "snips" else kept
    above = np.where(rows.kept, above, 0.0)
    mean = below.mean(axis=0)
    ratio = above.mean(axis=0) / mean
    half = _half((above - ratio * below) / mean, rows.user, level)
    value = float(ratio.sum())
    return Estimate(value, value - half, value + half)


def _bound(rows: Rows) -> float:
    """Return the bound of weights with the least estimated error."""
    weight = rows.weight[rows.kept]
    if not len(weight):
        return 0.0
    risks = dict[float, float]()
    for bound in np.unique(np.quantile(weight, np.linspace(0.1, 1.0, 10), method="higher")).tolist():
        found = estimate("switch", rows, bound, _ONE_SIGMA)
        above = float(np.sum(weight * (weight > bound)) / len(rows.weight))
        risks[bound] = (found.high - found.value) ** 2 + above * above
    return min(risks, key=lambda bound: (risks[bound], -bound))


def _half(influence: Floats, user: NDArray[np.int64], level: float) -> float:
    """Return the half width of an interval of a mean."""
    own = influence.sum(axis=1)
    _, of = np.unique(user, return_inverse=True)
    sums = np.bincount(of, own) if of.max() else own
    groups = len(sums)
    if groups < 2:
        return float("nan")
    error = np.sqrt(groups / (groups - 1) * np.sum(sums * sums)) / len(own)
    return float(stats.t.ppf(0.5 + level / 2, groups - 1) * error)
