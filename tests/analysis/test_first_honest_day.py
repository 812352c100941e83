"""The first day from which on signs are right, and its bound."""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim.analysis.first_honest_day import LEAST, SHARE, first_honest_day, lower_bound


def test_the_bound_is_that_of_scipy() -> None:
    for n in (1, 7, 59):
        counts = np.arange(n + 1)
        theirs = [stats.binomtest(int(k), n, alternative="greater").proportion_ci(0.95).low for k in counts]
        assert np.allclose(lower_bound(counts, n), theirs, rtol=0, atol=1e-12)


def test_fewer_replications_than_least_know_no_honest_day() -> None:
    assert lower_bound(LEAST - 1, LEAST - 1) < SHARE <= lower_bound(LEAST, LEAST)
    assert first_honest_day(np.ones((LEAST - 1, 3))) is None
    assert first_honest_day(np.ones((LEAST, 3))) == 0


def test_a_day_counts_only_if_all_later_ones_do() -> None:
    right = np.ones((100, 6), dtype=bool)
    right[:2, 0] = False  # 98 of 100: the bound is .938
    right[:1, 1] = False  # 99 of 100: .953
    right[:2, 3] = False
    assert [first_honest_day(right), first_honest_day(right[:, :3])] == [4, 1]
    right[:2, 5] = False
    assert first_honest_day(right) is None


def test_the_true_share_is_below_the_bound_in_at_most_five_per_cent() -> None:
    for n, true in ((60, 0.96), (200, 0.95), (100, 0.9)):
        counts = np.arange(n + 1)
        wrong = stats.binom.pmf(counts, n, true)[lower_bound(counts, n) > true].sum()
        assert 0.0 <= wrong <= 0.05
