"""A fitted law as text, rounded as the data allow."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from sim.analysis.fit.families import SCALE, SHARE
from sim.analysis.fit.likelihood import Model, odds
from sim.analysis.fit.optimise import Peak
from sim.laws.durations import UNITS

_NONE = 1e-6  # a share too small to be stated
_WIDE = 1.96


@dataclass(frozen=True)
class Number:
    """A parameter of a fitted law.

    Attributes:
        name: as in the law's text, or in words.
        kind: ``scale`` (seconds), ``shape`` or ``share``.
        value: its estimate.
        error: its standard error; inf where the data do not determine it.
        low: lower end of the 95 % interval.
        high: upper end.
    """

    name: str
    kind: str
    value: float
    error: float
    low: float
    high: float


def numbers(model: Model, peak: Peak) -> tuple[Number, ...]:
    """Return each parameter with standard error and interval."""
    named = list(model.family.numbers)
    named += [("at once", SHARE)] if model.at_once else []
    named += [("ever answers", SHARE)] if model.share else []
    return tuple(_number(*named[i], float(peak.x[i]), float(peak.errors[i])) for i in range(len(named)))


def _number(name: str, kind: str, x: float, error: float) -> Number:
    with np.errstate(over="ignore"):
        if kind == SHARE:
            value = odds(x)
            return Number(
                name, kind, value, value * (1.0 - value) * error, odds(x - _WIDE * error), odds(x + _WIDE * error)
            )
        value = float(np.exp(x))
        return Number(
            name, kind, value, value * error, float(np.exp(x - _WIDE * error)), float(np.exp(x + _WIDE * error))
        )


def law_text(model: Model, found: tuple[Number, ...], never: float) -> str:
    """Return a law as a scenario states it.

    Args:
        model: of the fit.
        found: its numbers.
        never: share that never answers, to full precision.
    """
    known = {number.name: number for number in found}
    law = _within(_own(model, known), model)
    if model.at_once and (at_once := known["at once"]).value > _NONE:
        some, rest = shares(at_once.value, 1.0 - at_once.value, at_once.error)
        law = f"mixture({some}: constant(0s), {rest}: {law})"
    if model.share and never > _NONE:
        ever = known["ever answers"]
        law = f"never(p={shares(never, ever.value, ever.error)[0]}, else={law})"
    return law


def _own(model: Model, known: dict[str, Number]) -> str:
    if model.family.name == "two exponentials":
        fast, slow, share = known["fast mean"], known["slow mean"], known["fast share"]
        some, rest = shares(share.value, 1.0 - share.value, share.error)
        one, other = (f"exponential(mean={duration(part.value, part.error)})" for part in (fast, slow))
        return f"mixture({some}: {one}, {rest}: {other})"
    parts = (f"{name}={told(known[name])}" for name, _ in model.family.numbers)
    return f"{model.family.name}({', '.join(parts)})"


def _within(law: str, model: Model) -> str:
    window = model.sample.window
    return f"truncated(max={duration(window, window * 1e-9)}, law={law})" if np.isfinite(window) else law


def told(number: Number) -> str:
    """Return an estimate as text, with its unit.

    The unit is the largest that suits it, the digits are those that the data support.
    """
    return duration(number.value, number.error) if number.kind == SCALE else plain(number.value, number.error)


def plain(value: float, error: float) -> str:
    """Return a number with as many digits as known.

    To three digits, or to a twentieth of its standard error.

    >>> plain(2.00254, 0.064), plain(0.5, 0.1), plain(12345.678, 0.5)
    ('2.003', '0.5', '12345.68')
    """
    digits = 4
    if value > 0 and 0 < error < np.inf:
        digits = int(np.clip(np.ceil(np.floor(np.log10(value)) + 2.0 - np.log10(error)), 3, 12))
    return f"{float(f'{value:.{digits}g}'):.12g}"


def duration(seconds: float, error: float) -> str:
    """Return a duration in the largest unit that suits.

    The number before the point is at least one.

    >>> duration(5400.0, 100.0), duration(271.6 * 3600, 90000.0), duration(0.02, 0.001), duration(0.0, 1.0)
    ('1.5h', '11.3d', '20ms', '0s')
    """
    if seconds == 0.0:
        return "0s"
    unit = next((u for u in ("d", "h", "m", "s") if seconds >= UNITS[u]), "ms")
    return f"{plain(seconds / UNITS[unit], error / UNITS[unit])}{unit}"


def shares(share: float, rest: float, error: float) -> tuple[str, str]:
    """Return two shares that add up to 1.

    Each has three digits of the smaller one, or is exact to a twentieth of the standard error.

    >>> shares(0.9984, 0.0016, 0.00025), shares(0.3, 0.7, 0.02), shares(0.999604, 0.000396, 2e-5)
    (('0.9984', '0.0016'), ('0.3', '0.7'), ('0.999604', '0.000396'))
    """
    small = min(share, rest)
    places = 2 - int(np.floor(np.log10(small)))
    if 0 < error < np.inf:
        places = max(places, int(np.ceil(1.0 - np.log10(error))))
    least = Decimal(1).scaleb(-min(places, 12))
    one = min(max(Decimal(repr(small)).quantize(least), least), 1 - least)
    texts = _short(one), _short(1 - one)
    return texts if share <= rest else (texts[1], texts[0])


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"
