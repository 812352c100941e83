"""Maximise a likelihood, and measure how sharp the maximum is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.fit.families import SCALE, Floats
from sim.analysis.fit.likelihood import Model, odds
from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.optimize as scipy_optimize
else:
    scipy_optimize = lazy("scipy.optimize")

_FEW, SOME = 240, 1500  # groups that represent all rows in a search, and in a profile
_TRIES = 4
_STEP = 1e-3
_FLAT, _SMALL = 1e-6, 1e-3  # gains in log likelihood that count as zero, and as negligible
_HALF = 1.92  # half of the 95 % point of chi squared with one degree of freedom


@dataclass(frozen=True)
class Peak:
    """A maximum of the likelihood.

    Attributes:
        x: its position.
        cost: minus the log likelihood there.
        errors: standard error of each entry of `x`; inf where the data do not determine it.
        found: whether it is a maximum: no step promises a gain.
    """

    x: Floats
    cost: float
    errors: Floats
    found: bool


def search(model: Model) -> Floats:
    """Return the best of several starts on few groups."""
    rough = replace(model, sample=model.sample.thin(_FEW))
    starts = sorted(_starts(rough), key=rough.cost)
    ends = [_descend(rough, start, rough=True) for start in _apart(starts)]
    return min(ends, key=rough.cost)


def near(model: Model, start: Floats) -> Floats:
    """Return the maximum near a point, on `SOME` groups."""
    return _descend(replace(model, sample=model.sample.thin(SOME)), start)


def climb(model: Model, start: Floats) -> Peak:
    """Return the maximum near a point, on all rows.

    It lies at a bound where the likelihood rises without end.
    """
    peak = _ascend(model, start)
    if peak.found:
        return peak
    ends = [_ascend(model, x) for x in _edges(model, peak.x)]
    return min([peak, *ends], key=lambda one: (one.cost > peak.cost + _SMALL, not one.found, one.cost))


def _ascend(model: Model, x: Floats) -> Peak:
    for turn in range(12):
        step, errors, promise = _newton(model, x)
        if promise < _FLAT:
            return Peak(x, model.cost(x), errors, True)
        better = _along(model, x, step)
        if better is None or turn == 5:
            better = _descend(model, x)
            if np.array_equal(better, x):
                break
        x = better
    return Peak(x, model.cost(x), errors, promise < _SMALL)


def _edges(model: Model, x: Floats) -> list[Floats]:
    """Return the points at a bound that lose nothing.

    One entry is at a bound and the others are unchanged, or optimised if it is the share.
    """
    ends = [np.where(np.arange(len(x)) == i, bound, x) for i, bounds in enumerate(model.bounds) for bound in bounds]
    if model.share:  # along a ridge no entry goes to its end alone
        ends.append(_descend(model, np.append(x[:-1], model.bounds[-1][1]), fixed=True))
    return [end for end in ends if np.isfinite(end).all() and model.cost(end) < model.cost(x) + _SMALL]


def share_interval(model: Model, peak: Peak) -> tuple[float, float]:
    """Return the 95 % profile interval of the answering share.

    Scales are not limited to those that a scenario accepts, as that would make the share seem better known than it is.
    """
    rough = replace(model, sample=model.sample.thin(SOME), stated=False)
    here = _descend(rough, peak.x)
    least, where = rough.cost(here), {0.0: here}

    def lost(logit: float) -> float:
        known = where[min(where, key=lambda offset: abs(offset + here[-1] - logit))]
        end = _descend(rough, np.append(known[:-1], logit), fixed=True)
        where[logit - here[-1]] = end
        return float(rough.cost(end) - least - _HALF)

    low, high = rough.bounds[-1]
    ends = (_crossing(lost, float(here[-1]), -0.5, low), _crossing(lost, float(here[-1]), 0.5, high))
    return odds(ends[0]), odds(ends[1])


def _crossing(lost: Callable[[float], float], start: float, step: float, far: float) -> float:
    """Return where a loss turns from negative to positive.

    Infinite if it does not before `far`.
    """
    inside = start
    while inside != far:
        outside = min(inside + step, far) if step > 0 else max(inside + step, far)
        if lost(outside) > 0:
            return float(scipy_optimize.brentq(lost, inside, outside, xtol=1e-3))
        inside, step = outside, 1.7 * step
    return float(np.copysign(np.inf, step))


def _starts(model: Model) -> list[Floats]:
    sample = model.sample
    share = sample.answered / (sample.answered + sample.open)
    at_once = float(sample.count @ sample.zero) / sample.answered
    middle = float(
        np.median(np.repeat(sample.middle, np.ceil(sample.count * min(1.0, 1e4 / sample.answered)).astype(int)))
    )
    found = []
    for own in model.family.starts(max(middle, 1e-6)):
        free = [
            np.log(v) if kind in (SCALE, "shape") else _logit(v)
            for v, (_, kind) in zip(own, model.family.numbers, strict=True)
        ]
        free += [_logit(at_once)] if model.at_once else []
        ever = (share, 0.5 * (1.0 + share), 1.0 - 1e-4) if model.share else (None,)
        found += [np.array(free if one is None else [*free, _logit(one)]) for one in ever]
    low, high = np.array(model.bounds).T
    return [np.clip(start, low, high) for start in found]


def _apart(starts: list[Floats]) -> list[Floats]:
    """Return the best starts that are not close together."""
    kept: list[Floats] = []
    for start in starts:
        if len(kept) < _TRIES and all(np.abs(start - other).max() > 0.8 for other in kept):
            kept.append(start)
    return kept


def _descend(model: Model, start: Floats, fixed: bool = False, rough: bool = False) -> Floats:
    rows = model.sample.answered + model.sample.open
    bounds = [*model.bounds[:-1], (start[-1], start[-1])] if fixed else model.bounds
    options = {"ftol": 1e-7, "maxiter": 50} if rough else {"ftol": 1e-11, "gtol": 1e-7, "maxiter": 200}
    found = scipy_optimize.minimize(
        lambda x: model.cost(x) / rows, start, method="L-BFGS-B", bounds=bounds, options=options
    )
    return np.asarray(found.x if model.cost(found.x) <= model.cost(start) else start)


def _newton(model: Model, x: Floats) -> tuple[Floats, Floats, float]:
    """Return Newton's step, standard errors and expected gain."""
    low, high = np.array(model.bounds).T
    free = np.flatnonzero((x > low + 2 * _STEP) & (x < high - 2 * _STEP))
    slope, bend = _derivatives(model, x, free)
    values, axes = np.linalg.eigh(bend) if len(free) else (np.ones(0), np.ones((0, 0)))
    sharp = values > 1e-3
    along = axes.T @ slope
    promise = float(0.5 * (along[sharp] ** 2 / values[sharp]).sum() + np.abs(along[~sharp]).sum())
    step, errors = np.zeros(len(x)), np.full(len(x), np.inf)
    step[free] = -axes @ np.where(sharp, along / np.where(sharp, values, 1.0), along)
    spread = axes**2 @ np.where(sharp, 1.0 / np.where(sharp, values, 1.0), 0.0)
    errors[free] = np.where((axes[:, ~sharp] ** 2).sum(1) > 1e-3, np.inf, np.sqrt(spread))
    last = [x[i] > high[i] - 2 * _STEP for i, (_, kind) in enumerate(model.family.numbers) if kind == SCALE]
    if model.share and any(last):
        errors[-1] = np.inf  # the law is at its slowest: a slower one needs a larger share
    return step, errors, promise


def _derivatives(model: Model, x: Floats, free: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return gradient and second derivatives by central differences."""
    n = len(free)
    e = np.zeros((n, len(x)))
    e[np.arange(n), free] = _STEP
    here = model.cost(x)
    up, down = np.array([model.cost(x + s) for s in e]), np.array([model.cost(x - s) for s in e])
    bend = np.diag((up - 2.0 * here + down) / _STEP**2)
    for i in range(n):
        for j in range(i):
            mixed = model.cost(x + e[i] + e[j]) - model.cost(x + e[i] - e[j])
            mixed -= model.cost(x - e[i] + e[j]) - model.cost(x - e[i] - e[j])
            bend[i, j] = bend[j, i] = mixed / (4.0 * _STEP**2)
    return (up - down) / (2.0 * _STEP), bend


def _along(model: Model, x: Floats, step: Floats) -> Floats | None:
    low, high = np.array(model.bounds).T
    here = model.cost(x)
    for part in (1.0, 0.5, 0.1, 0.01):
        there = np.clip(x + part * step, low, high)
        if model.cost(there) < here:
            return there
    return None


def _logit(share: float) -> float:
    share = min(max(share, 1e-6), 1.0 - 1e-6)
    return float(np.log(share / (1.0 - share)))
