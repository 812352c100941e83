"""Maxima of the likelihood, against an independent likelihood and optimiser, and against SurPyval's."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import optimize, stats

from sim.analysis.fit.fits import Fit, fit_all
from sim.laws import parse_law

DAY = 86400.0


@dataclass(frozen=True)
class Made:
    """A table: the law of its answers, how many rows and who answers, how long it was watched, how it was rounded.

    Of a share of 1e-4 about ten rows of 1e5 answer, and a law needs ten: `seed` is one that has them.
    """

    law: str
    n: int
    share: float = 1.0
    watched: float = np.inf  # mean time watched, in units of the law's 80 % quantile
    step: float = 1.0
    rounding: str = "down"
    window: float = np.inf
    clock: float = 0.0  # step of the time watched; 0: exact
    seed: int | None = None

    def rows(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed if self.seed is None else self.seed)
        law = scipys(self.law.partition("(")[0], *numbers_of(self.law))
        x = law.rvs(self.n, random_state=rng)
        watched = np.full(self.n, 1e9)
        if np.isfinite(self.watched):
            watched = rng.uniform(0.0, 2.0 * self.watched * law.ppf(0.8), self.n)
            watched = np.ceil(watched / self.clock) * self.clock if self.clock else watched
        come = (rng.uniform(size=self.n) < self.share) & (x <= watched)
        delay = {"down": np.floor, "nearest": np.rint, "up": np.ceil}[self.rounding](x / self.step) * self.step
        if np.isfinite(self.window):
            keep = x <= self.window
            return delay[keep], np.full(keep.sum(), np.nan)
        return np.where(come, delay, np.nan), watched


# each family's law in SciPy, with its shapes and its scale
NAMED = {
    "exponential": (stats.expon, lambda mean: ((), mean)),
    "lognormal": (stats.lognorm, lambda median, sigma: ((sigma,), median)),
    "weibull": (stats.weibull_min, lambda scale, shape: ((shape,), scale)),
    "gamma": (stats.gamma, lambda mean, shape: ((shape,), mean / shape)),
}


def scipys(name: str, *numbers: float):
    law, as_theirs = NAMED[name]
    shapes, scale = as_theirs(*numbers)
    return law(*shapes, scale=scale)


H = 3600.0
TABLES = [
    Made("lognormal(3600, 0.8)", 500),
    Made("weibull(864000, 2)", 600, step=0.1),
    Made("gamma(7200, 0.5)", 300, 0.3, 2.0),
    Made("exponential(5000)", 20),
    Made("exponential(5000)", 20, 0.6, 3.0),
    Made("weibull(20, 0.5)", 400),
    Made("gamma(20, 0.3)", 400),
    Made("lognormal(20, 1.2)", 400, rounding="nearest"),
    Made("exponential(90)", 1000, 0.7, 1.0, step=60.0, rounding="up"),
    Made("weibull(300, 1.5)", 2000, 1.0, 1.0, step=60.0, rounding="nearest"),
    Made("gamma(300, 5)", 1000, 0.5, 0.7, step=60.0),
    Made("lognormal(14400, 0.3)", 300, 0.2, 4.0, step=H),
    Made("weibull(172800, 0.3)", 2000, 0.9, 2.0, step=H),
    Made("weibull(172800, 5)", 500, 0.9, 2.0, step=H),
    Made("gamma(400000, 3)", 3000, 0.2, 1.0, step=DAY),
    Made("lognormal(400000, 1)", 3000, 0.2, 1.0, step=DAY, rounding="up"),
    Made("exponential(3000)", 100_000, 1e-3, 20.0, step=0.1),
    Made("exponential(3000)", 100_000, 3e-4, 20.0),
    Made("weibull(3000, 1.4)", 50_000, 6e-4, 50.0),
    Made("lognormal(3000, 2)", 20_000, 2e-3, 50.0),
    Made("gamma(3000, 2)", 100_000, 1e-2, 1.0, step=60.0),
    Made("weibull(7000, 0.6)", 100_000, 0.5, 0.5, step=60.0),
    Made("lognormal(7000, 1.5)", 100_000, step=60.0),
    Made("gamma(7000, 0.4)", 50_000, 0.9, 0.3, step=60.0),
    Made("exponential(7000)", 500, 1.0, 0.05),
    Made("weibull(7000, 2)", 2000, 1.0, 0.15),
    Made("gamma(7000, 1.5)", 2000, 0.6, 0.2),
    Made("lognormal(7000, 0.5)", 1000, 0.8, 0.5),
    Made("exponential(2592000)", 600, window=30 * DAY),
    Made("weibull(1000000, 1.5)", 600, window=20 * DAY),
    Made("lognormal(100000, 1.5)", 2000, window=5 * DAY),
    Made("gamma(300000, 0.7)", 2000, window=5 * DAY, step=H),
    Made("lognormal(5000, 0.3)", 25, step=0.01),
    Made("weibull(5000, 5)", 30, step=0.01),
    Made("exponential(3000)", 100_000, 1e-4, seed=0),
    Made("exponential(3000)", 100_000, 1e-4, 0.3, clock=60.0, seed=615),
    Made("weibull(3000, 0.3)", 100_000, 1e-4, 20.0, clock=H, seed=0),
    Made("weibull(3000, 1.4)", 100_000, 1e-4, 50.0, step=60.0, clock=60.0, seed=0),
    Made("weibull(86400, 5)", 100_000, 1e-4, 1.0, clock=H, seed=23),
    Made("lognormal(3000, 2)", 100_000, 1e-4, 3.0, clock=60.0, seed=0),
    Made("lognormal(20000, 0.3)", 100_000, 1e-4, 1.0, step=60.0, rounding="up", clock=60.0, seed=20),
    Made("lognormal(172800, 1)", 100_000, 1e-4, 20.0, step=H, rounding="nearest", clock=H, seed=0),
    Made("gamma(3000, 0.4)", 100_000, 1e-4, 1.0, clock=60.0, seed=17),
    Made("gamma(3000, 2)", 100_000, 1e-4, 20.0, step=0.1, clock=60.0, seed=3),
    Made("gamma(30000, 5)", 100_000, 1e-4, 1.0, clock=60.0, seed=5),
]
QUICK = (0, 1, 3, 28)


def numbers_of(law: str) -> list[float]:
    return [float(part) for part in law.partition("(")[2].rstrip(")").split(",")]


def cost_of(name: str, made: Made, delay: np.ndarray, watched: np.ndarray, rounding: str):
    """Return minus the log likelihood as a function of log parameters and the log odds of answering."""
    came = ~np.isnan(delay)
    values, counts = np.unique(delay[came], return_counts=True)
    ends, waits = np.unique(watched[~came], return_counts=True)
    below, above = {"down": (0, 1), "nearest": (0.5, 0.5), "none": (0.5, 0.5), "up": (1, 0)}[rounding]
    low, high = np.maximum(values - below * made.step, 0), np.minimum(values + above * made.step, made.window)
    law, as_theirs = NAMED[name]
    middle, narrow, k = 0.5 * (low + high), high - low < 1e-5 * low, len(low)
    edges = np.concatenate((low, high, [made.window], ends))

    def cost(x: np.ndarray) -> float:
        with np.errstate(all="ignore"):
            return np.nan_to_num(_cost(x), nan=1e12, posinf=1e12)

    def _cost(x: np.ndarray) -> float:
        share = 1 / (1 + np.exp(-x[-1])) if len(ends) else 1.0
        shapes, scale = as_theirs(*np.exp(x[: len(x) - (len(ends) > 0)]))
        after, until = law.sf(edges, *shapes, scale=scale), law.cdf(edges[: 2 * k + 1], *shapes, scale=scale)
        inside = np.where(after[:k] < 0.5, after[:k] - after[k : 2 * k], until[k : 2 * k] - until[:k])
        logs = np.log(inside)
        logs[narrow] = (law.logpdf(middle, *shapes, scale=scale) + np.log(high - low))[narrow]
        logs = logs - np.log(until[2 * k])
        return -(counts @ (np.log(share) + logs) + waits @ np.log((1 - share) + share * after[2 * k + 1 :]))

    return cost, len(ends) > 0


def best_of(name: str, made: Made, delay, watched, rounding: str, starts: int = 20) -> tuple[float, np.ndarray]:
    cost, shared = cost_of(name, made, delay, watched, rounding)
    rough = cost_of(name, made, delay, coarse(watched), rounding)[0]
    rng = np.random.default_rng(5)
    middle, seen, found = np.nanmedian(delay), np.mean(~np.isnan(delay)), []
    for _ in range(starts):
        x = [np.log(middle) + rng.normal(0, 1.0)] + [rng.normal(0, 0.8)] * (name != "exponential")
        x += [np.log(seen / (1 - seen)) + abs(rng.normal(0, 3))] if shared else []
        end = optimize.minimize(rough, x, method="Nelder-Mead", options={"maxiter": 300, "xatol": 1e-3, "fatol": 1e-2})
        found.append((end.fun, end.x))
    start = min(found, key=lambda one: one[0])[1]
    end = optimize.minimize(cost, start, method="Nelder-Mead", options={"maxiter": 2000, "xatol": 1e-7, "fatol": 1e-7})
    return end.fun, end.x


def coarse(watched: np.ndarray) -> np.ndarray:
    """Return the times watched in a thousand steps where there are many, for a search from all starts."""
    step = watched.max() / 1000
    return np.ceil(watched / step) * step if len(watched) > 10_000 else watched


def check(number: int, starts: int) -> None:
    made = TABLES[number]
    delay, watched = made.rows(100 + number)
    fitted = fit_all(delay, watched, rounding=made.rounding, window=made.window)
    assert fitted.step == pytest.approx(made.step)
    other = ("lognormal", "weibull", "gamma")[number % 3] if len(delay) < 5000 else "exponential"
    for name in {made.law.partition("(")[0], other}:
        fit = next(fit for fit in fitted.fits if fit.name == name)
        if any(known.name == "at once" for known in fit.numbers):
            assert name != made.law.partition("(")[0]
            continue
        cost, x = best_of(name, made, delay, watched, made.rounding, starts)
        assert fit.found
        assert fit.aic == pytest.approx(2 * cost + 2 * len(x), abs=0.1), name
        agree(fit, x)
        printed(fit, made, delay)


def agree(fit: Fit, x: np.ndarray) -> None:
    """Each number is within a tenth of its standard error, or on a ridge where the likelihood is flat."""
    own = np.exp(x) if fit.numbers[-1].name != "ever answers" else np.append(np.exp(x[:-1]), 1 / (1 + np.exp(-x[-1])))
    for known, value in zip(fit.numbers, own, strict=True):
        if np.isfinite(known.error):
            assert known.value == pytest.approx(value, abs=0.1 * known.error + 1e-9), known


def printed(fit: Fit, made: Made, delay: np.ndarray) -> None:
    """The law as printed is the law as fitted."""
    values = {known.name: known for known in fit.numbers}
    x = np.nanquantile(delay, [0.2, 0.5, 0.8]) + 0.3 * made.step
    law = scipys(fit.name, *[known.value for known in fit.numbers if known.kind != "share"])
    share = values["ever answers"].value if "ever answers" in values else 1.0
    truth = share * law.cdf(x) / law.cdf(made.window)
    np.testing.assert_allclose(parse_law(fit.law).cdf(x), truth, rtol=0.01)


@pytest.mark.parametrize("number", QUICK)
def test_a_maximum_is_the_best_of_many_starts(number: int) -> None:
    check(number, 3)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(TABLES)))
def test_all_maxima_are_the_best_of_twenty_starts(number: int) -> None:
    check(number, 20)
