"""Intervals by user: the numbers of another library, and of a textbook."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.analysis.ab_test.user_level import difference, ratio


def sides(seed: int = 0) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return rewards and requests of the users of two sides; who likes it comes more often."""
    found = []
    for n, shift in ((80, 0.0), (50, 0.1)):
        luck = np.random.default_rng([seed, n])
        rate = luck.beta(2, 5, n) + shift
        requests = 1.0 + luck.poisson(20 * rate)
        found.append((luck.binomial(requests.astype(int), np.minimum(rate, 1.0)).astype(float), requests))
    return found


def test_a_mean_per_user_is_compared_by_welch() -> None:
    (first, _), (second, _) = sides()
    ours = difference(*(ratio(one[:, None], np.ones((len(one), 1))) for one in (first, second)))
    theirs = stats.ttest_ind(second, first, equal_var=False)
    low, high = theirs.confidence_interval(0.95)
    assert ours.freedom[0] == pytest.approx(theirs.df, rel=1e-12)
    assert [ours.value[0] - ours.half()[0], ours.value[0] + ours.half()[0]] == pytest.approx([low, high], rel=1e-12)
    assert bool(ours.significant()[0]) is bool(theirs.pvalue < 0.05)
    spent = theirs.confidence_interval(1.0 - 0.05 / 8)
    assert ours.half(looks=8)[0] == pytest.approx((spent.high - spent.low) / 2, rel=1e-12)


def test_a_mean_per_request_has_the_error_of_the_delta_method() -> None:
    (reward, requests), _ = sides()
    mean, count = reward.sum() / requests.sum(), len(reward)
    gradient = np.array([1.0, -mean]) / requests.mean()
    variance = gradient @ np.cov(reward, requests) @ gradient / count
    found = ratio(reward[:, None], requests[:, None])
    assert (found.value[0], found.error[0]) == pytest.approx((mean, np.sqrt(variance)), rel=1e-12)
    by_request = np.sqrt(mean * (1 - mean) / requests.sum())  # as if each request were a user
    assert found.error[0] / by_request > 1.3


def test_users_who_never_came_do_not_count() -> None:
    (reward, requests), _ = sides()
    more = [np.concatenate([one, np.zeros(9)])[:, None] for one in (reward, requests)]
    pairs = zip(vars(ratio(reward[:, None], requests[:, None])).values(), vars(ratio(*more)).values(), strict=True)
    assert all(one[0] == pytest.approx(other[0], rel=1e-12) for one, other in pairs)


def test_what_does_not_vary_has_no_interval() -> None:
    nothing = ratio(np.zeros((5, 1)), np.ones((5, 1)))
    assert not difference(nothing, nothing).significant()[0]
    assert np.isnan(ratio(np.ones((1, 1)), np.ones((1, 1))).error[0])


def test_the_numbers_are_those_of_tea_tasting() -> None:
    tt = pytest.importorskip("tea_tasting")
    import pandas as pd

    table = pd.concat(
        pd.DataFrame({"variant": side, "reward": reward, "requests": requests})
        for side, (reward, requests) in enumerate(sides())
    )
    metrics = {"per_request": tt.RatioOfMeans("reward", "requests"), "per_user": tt.Mean("reward")}
    theirs = tt.Experiment(**metrics).analyze(table)
    for name, by_requests in (("per_request", True), ("per_user", False)):
        both = [ratio(r[:, None], (n if by_requests else np.ones_like(n))[:, None]) for r, n in sides()]
        ours, told = difference(*both), theirs[name]
        assert ours.value[0] == pytest.approx(told.effect_size, rel=1e-12)
        low, high = ours.value[0] - ours.half()[0], ours.value[0] + ours.half()[0]
        assert (low, high) == pytest.approx((told.effect_size_ci_lower, told.effect_size_ci_upper), rel=1e-9)
