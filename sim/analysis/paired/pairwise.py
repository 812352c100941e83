"""Paired differences of all pairs of agents, on arrays.

Scores are ``(..., n_agents, n_pairs)``, less is better, NaN where an agent has none. A column is a seed and a
replication, in which all agents have the same random numbers. Leading axes are studies, each decided separately.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.special as scipy_special
else:
    scipy_special = lazy("scipy.special")

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
ERROR = 0.05  # how often a statement may be wrong


@dataclass(frozen=True)
class Differences:
    """Paired differences, row agent less column agent.

    Each array is ``(..., n_agents, n_agents)``, over the pairs that both agents have.

    Attributes:
        count: number of pairs that both have.
        mean: of the differences; NaN without any.
        error: standard error of that mean; NaN with fewer than two.
    """

    count: NDArray[np.int64]
    mean: Floats
    error: Floats


def differences(scores: Floats) -> Differences:
    """Return the paired differences of all pairs of agents."""
    rows = [_row(scores, n) for n in range(scores.shape[-2])]
    count, mean, error = (np.stack(part, axis=-2) for part in zip(*rows, strict=True))
    return Differences(count, mean, error)


def _row(scores: Floats, n: int) -> tuple[NDArray[np.int64], Floats, Floats]:
    gaps = scores[..., n : n + 1, :] - scores
    there = np.isfinite(gaps)
    count = there.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(there, gaps, 0.0).sum(axis=-1) / count
        squares = (np.where(there, gaps - mean[..., None], 0.0) ** 2).sum(axis=-1)
        error = np.sqrt(squares / (count - 1) / count)
    error = np.where(count > 1, error, np.nan)
    return count, mean, np.where(error <= 1e-14 * np.abs(mean), 0.0, error)  # a rounding error is not a spread


def p_more(found: Differences) -> Floats:
    """Return one-sided p-values that the row has more.

    Paired t-test of the row against the column; NaN below two pairs.

    If all differences are equal, the p-value is 0 if they are above zero, else 1.

    Source: Student's paired test, https://doi.org/10.1093/biomet/6.1.1.
    """
    return _tail(found, found.mean)


def p_different(found: Differences, looks: int = 1) -> Floats:
    """Return two-sided p-values of the paired t-test.

    They hold for all interim analyses; NaN below two pairs.

    Args:
        found: the differences.
        looks: number of interim analyses, see `sim.analysis.stopping_rule`.
    """
    return np.minimum(1.0, looks * 2.0 * _tail(found, np.abs(found.mean)))


def _tail(found: Differences, mean: Floats) -> Floats:
    """Return the probability of such a mean under zero effect."""
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = scipy_special.stdtr(found.count - 1.0, -mean / found.error)
    same = np.where(mean > 0.0, 0.0, 1.0)
    return np.where(found.count < 2, np.nan, np.where(found.error == 0.0, same, tail))


def may_be_best(scores: Floats, looks: int = 1) -> Truths:
    """Return which agents may be the best.

    Every agent that no other one is known to be better than.

    An agent is excluded if some other one has less by a one-sided paired t-test at level 0.05 / (m - 1), where m is the
    number of agents. The best agent is excluded only if one of its own m - 1 tests is wrong, so that it is included
    with probability 95 %, whatever the agents' variances and dependence are. An agent that shares fewer than two pairs
    with every other one is included, since nothing is known about it.

    Subset selection (Gupta 1965, https://doi.org/10.1080/00401706.1965.10490251) with Bonferroni's bound in place of
    equal variances, as in comparisons with the best (Edwards and Hsu 1983, J. Amer. Statist. Assoc. 78, 965-971).

    Args:
        scores: see the module.
        looks: number of interim analyses; each spends an equal share of the error.

    Returns:
        ``(..., n_agents)``; at least one is True: if each is worse than some other one (possible if they share
        different pairs) the data contradict themselves, and all are included.
    """
    p = p_more(differences(scores))
    others = max(scores.shape[-2] - 1, 1)
    inside: Truths = ~(looks * others * p < ERROR).any(axis=-1)  # False for NaN
    return inside | ~inside.any(axis=-1, keepdims=True)


def holm(p: Floats) -> Floats:
    """Correct p-values by Holm's procedure, along the last axis.

    Source: https://www.jstor.org/stable/4615733.

    Args:
        p: ``(..., n)``; NaN stays NaN and does not count.
    """
    order = np.argsort(p, axis=-1)  # NaN last
    ranked = np.take_along_axis(p, order, axis=-1)
    left = np.isfinite(p).sum(axis=-1, keepdims=True) - np.arange(p.shape[-1])
    stepped = np.maximum.accumulate(np.minimum(ranked * left, 1.0), axis=-1)
    corrected = np.empty_like(p)
    np.put_along_axis(corrected, order, stepped, axis=-1)
    return corrected


def holm_pairs(p: Floats) -> Floats:
    """Correct p-values of all pairs by Holm's procedure.

    Args:
        p: ``(..., n_agents, n_agents)``, symmetric; the diagonal is ignored.

    Returns:
        Of the same shape, symmetric; NaN on the diagonal.
    """
    rows, columns = np.triu_indices(p.shape[-1], 1)
    corrected = np.full_like(p, np.nan)
    corrected[..., rows, columns] = corrected[..., columns, rows] = holm(p[..., rows, columns])
    return corrected
