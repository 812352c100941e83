"""Decisions about paired differences, against scipy and numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.analysis.paired.decisions import Decision, decide
from sim.analysis.paired.statistics import bootstrap_interval, holm, t_interval

GAPS = np.array([0.31, -0.12, 0.25, 0.4, 0.08])


def by_pair(values: list[float], seed: int = 0) -> dict[tuple[int, int], float]:
    return {(seed, n): value for n, value in enumerate(values)}


def test_the_t_interval_is_scipys() -> None:
    told = t_interval(GAPS)
    theirs = stats.ttest_rel(GAPS + 1.0, np.ones(5))
    low, high = theirs.confidence_interval(0.95)
    assert told is not None
    assert told[0] == pytest.approx(0.184)
    assert (told[0] - told[1], told[0] + told[1]) == pytest.approx((low, high))
    assert told[2] == pytest.approx(theirs.pvalue)


def test_pairs_without_spread_leave_no_doubt() -> None:
    assert t_interval(np.array([0.1, 0.1, 0.1])) == pytest.approx((0.1, 0.0, 0.0))
    assert t_interval(np.zeros(3)) == (0.0, 0.0, 1.0)
    assert t_interval(np.array([1.0])) is None


def test_the_bootstrap_is_that_of_scipy_and_the_same_each_time() -> None:
    ours = bootstrap_interval(GAPS)
    theirs = stats.bootstrap((GAPS,), np.mean, method="percentile", n_resamples=20_000, rng=1).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.01)
    assert ours == bootstrap_interval(GAPS.copy())
    assert bootstrap_interval(GAPS[:1]) is None


def test_holm_by_hand() -> None:
    # sorted .005 .01 .03 .04 times 4 3 2 1 = .02 .03 .06 .04, made monotone: the last one is .06 too
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, None, 0.6]) == [1.0, None, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_only_ever_raises_and_keeps_the_order(values: list[float]) -> None:
    corrected = [p for p in holm(values) if p is not None]
    assert all(after >= before for before, after in zip(values, corrected, strict=True))
    assert [corrected[n] for n in np.argsort(values)] == sorted(corrected)
    assert min(corrected) == min(1.0, len(values) * min(values))


def test_verdicts() -> None:
    base = [1.0, 1.1, 0.9, 1.2, 1.05]
    noise = [0.01, -0.01, 0.0, 0.02, -0.02]
    scores = [
        by_pair(base),
        by_pair([b + 0.5 + e for b, e in zip(base, noise, strict=True)]),
        by_pair([b - 0.5 + e for b, e in zip(base, noise, strict=True)]),
        by_pair([b + 10 * e for b, e in zip(base, noise, strict=True)]),
        by_pair(base),
        by_pair(base, seed=7),
    ]
    found = decide(scores, 0)
    assert [one.verdict for one in found] == ["baseline", "worse", "better", "undecided", "equal", "undecided"]
    assert [one.wins for one in found] == [None, 0, 5, 2, 0, None]
    assert [one.pairs for one in found] == [5, 5, 5, 5, 5, 0]
    assert found[1].behind == pytest.approx(0.5)
    assert found[5] == Decision("undecided", 0)


def test_correction_can_leave_undecided_what_alone_would_be_decided() -> None:
    base, mine = by_pair([0.0] * 4), by_pair([0.1, 0.2, 0.3, 0.1])
    alone = decide([base, mine], 0)[1]
    among = decide([base, mine, *[by_pair([1.0, -1.0, 0.5, -0.4])] * 3], 0)[1]
    assert alone.p == among.p == pytest.approx(stats.ttest_1samp([0.1, 0.2, 0.3, 0.1], 0.0).pvalue)
    assert (alone.verdict, among.verdict) == ("worse", "undecided")
    assert among.adjusted == pytest.approx(4 * alone.p)


def test_one_pair_decides_nothing_and_common_pairs_are_what_counts() -> None:
    base, mine = by_pair([1.0, 2.0, 3.0]), by_pair([5.0])
    one = decide([base, mine], 0)[1]
    assert (one.verdict, one.pairs, one.behind, one.half, one.p) == ("undecided", 1, 4.0, None, None)
