"""First day from which on signs are right.

On each day a share of the replications has the right sign. It is a binomial share, so that what it is in the long run
has a lower bound (Clopper & Pearson 1934, https://doi.org/10.1093/biomet/26.4.404): the true share is at least that
with probability 95 %. A day is honest if the bound is at least .95 on it and on each day after it. Even if all
replications are right, 59 are needed before any day can be called so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

SHARE = 0.95  # of right signs that is called honest
ERROR = 0.05  # of the bound, on one side
LEAST = 59  # replications with which a day can be honest: ERROR ** (1 / 59) is above SHARE


def lower_bound(right: ArrayLike, replications: ArrayLike) -> NDArray[np.float64]:
    """Return the lower 95 % Clopper-Pearson bound of a share.

    Args:
        right: how often it was right, of any shape.
        replications: of how many, at least 1; of the same shape, or one number.

    >>> lower_bound([0, 57, 58, 59], 59).round(4)
    array([0.    , 0.8971, 0.9221, 0.9505])
    """
    counts, of = np.broadcast_arrays(np.asarray(right, dtype=float), np.asarray(replications, dtype=float))
    known = betaincinv(np.maximum(counts, 1.0), of - counts + 1.0, ERROR)
    return np.where(counts > 0.0, known, 0.0)


def first_honest_day(right: ArrayLike) -> int | None:
    """Return the first day from which on signs are right.

    Args:
        right: ``(n_replications, n_days)``, whether each replication had the right sign on a day; false where it had no
            estimate yet.

    Returns:
        The place of the day, from 0; None if there is none, and always with fewer than `LEAST` replications.

    >>> first_honest_day([[False, True, False, True, True]] * 100)
    3
    """
    table = np.asarray(right, dtype=bool)
    honest = lower_bound(table.sum(axis=0), len(table)) >= SHARE
    lasting = np.logical_and.accumulate(honest[::-1])[::-1]
    return int(np.argmax(lasting)) if lasting.any() else None
