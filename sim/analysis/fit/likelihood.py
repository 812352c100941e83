"""Likelihood of rows under a law.

A share may never answer and a share may answer at once.

A row that answered within an interval adds ``log(p (F(high) - F(low)))``, one that had not after e seconds
``log(1 - p F(e))``: the mixture cure model (Farewell 1982, https://doi.org/10.2307/2529885), whose exponential case is
the conversion model of Chapelle 2014 (https://doi.org/10.1145/2623330.2623634). Where answers
after a window are never recorded, F is the law's share up to x over its share up to the window.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.analysis.fit.families import SCALE, SHAPE, Family, Floats, between, log1mexp
from sim.analysis.fit.intervals import Sample

_NARROW = 0.02  # a relatively shorter interval is integrated by two points (Gauss), exact to 1e-10
_IMPOSSIBLE = -1e12
_RAREST = -18.0  # log of the least share of a law that must lie within the window
_MOST_LOGIT = 16.0
_FURTHEST = 500.0  # log seconds: a law of the least shape has 1e-4 of its answers much earlier
LONGEST, SHORTEST = 9e11, 2e-9  # seconds that a scenario accepts


@dataclass(frozen=True)
class Model:
    """A likelihood of a sample, as function of free parameters.

    The parameter vector holds the logarithm of each scale and shape and the log odds of each share; then, if wanted,
    the log odds of answering at once, and of ever answering.

    Attributes:
        family: of the law.
        sample: the rows.
        at_once: whether a share answers at once, besides the law.
        share: whether a share never answers.
        stated: whether scales are limited to those that a scenario accepts; else to what floats can represent.
    """

    family: Family
    sample: Sample
    at_once: bool
    share: bool
    stated: bool = True

    def cost(self, x: Floats) -> float:
        """Return minus the log likelihood."""
        with np.errstate(all="ignore"):
            come, rest = self._answers(x), self._waiting(x)
            never = self.sample.never * _sure(self.log_never(x)[None])[0] if self.sample.never else 0.0
            outside = max(_RAREST - self._within(x), 0.0)  # penalty for laws with almost nothing in the window
            log = self.sample.count @ _sure(come) + self.sample.waiting @ _sure(rest) + never
            return -float(log - self.sample.answered * min(outside, 1e4) ** 2)

    def natural(self, x: Floats) -> Floats:
        """Return the law's parameters: seconds, shapes, shares."""
        own = [
            odds(v) if kind not in (SCALE, SHAPE) else np.exp(v)
            for v, (_, kind) in zip(x, self.family.numbers, strict=False)
        ]
        return np.array(own)

    def answering(self, x: Floats) -> float:
        """Return the share that ever answers."""
        return float(odds(x[-1])) if self.share else 1.0

    def never(self, x: Floats) -> float:
        """Return the share that never answers, to full precision."""
        return float(odds(-x[-1])) if self.share else 0.0

    def immediate(self, x: Floats) -> float:
        """Return the share of the answers that come at once."""
        return float(odds(x[len(self.family.numbers)])) if self.at_once else 0.0

    def log_never(self, x: Floats) -> Floats:
        """Return the logarithm of the share that never answers."""
        return -np.logaddexp(0.0, x[-1]) if self.share else np.asarray(-np.inf)

    def curve(self, t: Floats, x: Floats) -> Floats:
        """Return the share of rows answered by t seconds."""
        with np.errstate(all="ignore"):
            at = np.minimum(t, self.sample.window)
            share = np.exp(self.family.until(at, self.natural(x)) - self._within(x))
        a = self.immediate(x)
        return np.asarray(self.answering(x) * (a + (1.0 - a) * share))

    @property
    def bounds(self) -> list[tuple[float, float]]:
        """Lowest and highest value of each entry of the vector."""
        seen = self.sample.high
        low = max(np.log(seen.min()) - 12.0, np.log(SHORTEST))
        high = min(np.log(seen.max()) + 12.0, np.log(LONGEST)) if self.stated else _FURTHEST
        with np.errstate(divide="ignore"):
            shapes = tuple(np.log(self.family.bounds))
        of_kind = {SCALE: (low, high), SHAPE: shapes}
        own = [of_kind.get(kind, (-_MOST_LOGIT, _MOST_LOGIT)) for _, kind in self.family.numbers]
        return own + [(-_MOST_LOGIT, _MOST_LOGIT)] * (self.at_once + self.share)

    def _within(self, x: Floats) -> float:
        if not np.isfinite(self.sample.window):
            return 0.0
        return float(self.family.until(np.array([self.sample.window]), self.natural(x))[0])

    @cached_property
    def _narrow(self) -> NDArray[np.bool_]:
        return np.asarray(self.sample.high - self.sample.low < _NARROW * self.sample.low)

    @cached_property
    def _nodes(self) -> tuple[Floats, Floats, Floats]:
        sample, some = self.sample, self._narrow
        middle, width = sample.middle[some], (sample.high - sample.low)[some]
        return middle - width / np.sqrt(12.0), middle + width / np.sqrt(12.0), np.log(0.5 * width)

    def _answers(self, x: Floats) -> Floats:
        p, some, come = self.natural(x), self._narrow, np.empty(len(self.sample.low))
        one, other, width = self._nodes
        come[some] = np.logaddexp(self.family.density(one, p), self.family.density(other, p)) + width
        come[~some] = between(self.family, self.sample.low[~some], self.sample.high[~some], p)
        come -= self._within(x)
        if self.at_once:
            a = x[len(self.family.numbers)]
            come -= np.logaddexp(0.0, a)
            come[self.sample.zero] = np.logaddexp(come[self.sample.zero], -np.logaddexp(0.0, -a))
        return come - np.logaddexp(0.0, -x[-1]) if self.share else come

    def _waiting(self, x: Floats) -> Floats:
        """Return the log probability of no answer yet.

        One for each time watched.
        """
        p, ends = self.natural(x), self.sample.ends
        if not len(ends):
            return ends
        if np.isfinite(self.sample.window):
            inside = self.family.until(np.minimum(ends, self.sample.window), p) - self._within(x)
            later = log1mexp(np.maximum(-inside, 0.0))
        else:
            later = self.family.after(ends, p)
        if self.at_once:
            later = later - np.logaddexp(0.0, x[len(self.family.numbers)])
        return np.logaddexp(self.log_never(x), later - np.logaddexp(0.0, -x[-1])) if self.share else later


def odds(logit: float) -> float:
    """Return the share with these log odds."""
    return float(1.0 / (1.0 + np.exp(-logit)))


def _sure(logs: Floats) -> Floats:
    return np.maximum(np.where(np.isnan(logs) | np.isposinf(logs), _IMPOSSIBLE, logs), _IMPOSSIBLE)
