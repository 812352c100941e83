"""The same likelihoods in SurPyval: intervals, rows that have not answered, a share that never does, a window."""

import numpy as np
import pytest

from sim.analysis.fit.fits import Fit, fit_all

pytestmark = pytest.mark.slow

DAY = 86400.0
# what SurPyval's parameters are called here
OWN = {
    "Exponential": lambda p: {"mean": 1 / p[0]},
    "Weibull": lambda p: {"scale": p[0], "shape": p[1]},
    "LogNormal": lambda p: {"median": np.exp(p[0]), "sigma": p[1]},
    "Gamma": lambda p: {"mean": p[0] / p[1], "shape": p[0]},
}


def surpyval(name: str, **data):
    pytest.importorskip("surpyval", reason="the extra test has it")
    import surpyval

    return getattr(surpyval, name).fit(**data)


def same(fit: Fit, theirs, values: dict[str, float]) -> None:
    """Their maximum is ours, and their numbers are ours within a tenth of the standard error."""
    own = {number.name: number for number in fit.numbers}
    assert (fit.aic - 2 * len(own)) / 2 == pytest.approx(theirs, abs=0.01)
    for name, value in values.items():
        assert own[name].value == pytest.approx(value, abs=0.1 * own[name].error), name


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("shape", [0.5, 1.5, 4.0])
def test_intervals_and_rows_without_an_answer(name: str, shape: float) -> None:
    rng = np.random.default_rng(int(10 * shape))
    x, watched = rng.weibull(shape, 600) * 1000.0, rng.uniform(0, 4000, 600)
    delay = np.where((x <= watched) & (rng.uniform(size=600) < 0.6), np.ceil(x / 60) * 60, np.nan)
    ends = np.where(np.isnan(delay), watched, delay)
    low = np.where(np.isnan(delay), watched, np.maximum(ends - 60, 1e-9))
    theirs = surpyval(name, x=np.column_stack((low, ends)), c=np.where(np.isnan(delay), 1, 2), lfp=True)
    fit = next(f for f in fit_all(delay, watched, rounding="up").fits if f.name == name.lower())
    if theirs.lfp_p < 0.999:
        same(fit, theirs.neg_ll(), OWN[name](theirs.params) | {"ever answers": theirs.lfp_p})


@pytest.mark.parametrize("name", OWN)
def test_a_window(name: str) -> None:
    x = np.random.default_rng(3).exponential(30.0, 2000) * DAY
    x = x[x < 30 * DAY].round()
    theirs = surpyval(name, x=x, tr=30 * DAY)
    fitted = fit_all(x, np.full(len(x), np.nan), window=30 * DAY, resolution=1.0)
    same(next(f for f in fitted.fits if f.name == name.lower()), theirs.neg_ll(), OWN[name](theirs.params))
