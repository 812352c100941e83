"""Fit every family of laws by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.fit.families import FAMILIES, SHARE, Family, Floats
from sim.analysis.fit.intervals import FINEST, ROUNDING, Sample, sample, shared_step
from sim.analysis.fit.likelihood import Model
from sim.analysis.fit.optimise import SOME, Peak, climb, near, search, share_interval
from sim.analysis.fit.write import Number, duration, law_text, numbers, shares
from sim.analysis.units import counted
from sim.laws import parse_law
from sim.lazy import lazy
from sim.stable_math import one_blas_thread

if TYPE_CHECKING:
    import scipy.stats as scipy_stats
else:
    scipy_stats = lazy("scipy.stats")

LEAST = 10  # answers
_FINE = 200.0  # a delay of so many steps counts as exact
ALIKE = 0.1  # smaller differences of log likelihood do not distinguish ways of rounding
_CLEAR = 5.0  # gain of log likelihood that a share that answers at once must have


@dataclass(frozen=True)
class Fit:
    """A fitted law.

    Attributes:
        name: of its family.
        law: its text in a scenario.
        answers: share that ever answers.
        aic: Akaike's criterion, lower is better.
        distance: largest distance between its curve of answers and that of the data (Kaplan-Meier), as a share of those
            that ever answer.
        numbers: each of its numbers, with standard error and 95 % interval.
        found: whether the search ended at a maximum.
    """

    name: str
    law: str
    answers: float
    aic: float
    distance: float
    numbers: tuple[Number, ...]
    found: bool = True


@dataclass(frozen=True)
class Fitted:
    """All fits to a table.

    Attributes:
        fits: best first.
        step: resolution of the delays, seconds.
        rounding: ``down``, ``nearest``, ``up``, ``instants``, or ``none`` where the step is too fine to matter.
        gain: log likelihood by which this rounding is better than the next best, 0 where all are equal; negative where
            zeros show that delays were rounded down but another way fits better; None where it was not estimated.
        answered: rows that answered.
        open: rows that did not.
        zeros: rows that answered after 0 seconds.
        longest: the longest delay of an answer, seconds.
        beyond: answers that the best law expects to be longer than that; 0 where rows are open or a window is given.
    """

    fits: list[Fit]
    step: float
    rounding: str
    gain: float | None
    answered: int
    open: int
    zeros: int
    longest: float = 0.0
    beyond: float = 0.0


def fit_all(
    delay: Floats,
    watched: Floats,
    *,
    rounding: str | None = None,
    steps: tuple[float, float] | None = None,
    resolution: float | None = None,
    window: float = np.inf,
) -> Fitted:
    """Fit every family of laws to delays.

    Args:
        delay: ``(n,)`` seconds until the answer; NaN where none has come.
        watched: ``(n,)`` seconds that a row without an answer was watched; inf where it certainly never answers.
        rounding: ``down``, ``nearest`` or ``up``; None: estimated from the delays.
        steps: resolution of the two instants whose difference is the delay, seconds; None: delays were measured.
        resolution: of measured delays, seconds; None: the greatest step that all share.
        window: seconds beyond which no answer is ever recorded.

    Raises:
        ValueError: fewer than 10 answers, a time that is negative or missing, or zeros where delays are rounded up.
    """
    came = ~np.isnan(delay)
    answered = int(came.sum())
    if answered < LEAST:
        raise ValueError(f"an answer in {counted(answered, 'row')} only; at least {LEAST} are needed to fit a law")
    above = steps[1] if steps else 0.0
    if (delay[came] + above < 0).any() or np.isnan(watched[~came]).any() or (watched[~came] < 0).any():
        raise ValueError("a delay or a time watched is negative, or missing where nothing has come")
    with one_blas_thread():  # vectors of three numbers: threads would only slow it down
        step = max(steps) if steps else resolution or shared_step(delay[came])
        return _fit_all(delay, watched, rounding, steps, step, window)


def _fit_all(
    delay: Floats, watched: Floats, rounding: str | None, steps: tuple[float, float] | None, step: float, window: float
) -> Fitted:
    answers = delay[~np.isnan(delay)]
    counts = len(answers), len(delay) - len(answers), int((answers <= 0).sum())
    if rounding == "up" and counts[2]:
        raise ValueError(f"a delay of 0 in {counted(counts[2], 'row')}, which delays that are rounded up never are")
    if np.ptp(answers) == 0.0:
        return Fitted([_constant(delay, watched)], step, "none", None, *counts, float(answers[0]))
    if steps:
        rounding, gain, slack = "instants", None, steps
    else:
        rounding, gain = (rounding, None) if rounding else _rounding(delay, watched, step, window)
        slack = _slack(rounding, step)
    rows = sample(delay, watched, slack, window)
    found = sorted((_fit(family, rows) for family in FAMILIES), key=lambda one: (not one[0].found, one[0].aic))
    if not found[0][0].found:
        raise ValueError("the search found no maximum for any law: are these delays?")
    fits = [fit for fit, _, _ in found]
    fits[0] = _with_profile(*found[0])
    longest, beyond = float(answers.max()), 0.0
    if not counts[1] and np.isinf(window):
        beyond = counts[0] * (1.0 - float(found[0][2].curve(rows.high[-1:], found[0][1].x)[0]))
    return Fitted(fits, step, rounding, gain, *counts, longest, beyond)


def _slack(rounding: str, step: float) -> tuple[float, float]:
    below, above = ROUNDING.get(rounding, ROUNDING["nearest"])
    return below * step, above * step


def _rounding(delay: Floats, watched: Floats, step: float, window: float) -> tuple[str, float | None]:
    """Return how delays were rounded, and the likelihood gain.

    Down if there are zeros, else the way that fits best. The gain is None where it was not estimated.
    """
    least = float(np.nanmin(delay))
    if step <= FINEST or least > _FINE * step:
        return "down" if least <= 0 else "none", None
    starts: dict[str, Floats] = {}
    ways = ("down", "nearest") if least <= 0 else ("down", "nearest", "up")
    costs = {way: _best_cost(sample(delay, watched, _slack(way, step), window).thin(SOME), starts) for way in ways}
    if least <= 0:
        return "down", min(costs["nearest"] - costs["down"], 0.0)
    first, second, _ = sorted(costs, key=costs.__getitem__)
    if costs["down"] - costs[first] < ALIKE:
        return "down", 0.0
    return first, costs[second] - costs[first]


def _best_cost(rows: Sample, starts: dict[str, Floats]) -> float:
    """Return minus the log likelihood of the best family.

    Each parameter counts as one. Starting points are kept in ``starts`` for the next call.
    """
    best = np.inf
    for family in FAMILIES:
        model = Model(family, rows, False, rows.open > 0)
        if family.name not in starts:
            starts[family.name] = search(model)
        best = min(best, model.cost(near(model, starts[family.name])) + len(model.bounds))
    return float(best)


def _fit(family: Family, rows: Sample) -> tuple[Fit, Peak, Model]:
    model = Model(family, rows, False, rows.open > 0)
    x = near(model, search(model))
    if rows.zero.any() and family.name != "two exponentials":  # one of the two may be arbitrarily fast
        other = replace(model, at_once=True)
        with_zeros = near(other, search(other))
        if other.cost(with_zeros) < model.cost(x) - _CLEAR:
            model, x = other, with_zeros
    peak = _ordered(model, _everybody(model, climb(model, x)))
    return _told(model, peak, numbers(model, peak)), peak, model


def _everybody(model: Model, peak: Peak) -> Peak:
    """Drop the share that never answers if it gains nothing."""
    if model.share:
        x = peak.x.copy()
        x[-1] = model.bounds[-1][1]
        if model.cost(x) < peak.cost + 1e-3:
            return climb(model, x)
    return peak


def _ordered(model: Model, peak: Peak) -> Peak:
    """Put the faster of two exponentials first."""
    if model.family.name != "two exponentials" or peak.x[0] <= peak.x[1]:
        return peak
    order = np.array([1, 0, *range(2, len(peak.x))])
    sign = np.where(np.arange(len(peak.x)) == 2, -1.0, 1.0)
    return replace(peak, x=peak.x[order] * sign, errors=peak.errors[order])


def _told(model: Model, peak: Peak, found: tuple[Number, ...]) -> Fit:
    law = law_text(model, found, model.never(peak.x))
    distance = _distance(model, peak.x)
    aic = 2.0 * len(peak.x) + 2.0 * peak.cost
    return Fit(model.family.name, law, model.answering(peak.x), aic, distance, found, peak.found and _taken(law))


def _taken(law: str) -> bool:
    """Say whether a scenario accepts a law.

    A law at the end of the allowed range may be rejected.
    """
    try:
        parse_law(law)
    except ValueError:
        return False
    return True


def _with_profile(fit: Fit, peak: Peak, model: Model) -> Fit:
    """Return the fit with the profile interval of its share."""
    if not model.share:
        return fit
    low, high = share_interval(model, peak)
    share = replace(fit.numbers[-1], low=low, high=high)
    return replace(fit, numbers=(*fit.numbers[:-1], share))


def _distance(model: Model, x: Floats) -> float:
    rows = model.sample
    last = max(rows.high.max(), *(rows.ends.tolist() or [0.0])) * 2.0
    right = np.concatenate((np.repeat(rows.ends, rows.waiting.astype(int)), np.full(int(rows.never), last)))
    answered = np.repeat(rows.middle, rows.count.astype(int))
    seen = scipy_stats.ecdf(scipy_stats.CensoredData(uncensored=answered, right=right)).cdf
    at = np.searchsorted(seen.quantiles, rows.middle)  # the empirical curve is known at the ends of intervals only
    return float(np.abs(seen.probabilities[at] - model.curve(rows.high, x)).max() / model.answering(x))


def _constant(delay: Floats, watched: Floats) -> Fit:
    """Return the law of delays that are all equal."""
    came = ~np.isnan(delay)
    value, answered = float(delay[came][0]), float(came.sum())
    silent = float((watched[~came] >= value).sum())  # rows watched for a shorter time say nothing
    share = answered / (answered + silent)
    law = f"constant({duration(value, value * 1e-9)})"
    if silent == 0:
        return Fit("constant", law, 1.0, 0.0, 0.0, ())
    error = float(np.sqrt(share * (1.0 - share) / (answered + silent)))
    number = Number("ever answers", SHARE, share, error, max(share - 1.96 * error, 0.0), min(share + 1.96 * error, 1.0))
    return Fit("constant", f"never(p={shares(1.0 - share, share, error)[0]}, else={law})", share, 0.0, 0.0, (number,))
