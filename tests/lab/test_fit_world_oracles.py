"""Each estimator of ``delaylab fit --world`` against a computation of its own."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, optimize, special, stats

from sim.analysis.fit_world.catalogue import Showings, fit_deaths
from sim.analysis.fit_world.clicks import fit_mean
from sim.analysis.fit_world.cycle import fit_cycle
from sim.analysis.fit_world.found import clustered
from sim.analysis.fit_world.popularity import fit_spread
from sim.analysis.fit_world.positions import fit_ratios
from sim.analysis.fit_world.sessions import Gaps, fit_sessions
from sim.analysis.fit_world.tastes import moments, popularity_of, rate_of
from sim.analysis.fit_world.visits import fit_seen

DAY = 86400.0


def test_the_cycle_is_that_of_a_search_over_hours() -> None:
    rng = np.random.default_rng(1)
    at = rng.uniform(0, 3.4 * DAY, 6000)
    at = np.sort(at[rng.uniform(size=6000) < (1 + 0.5 * np.cos(2 * np.pi * (at / DAY - 0.8))) / 1.5])
    user = rng.integers(0, 400, len(at))
    found = fit_cycle(at, user, 0.0, 3.4 * DAY)

    def cost(x: np.ndarray) -> float:  # of counts in minutes, without linear algebra
        edges = np.arange(0, 3.4 * DAY + 30, 60.0)
        middle = 0.5 * (edges[1:] + edges[:-1])
        mean = x[0] * (1 + x[1] * np.cos(2 * np.pi * (middle / DAY - x[2])))
        return -stats.poisson.logpmf(np.histogram(at, edges)[0], mean).sum()

    other = optimize.minimize(cost, [0.5, 0.4, 0.7], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-7})
    angle = np.arctan2(found.b[2], found.b[1]) / (2 * np.pi) % 1
    assert [found.b[0] * 60, found.swing, angle] == pytest.approx(other.x, rel=1e-3)
    poisson = np.sqrt(found.covariance[0, 0])  # of the logarithm; users at random: clusters do not matter
    assert poisson == pytest.approx(1 / np.sqrt(len(at)), rel=0.1)


WEEK = np.array([0.9, 0.8, 0.8, 0.9, 1.1, 1.4, 1.3])


def in_weeks(end: float, swing: float, seed: int) -> np.ndarray:
    """Return some 8,000 instants from 2.3 days on to an end, both in days."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.uniform(2.3, end, 14_000))
    rate = WEEK[at.astype(int) % 7] * (1 + swing * np.cos(2 * np.pi * (at - 0.8)))
    return at[rng.uniform(size=len(at)) < rate / (1.4 * (1 + swing))] * DAY


def test_without_a_daily_cycle_factors_are_ratios_of_counts() -> None:
    rng = np.random.default_rng(1)
    at = in_weeks(2.3 + 17.5, 0.0, 2)  # parts of weeks: five days were there 3 times, or 2.5
    user = rng.integers(0, 60, len(at)) + 40 * ((at // DAY % 7 > 4) & (rng.uniform(size=len(at)) < 0.4))
    found = fit_cycle(at, user, 2.3 * DAY, 19.8 * DAY, np.zeros(2), by_day=True)
    days = np.array([2.0, 2.0, 2.7, 3.0, 3.0, 2.8, 2.0])
    count = np.histogram2d(user, at // DAY % 7, (np.arange(101), np.arange(8)))[0]

    def factors(count: np.ndarray) -> np.ndarray:
        each = count / days
        return each / each.mean(-1, keepdims=True)

    assert found.factors == pytest.approx(factors(count.sum(0)), rel=1e-9)
    assert found.b[0] == pytest.approx((count.sum(0) / days).mean() / DAY, rel=1e-9)
    drawn = count[rng.integers(0, 100, (2000, 100))].sum(1)  # a bootstrap over users
    low, high = found.days()
    assert np.log(high / low) / 3.92 == pytest.approx(np.log(factors(drawn)).std(0), rel=0.1)
    assert found.exposure(2.3 * DAY, 19.8 * DAY) / DAY == pytest.approx(days @ found.factors)


def test_hours_and_days_together_are_those_of_a_search_over_minutes() -> None:
    at = in_weeks(19.6, 0.6, 3)
    found = fit_cycle(at, np.arange(len(at)) % 200, 2.3 * DAY, 19.6 * DAY, by_day=True)
    edges = np.arange(2.3 * DAY, 19.6 * DAY + 30, 60.0)
    middle, count = 0.5 * (edges[1:] + edges[:-1]), np.histogram(at, edges)[0]

    def cost(x: np.ndarray) -> float:  # of counts in minutes; x: logarithms of seven rates, swing, peak
        mean = np.exp(x[:7])[(middle // DAY).astype(int) % 7] * (1 + x[7] * np.cos(2 * np.pi * (middle / DAY - x[8])))
        return float((mean - count * np.log(mean)).sum())

    other = optimize.minimize(cost, [-1.0] * 7 + [0.4, 0.7], bounds=[(-9, 9)] * 7 + [(0, 0.95), (0, 1)]).x
    rates = np.exp(other[:7])
    assert found.factors == pytest.approx(rates / rates.mean(), rel=1e-3)
    assert [found.b[0] * 60, found.swing, found.peak / DAY] == pytest.approx([rates.mean(), *other[7:]], rel=1e-3)
    at = np.array([3.1, 6.9]) * DAY
    assert found.pace(at) == pytest.approx((found.reading(at + 1.0) - found.reading(at - 1.0)) / 2.0, rel=1e-4)


def test_visits_of_users_who_came_are_a_truncated_poisson() -> None:
    counts = stats.poisson.rvs(1.3, size=800, random_state=2)
    counts = counts[counts > 0].astype(float)

    def cost(m: float) -> float:
        return -(stats.poisson.logpmf(counts, m) - np.log(1 - stats.poisson.pmf(0, m))).sum()

    found = fit_seen(counts)
    assert found.mean == pytest.approx(optimize.minimize_scalar(cost, bounds=(0.1, 5), method="bounded").x, rel=1e-4)
    bend = (cost(found.mean + 1e-3) - 2 * cost(found.mean) + cost(found.mean - 1e-3)) / 1e-6
    assert found.error == pytest.approx(1 / np.sqrt(bend), rel=0.1)
    assert abs(found.uneven) < 3
    assert fit_seen(np.repeat([1.0, 9.0], 100)).uneven > 3


def test_the_variance_of_a_sum_counts_pairs_that_share_a_label() -> None:
    rng = np.random.default_rng(3)
    scores, one, other = rng.normal(size=60), rng.integers(0, 9, 60), rng.integers(0, 7, 60)
    one[:9], other[:7] = range(9), range(7)
    same, also = one[:, None] == one, other[:, None] == other
    pairs = scores[:, None] * scores
    first, second = (pairs * same).sum() * 9 / 8, (pairs * also).sum() * 7 / 6
    assert clustered(scores, one) == pytest.approx(first)
    assert clustered(scores, one, other) == pytest.approx(
        max(first + second - (pairs * (same & also)).sum(), first, second)
    )


def test_click_rates_and_ratios_are_those_of_a_bootstrap_over_users() -> None:
    rng = np.random.default_rng(4)
    users, rows = 150, 9000
    user, position = rng.integers(0, users, rows), rng.integers(0, 2, rows)
    own = np.exp(rng.normal(0, 0.4, users)) * 0.1
    clicked = rng.uniform(size=rows) < np.where(position == 0, 1, 0.5) * own[user]
    weight = rng.choice([10.0, 20.0], rows)
    mean = fit_mean(clicked.astype(float), np.full(rows, 0.97), weight, user)
    ratios = fit_ratios(clicked, position, user, weight)
    frame = pd.DataFrame({"user": user, "position": position, "all": weight, "clicks": weight * clicked})
    sums = frame.pivot_table(index="user", columns="position", values=["all", "clicks"], aggfunc="sum").fillna(0.0)
    drawn = rng.integers(0, len(sums), (600, len(sums)))
    total, clicks = (sums[name].to_numpy()[drawn].sum(axis=1) for name in ("all", "clicks"))
    assert mean.value == pytest.approx(frame.clicks.sum() / frame["all"].sum() / 0.97)
    by = frame.groupby("position")[["clicks", "all"]].sum()
    assert ratios.value[1] == pytest.approx((by.clicks / by["all"])[1] / (by.clicks / by["all"])[0])
    error = np.log(mean.high / mean.low) / (2 * stats.t.ppf(0.975, users - 1))
    assert error == pytest.approx(np.log(clicks.sum(1) / total.sum(1)).std(), rel=0.1)
    logs = np.log(clicks[:, 1] / total[:, 1] / (clicks[:, 0] / total[:, 0]))
    assert np.log(ratios.high[1] / ratios.low[1]) / 3.92 == pytest.approx(logs.std(), rel=0.1)


def some_showings(q: float, seed: int) -> Showings:
    """Return showings of 40 places over 2,000 requests; items die at 1 per 500 s."""
    rng = np.random.default_rng(seed)
    at = np.sort(rng.uniform(0, 2000.0, 2000))
    rows = []
    for _ in range(40):
        death = rng.exponential(500.0)
        born = 0.0
        while born < 2000.0:
            shown = np.flatnonzero((at >= born) & (at < death) & (rng.uniform(size=2000) < q))
            rows += [(shown[0], shown[-1], len(shown))] if len(shown) else []
            born, death = death, death + rng.exponential(500.0)
    first, last, count = np.array(rows).T
    return Showings(first, last, count.astype(float), at, 2000.0)


def test_deaths_are_those_of_an_integrated_likelihood() -> None:
    seen = some_showings(0.02, 5)
    found = fit_deaths(seen)
    life, rest = seen.at[seen.last] - seen.at[seen.first], seen.end - seen.at[seen.last]

    def cost(x: np.ndarray) -> float:  # one request a second
        death, q = np.exp(x[0]), special.expit(x[1])
        hidden, again = -np.log1p(-q), seen.count - 1
        known = again * np.log(q) + (seen.last - seen.first - again) * np.log1p(-q) - death * life
        grid = np.linspace(0.0, 2000.0, 4001)
        gone = integrate.cumulative_trapezoid(death * np.exp(-(death + hidden) * grid), grid, initial=0.0)
        return -(known + np.log(np.interp(rest, grid, gone) + np.exp(-(death + hidden) * rest))).sum()

    other = optimize.minimize(cost, [np.log(1 / 300), -3.5], method="Nelder-Mead")
    assert found.rate == pytest.approx(np.exp(other.x[0]), rel=0.03)
    assert found.shown == pytest.approx(special.expit(other.x[1]), rel=0.01)
    for end in (found.low, found.high):
        best = optimize.minimize_scalar(
            lambda z, end=end: cost(np.array([np.log(end), z])), bounds=(-6, -2), method="bounded"
        )
        assert best.fun - other.fun == pytest.approx(1.92, abs=0.15)


def test_items_that_are_always_shown_have_deaths_over_lives() -> None:
    seen = some_showings(0.9, 6)
    gone = seen.last < 1990
    assert fit_deaths(seen).rate == pytest.approx(
        gone.sum() / (seen.at[seen.last] - seen.at[seen.first]).sum(), rel=0.02
    )
    assert fit_deaths(seen.reversed()).rate == pytest.approx(1 / 500, rel=0.3)
    everlasting = Showings(np.arange(20), np.arange(20) % 5 + 1995, np.full(20, 500.0), seen.at, 2000.0)
    assert fit_deaths(everlasting).low == 0.0


def test_the_spread_of_items_is_that_of_a_sum_over_a_fine_grid() -> None:
    rng = np.random.default_rng(7)
    shown = rng.integers(40, 200, (30, 2)).astype(float)
    seen = np.array([1.0, 0.5])
    p = special.expit(-2.0 + 0.7 * rng.normal(size=30))
    clicks = rng.binomial(shown.astype(int), seen * p[:, None]).astype(float)
    found = fit_spread(clicks, shown, seen)
    z = np.linspace(-7, 7, 1401)

    def cost(spread: float) -> float:
        def at(middle: float) -> float:
            one = seen[:, None] * special.expit(middle + spread * z)
            each = stats.binom.pmf(clicks[:, :, None], shown[:, :, None], one).prod(1) * stats.norm.pdf(z)
            return -np.log(integrate.simpson(each, x=z, axis=1)).sum()

        return optimize.minimize_scalar(at, bounds=(-2.6, -1.4), method="bounded", options={"xatol": 1e-3}).fun

    least = cost(found.value)
    assert least < min(cost(0.9 * found.value), cost(1.1 * found.value))
    assert [cost(end) - least for end in (found.low, found.high)] == pytest.approx([1.92, 1.92], abs=0.02)


def test_the_mean_of_logit_normal_rates() -> None:
    exact = integrate.quad(lambda z: special.expit(special.logit(0.05) + 1.5 * z) * stats.norm.pdf(z), -9, 9)[0]
    assert moments(0.05, 1.5)[0] == pytest.approx(exact, rel=1e-6)
    assert rate_of(exact, 1.5) == pytest.approx(0.05, rel=1e-6)


def test_click_rates_with_tastes_are_those_of_drawn_users_and_items() -> None:
    rng = np.random.default_rng(10)
    user, item, own = rng.normal(size=(1000, 8)), rng.normal(0, 8**-0.5, (4000, 8)), rng.normal(size=4000)

    def drawn(rate: float, popularity: float, tastes: float) -> list[float]:
        each = special.expit(special.logit(rate) + popularity * own + tastes * user @ item.T).mean(0)
        return [each.mean(), each.std()]

    assert moments(0.05, 0.5, 1.5) == pytest.approx(drawn(0.05, 0.5, 1.5), rel=0.03)
    mean, spread = drawn(0.1, 0.6, 0.0)
    popularity = popularity_of(mean, 0.6, 1.5)
    assert drawn(rate_of(mean, popularity, 1.5), popularity, 1.5) == pytest.approx([mean, spread], rel=0.03)
    assert popularity > 0.65
    assert popularity_of(mean, 0.2, 1.5) == 0.0  # items differ more than that by the length of x


@pytest.mark.parametrize("tastes", [0.1, 1.0, 4.0])
@pytest.mark.parametrize("mean", [0.999, 0.99, 0.6])
def test_click_rates_near_1_are_those_near_0_turned_round(mean: float, tastes: float) -> None:
    popularity = popularity_of(mean, 4.0, tastes)
    assert popularity == pytest.approx(popularity_of(1.0 - mean, 4.0, tastes), abs=1e-3)
    rate = rate_of(1.0 - mean, popularity, tastes)
    as_wanted = moments(rate_of(1.0 - mean, 4.0), 4.0)
    assert moments(rate, popularity, tastes) == pytest.approx(as_wanted, rel=1e-3)


def test_sessions_are_those_of_a_likelihood_in_plain_words() -> None:
    rng = np.random.default_rng(8)
    n = 4000
    stays = rng.uniform(size=n) < 0.7
    gap = np.where(stays, rng.weibull(0.8, n) * 30.0, rng.exponential(5000.0, n))
    ended = gap < 20000.0
    gaps = Gaps(np.minimum(gap, 20000.0), np.minimum(gap, 20000.0), np.ones(n), ended.astype(float), np.arange(n) // 20)
    found = fit_sessions(gaps)

    def cost(x: np.ndarray) -> float:
        stay, mean, scale, shape = special.expit(x[0]), np.exp(-x[1]), np.exp(x[2]), np.exp(x[3])
        law = stats.weibull_min(shape, scale=scale)
        come = stay * law.pdf(gap) + (1 - stay) * stats.expon.pdf(gap, scale=mean)
        none = stay * law.sf(20000.0) + (1 - stay) * np.exp(-20000.0 / mean)
        return -(np.log(come[ended]).sum() + (~ended).sum() * np.log(none))

    other = optimize.minimize(cost, [1.0, -8.0, 3.0, 0.0], method="Nelder-Mead", options={"maxiter": 2000})
    assert found.family.name == "weibull"
    assert found.x == pytest.approx(other.x, abs=2e-3)
    assert cost(found.x) == pytest.approx(other.fun, abs=1e-3)
    step = np.eye(4) * 1e-3  # users at random: the sandwich is the inverse of the information
    bend = [[cost(found.x + a + b) - cost(found.x + a - b) - cost(found.x - a + b) + cost(found.x - a - b)
             for a in step] for b in step]  # fmt: skip
    exact = np.linalg.inv(np.array(bend) / 4e-6)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(np.sqrt(np.diag(exact)), rel=0.2)


def test_positions_of_a_policy_that_knows_what_users_like() -> None:
    rng = np.random.default_rng(9)
    n = 30_000
    favourite, user = rng.integers(0, 4, n), rng.integers(0, 500, n)
    first = np.where(rng.uniform(size=n) < 0.7, favourite, rng.integers(0, 4, n))
    second = rng.integers(0, 4, n)
    p = np.concatenate([np.where(first == favourite, 0.775, 0.075), np.full(n, 0.25)])
    liked = np.concatenate([first == favourite, second == favourite])
    position = np.repeat([0, 1], n)
    clicked = rng.uniform(size=2 * n) < np.where(position == 0, 1.0, 0.5) * np.where(liked, 0.4, 0.1)
    naive = fit_ratios(clicked, position, np.tile(user, 2), np.ones(2 * n))
    weighted = fit_ratios(clicked, position, np.tile(user, 2), 1.0 / p)
    assert naive.high[1] < 0.3  # what stands first is what is liked
    assert weighted.low[1] < 0.5 < weighted.high[1]
    assert weighted.high[1] - weighted.low[1] < 0.06


@pytest.mark.parametrize("mean", [0.0, 1e-9, 1.0 - 1e-9, 1.0])
def test_a_popularity_is_found_at_any_rate(mean):
    assert 0.0 <= popularity_of(mean, 0.5, 4.0) < 3.0
