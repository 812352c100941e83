"""Paired differences of all pairs of agents at once, and which agents may be the best; arrays in, arrays out.

Scores are ``(..., n_agents, n_pairs)``, less is better, NaN where an agent has none. A column is a seed and a
replication, in which all agents meet the same random numbers. Leading axes are studies, each decided on its own.
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
    """Row agent less column agent, over the pairs that both have; each ``(..., n_agents, n_agents)``.

    Attributes:
        count: how many pairs both have.
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
    return count, mean, np.where(error <= 1e-14 * np.abs(mean), 0.0, error)  # rounding is no spread


def p_more(found: Differences) -> Floats:
    """Return one-sided p-values of the paired t-test that the row has more than the column; NaN below two pairs.

    Differences that are all the same leave no doubt: 0 if they are above zero, else 1.

    Source: Student's paired test, https://doi.org/10.1093/biomet/6.1.1.
    """
    return _tail(found, found.mean)


def p_different(found: Differences, looks: int = 1) -> Floats:
    """Return two-sided p-values of the paired t-test, for all looks; NaN below two pairs.

    Args:
        found: the differences.
        looks: at how many numbers of pairs somebody looks and may stop, see `sim.analysis.stopping_rule`.
    """
    return np.minimum(1.0, looks * 2.0 * _tail(found, np.abs(found.mean)))


def _tail(found: Differences, mean: Floats) -> Floats:
    """Return how probable a mean of at least this is where the true one is zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = scipy_special.stdtr(found.count - 1.0, -mean / found.error)
    same = np.where(mean > 0.0, 0.0, 1.0)
    return np.where(found.count < 2, np.nan, np.where(found.error == 0.0, same, tail))


def may_be_best(scores: Floats, looks: int = 1) -> Truths:
    """Return who may be the best: every agent that no other one is known to be better than.

    An agent is left out if some other one has less by a one-sided paired t-test at 0.05 / (m - 1), m being the number
    of agents. The best agent is left out only if one of its own m - 1 tests goes wrong, so that it is inside with 95 %,
    whatever the agents' variances and however they depend on each other. Of an agent that shares fewer than two pairs
    with any other nothing is known: it stays inside.

    Subset selection (Gupta 1965, https://doi.org/10.1080/00401706.1965.10490251) with Bonferroni's bound in place of
    equal variances, as in comparisons with the best (Edwards and Hsu 1983, J. Amer. Statist. Assoc. 78, 965-971).

    Args:
        scores: see the module.
        looks: at how many numbers of pairs somebody looks and may stop; each spends an equal share of the error.

    Returns:
        ``(..., n_agents)``; never empty: where each is worse than some other one (they need not all meet in the same
        pairs) the data contradict themselves, and all stay.
    """
    p = p_more(differences(scores))
    others = max(scores.shape[-2] - 1, 1)
    inside: Truths = ~(looks * others * p < ERROR).any(axis=-1)  # NaN is not below
    return inside | ~inside.any(axis=-1, keepdims=True)


def holm(p: Floats) -> Floats:
    """Return p-values corrected for their number by Holm's step-down procedure, along the last axis.

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
    """Return p-values of all pairs corrected for all of them.

    Args:
        p: ``(..., n_agents, n_agents)``, symmetric; the diagonal is no pair.

    Returns:
        Of the same shape, symmetric; NaN on the diagonal.
    """
    rows, columns = np.triu_indices(p.shape[-1], 1)
    corrected = np.full_like(p, np.nan)
    corrected[..., rows, columns] = corrected[..., columns, rows] = holm(p[..., rows, columns])
    return corrected
