"""The price from which online in place is the cheapest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.cadence_cost.costs import Costs, Measured
from sim.analysis.paired.pairwise import ERROR
from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.special as scipy_special
else:
    scipy_special = lazy("scipy.special")

Floats = NDArray[np.float64]
HOUR, PUSH = "an hour of training", "a push"
_SAME = 1e-9  # hours or pushes a day: less is rounding


@dataclass(frozen=True)
class BreakEven:
    """The prices at which online in place pays.

    Attributes:
        thing: `HOUR` or `PUSH`; the other prices stay.
        price: from which on online costs less than any schedule; at most 0: at any price. None: it never does.
        low: lower end of the 95 % interval of ``price``; None where it is not bounded.
        high: upper end.
        against: the schedule that costs the same at this price.
        below: a price above which some schedule uses less than online and is cheaper again; infinite as a rule.
    """

    thing: str
    price: float | None
    low: float | None = None
    high: float | None = None
    against: Measured | None = None
    below: float = math.inf

    def pays(self, paid: float) -> bool | None:
        """Return whether online pays at a price; None: not known."""
        if self.price is None or self.low is None or self.high is None or self.low <= paid <= self.high:
            return None
        return self.price < paid <= self.below


def break_even(costs: Costs, thing: str) -> BreakEven | None:
    """Return the price from which online pays.

    Online costs ``a - price * b`` more than a schedule, which uses b more of the thing. It pays against all of them
    from the largest a / b on. Its interval is the largest of their ends, by Fieller's theorem with Bonferroni's
    correction: if each covers its own a / b, this covers the largest.

    Args:
        costs: those of cadences; online in place among them.
        thing: `HOUR` or `PUSH`.

    Returns:
        None without online, without a schedule beside it, or where all earn the same.
    """
    online, *schedules = costs.cadences
    if online.interval is not None or not schedules or costs.alike:
        return None
    name, own = ("hours", costs.prices.per_training_hour) if thing == HOUR else ("pushes", costs.prices.per_push)
    uses = [getattr(one, name) - getattr(online, name) for one in schedules]
    gaps = [costs.total[0] - other + own * use for other, use in zip(costs.total[1:], uses, strict=True)]
    pays: list[tuple[float, Measured, tuple[float, float] | None]] = []
    below = math.inf
    for one, gap, use in zip(schedules, gaps, uses, strict=True):
        mean, more = float(gap.mean()), float(use.mean())
        if abs(more) <= _SAME and mean > 0.0:
            return BreakEven(thing, None, against=one)
        if more < -_SAME:
            below = min(below, mean / more)
        elif more > _SAME:
            pays.append((mean / more, one, fieller(gap, use, ERROR / len(schedules))))
    if not pays:
        return BreakEven(thing, 0.0 if below >= 0.0 else None, below=below)
    price, against, _ = max(pays, key=lambda each: each[0])
    ends = [interval for _, _, interval in pays]
    known = [end for end in ends if end is not None]
    low, high = (max(end[side] for end in known) if len(known) == len(ends) else None for side in (0, 1))
    if price > below or below < 0.0:
        return BreakEven(thing, None, against=against)
    return BreakEven(thing, price, low, high, against, below)


def fieller(top: Floats, bottom: Floats, error: float) -> tuple[float, float] | None:
    """Return the interval of a ratio of two paired means.

    All r for which top - r bottom has a mean of 0 by Student's test.

    Args:
        top: ``(n,)``.
        bottom: ``(n,)``.
        error: how often it may be wrong.

    Returns:
        None where it has no ends: the mean of ``bottom`` may be 0, or n < 2.

    Source: Fieller 1954, https://doi.org/10.1111/j.2517-6161.1954.tb00159.x.

    >>> low, high = fieller(np.array([1.0, 2.0, 3.0]), np.full(3, 2.0), 0.05)
    >>> round(float(low), 4), round(float(high), 4)
    (-0.2421, 2.2421)
    """
    n = len(top)
    if n < 2:
        return None
    (tt, tb), (_, bb) = np.cov(top, bottom) * float(scipy_special.stdtrit(n - 1, 1.0 - error / 2.0)) ** 2 / n
    a, b = float(top.mean()), float(bottom.mean())
    square, cross, rest = b * b - bb, a * b - tb, a * a - tt
    if square <= 0.0:
        return None
    root = math.sqrt(max(cross * cross - square * rest, 0.0))
    return (cross - root) / square, (cross + root) / square
