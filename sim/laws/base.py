"""The base class of delay laws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import uniform
from sim.laws.durations import text
from sim.laws.pace import Pace, stretched

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]


class Draw(NamedTuple):
    """Draws of a delay.

    Attributes:
        delay: seconds until the event happens; infinite for never.
        event_at: the instant of the event.
        delivered_at: the instant at which the event is delivered: the same except for `released`.
    """

    delay: Floats
    event_at: Floats
    delivered_at: Floats


class Argument(NamedTuple):
    """One argument of ``name(...)`` as parsed.

    Attributes:
        key: its name, the weight of a mixture, or None.
        value: a `Law`, a float (a plain number or a duration in seconds), a list or a word.
        is_duration: whether the value is a duration.
        typed: the text of the value.
        plain: whether plain numbers stand where the law has durations: it is a law of values, not of delays.
    """

    key: str | float | None
    value: Any
    is_duration: bool
    typed: str = ""
    plain: bool = False


@dataclass(frozen=True)
class Law:
    """A delay law.

    A subclass is frozen, checks its parameters once, and is chosen by its ``name``.

    Attributes:
        name: its name in scenarios.
        usage: its arguments in words, for messages.
        forms: its arguments for editors, each set of them as ``key=kind, key=kind``. A kind is law, duration (above
            0s), wait (from 0s), positive, share (between 0 and 1), number or word. None: editors take any arguments.
        stepwise: whether it has steps only.
    """

    name: ClassVar[str] = ""
    usage: ClassVar[str] = ""
    forms: ClassVar[tuple[str, ...]] = ()
    stepwise: ClassVar[bool] = False

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Law:
        """Return the law with the arguments of ``name(...)``.

        Args:
            arguments: as parsed.
            folder: the folder of files that the law reads; None without one.

        Raises:
            ValueError: wrong, missing or superfluous arguments.
        """
        raise NotImplementedError

    def quantile(self, u: Floats) -> Floats:
        """Return the quantiles at ``u`` in (0, 1), seconds."""
        raise NotImplementedError(f"{self.name} has no closed quantile")

    def cdf(self, x: Floats) -> Floats:
        """Return the share of delays up to ``x`` seconds."""
        raise NotImplementedError

    def cdf_at(self, x: Floats, factor: Floats) -> Floats:
        """Return the share up to ``x`` seconds of multiplied delays.

        Args:
            x: seconds.
            factor: by which drawn delays are multiplied.
        """
        return self.cdf(x / factor)

    @property
    def mean(self) -> float:
        """The mean delay in seconds; may be infinite."""
        raise NotImplementedError

    def delivered_cdf(self, x: Floats) -> Floats:
        """Return the share delivered within ``x`` seconds.

        It equals `cdf` unless `released` delays an event until a file drop. The start is then taken as uniform between
        two drops.
        """
        return self.cdf(x)

    @property
    def delivered_mean(self) -> float:
        """The mean time to delivery in seconds; may be infinite."""
        return self.mean

    @property
    def certain(self) -> float | None:
        """The delay in seconds if it is constant, else None."""
        return None

    def truncate(self, maximum: float) -> Law:
        """Return the law truncated at ``maximum`` seconds, renormalised."""
        return Capped(self, maximum)

    def draw(self, keys: Keys, start: Floats, pace: Pace | None = None) -> Draw:
        """Draw delays of events that may follow ``start``.

        Args:
            keys: any shape; equal keys give equal delays.
            start: instants in seconds, the same shape.
            pace: multiplies what is drawn, before it is cut off or held back; None: as drawn.
        """
        delay = stretched(self.quantile(uniform(keys, 0)), pace)
        at = start + delay
        return Draw(delay, at, at)

    def duration(self, keys: Keys, start: Floats) -> Floats:
        """Draw the durations of what starts at ``start``, seconds."""
        return self.course(keys, start)[0]

    def course(self, keys: Keys, start: Floats) -> tuple[Floats, Floats]:
        """Draw durations from ``start``, and the instants of their ends."""
        draw = self.draw(keys, start)
        long = np.where(draw.event_at == draw.delivered_at, draw.delay, draw.delivered_at - start)
        return long, draw.delivered_at

    def parts(self) -> Iterator[Law]:
        """Yield this law and every law inside it."""
        yield self
        for own in (getattr(self, f.name) for f in fields(self)):
            for part in own if isinstance(own, tuple) else (own,):
                if isinstance(part, Law):
                    yield from part.parts()

    def __str__(self) -> str:
        parts = [f"{f.name}={self._show(getattr(self, f.name))}" for f in fields(self)]
        return f"{self.name}({', '.join(parts)})"

    @staticmethod
    def _show(value: object) -> str:
        return text(value) if isinstance(value, float) else str(value)


def number(value: float) -> str:
    """Return a number as text, whole numbers without a point."""
    return str(int(value)) if value == int(value) else repr(value)


@cache
def _log_grid() -> tuple[Floats, Floats]:
    """Return logs of shares of a maximum, and weights.

    Gauss' rule in parts of 0.01.
    """
    nodes, weights = np.polynomial.legendre.leggauss(4)
    parts = -0.01 * np.arange(6000)[:, None]
    return (parts + 0.005 * (nodes - 1.0)).ravel(), np.tile(0.005 * weights, 6000)


@dataclass(frozen=True)
class Capped(Law):
    """A truncated law, for laws with a closed quantile."""

    law: Law
    maximum: float

    def __post_init__(self) -> None:
        if not float(self.law.cdf(np.array(self.maximum))) > 0.0:
            raise ValueError(f"truncated: no delay of {self.law} is within max={self._show(self.maximum)}")

    def quantile(self, u: Floats) -> Floats:
        """Return the quantile of the law at u F(max)."""
        share = self.law.cdf(np.array(self.maximum))
        return np.minimum(self.law.quantile(u * share), self.maximum)

    def draw(self, keys: Keys, start: Floats, pace: Pace | None = None) -> Draw:
        """Draw from what is below the maximum, at the pace."""
        if pace is None:
            return super().draw(keys, start)
        share = self.law.cdf(self.maximum / pace.factor)
        delay = np.minimum(stretched(self.law.quantile(uniform(keys, 0) * share), pace), self.maximum)
        at = start + delay
        return Draw(delay, at, at)

    def cdf(self, x: Floats) -> Floats:
        """Return F(x) / F(max), 1 from the maximum on."""
        return np.minimum(self.law.cdf(x) / self.law.cdf(np.array(self.maximum)), 1.0)

    def cdf_at(self, x: Floats, factor: Floats) -> Floats:
        """Return the same of the multiplied law."""
        below = self.law.cdf_at(np.minimum(x, self.maximum), factor)
        return np.asarray(below / self.law.cdf_at(np.array(self.maximum), factor))

    @property
    def mean(self) -> float:
        """The mean: the integral of 1 - F(x) / F(max).

        That of a law of steps is taken over 100,000 quantiles.
        """
        if self.law.stepwise:
            return float(np.mean(self.quantile((np.arange(100_000) + 0.5) / 100_000)))
        logs, weights = _log_grid()
        x = self.maximum * np.exp(logs)
        return float(np.sum(weights * x * (1.0 - self.cdf(x))))

    def truncate(self, maximum: float) -> Law:
        """Return the law truncated at the shorter maximum."""
        return self.law.truncate(min(maximum, self.maximum))

    def __str__(self) -> str:
        return f"truncated(max={self._show(self.maximum)}, law={self.law})"
