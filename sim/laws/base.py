"""What a delay law is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import uniform
from sim.laws.durations import text

Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]


class Draw(NamedTuple):
    """Draws of a delay.

    Attributes:
        delay: seconds until the event happens; infinite for never.
        event_at: the instant of the event.
        delivered_at: the instant at which the event is handed over: the same, but for `released`.
    """

    delay: Floats
    event_at: Floats
    delivered_at: Floats


class Argument(NamedTuple):
    """One argument of ``name(...)`` as parsed: a key or None, the value, and the value as it was typed.

    The value is a `Law`, a float (a plain number or a duration in seconds), a list or a word.
    """

    key: str | float | None
    value: Any
    is_duration: bool
    typed: str = ""


@dataclass(frozen=True)
class Law:
    """A law of a delay. A subclass is frozen, checks itself once, and is found by its ``name``."""

    name: ClassVar[str] = ""
    usage: ClassVar[str] = ""

    @classmethod
    def build(cls, arguments: list[Argument], folder: Path | None) -> Law:
        """Return the law that the arguments of ``name(...)`` describe.

        Args:
            arguments: as parsed.
            folder: where files that the law names lie; None where there are none.

        Raises:
            ValueError: wrong, missing or superfluous arguments.
        """
        raise NotImplementedError

    def quantile(self, u: Floats) -> Floats:
        """Return the delays that the shares ``u`` of (0, 1) do not exceed, seconds."""
        raise NotImplementedError(f"{self.name} has no closed quantile")

    def cdf(self, x: Floats) -> Floats:
        """Return the share of delays up to ``x`` seconds."""
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """The mean delay in seconds; may be infinite."""
        raise NotImplementedError

    def delivered_cdf(self, x: Floats) -> Floats:
        """Return the share delivered within ``x`` seconds, the wait for a file drop included.

        The same as `cdf`, but where `released` holds an event: its instant is then taken to be uniform between two
        drops, as for starts at any instant alike.
        """
        return self.cdf(x)

    @property
    def delivered_mean(self) -> float:
        """The mean time to delivery in seconds, likewise; may be infinite."""
        return self.mean

    @property
    def certain(self) -> float | None:
        """The delay in seconds where it is always the same, else None."""
        return None

    def truncate(self, maximum: float) -> Law:
        """Return the law given that the delay is at most ``maximum`` seconds (renormalised)."""
        return Capped(self, maximum)

    def draw(self, keys: Keys, start: Floats) -> Draw:
        """Draw delays of events that may follow ``start``.

        Args:
            keys: any shape; equal keys give equal delays.
            start: instants in seconds, the same shape.
        """
        delay = self.quantile(uniform(keys, 0))
        at = start + delay
        return Draw(delay, at, at)

    def duration(self, keys: Keys, start: Floats) -> Floats:
        """Draw how long something takes that starts at ``start``, seconds."""
        return self.course(keys, start)[0]

    def course(self, keys: Keys, start: Floats) -> tuple[Floats, Floats]:
        """Draw how long something takes that starts at ``start``, and the instants at which it is over."""
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
    """Return a plain number as text, whole numbers without a point."""
    return str(int(value)) if value == int(value) else repr(value)


@dataclass(frozen=True)
class Capped(Law):
    """A law with a closed quantile, truncated."""

    law: Law
    maximum: float

    def __post_init__(self) -> None:
        if not float(self.law.cdf(np.array(self.maximum))) > 0.0:
            raise ValueError(f"truncated: no delay of {self.law} is within max={self._show(self.maximum)}")

    def quantile(self, u: Floats) -> Floats:
        """Return the law's quantile at u F(max)."""
        share = self.law.cdf(np.array(self.maximum))
        return np.minimum(self.law.quantile(u * share), self.maximum)

    def cdf(self, x: Floats) -> Floats:
        """Return F(x) / F(max), 1 from the maximum on."""
        return np.minimum(self.law.cdf(x) / self.law.cdf(np.array(self.maximum)), 1.0)

    @property
    def mean(self) -> float:
        """The mean, by the trapezoid rule over 100,000 quantiles."""
        return float(np.mean(self.quantile((np.arange(100_000) + 0.5) / 100_000)))

    def truncate(self, maximum: float) -> Law:
        """Return the law under the shorter of both maxima."""
        return self.law.truncate(min(maximum, self.maximum))

    def __str__(self) -> str:
        return f"truncated(max={self._show(self.maximum)}, law={self.law})"
