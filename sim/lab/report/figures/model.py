"""The data of figures: ``(k,)`` arrays, NaN where unknown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.lab.report.palette import Look

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """The levels of a setting as rows or columns.

    Attributes:
        key: dotted, as on the command line.
        name: in words, and the law if all levels share one: ``…, exponential(mean=…)``.
        levels: by size, as people write them.
        ticks: the levels without what all of them share.
    """

    key: str
    name: str
    levels: tuple[str, ...]
    ticks: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """A line; ``half`` is its band's half-width, if any."""

    name: str
    look: Look
    at: Floats
    values: Floats
    half: Floats | None = None


@dataclass(frozen=True)
class OverTime:
    """Regret, and ages in seconds, by time in days."""

    regret: tuple[Line, ...]
    ages: tuple[Line, ...]
    about: str = ""


@dataclass(frozen=True)
class InFlight:
    """Impressions under way, by time in days."""

    lines: tuple[Line, ...]
    about: str


@dataclass(frozen=True)
class Point:
    """A contender; its name is empty outside the legend."""

    age: float
    regret: float
    name: str
    look: Look


@dataclass(frozen=True)
class Scatter:
    """Regret against staleness in seconds; ``front`` is the Pareto front."""

    points: tuple[Point, ...]
    front: tuple[tuple[float, float], ...]
    about: str


@dataclass(frozen=True)
class Heat:
    """Mean regret by two settings, ``(rows, columns)``."""

    down: Axis
    across: Axis
    values: Floats
    about: str


@dataclass(frozen=True)
class Delays:
    """The share of events that came by a delay (seconds)."""

    lines: tuple[Line, ...]
    longest: float
    about: str


@dataclass(frozen=True)
class Life:
    """The life of a version; times in days.

    It is ``superseded`` if it never went live.
    """

    number: int
    cutoff_at: float
    trained_at: float
    live_at: float
    retired_at: float
    superseded: bool


@dataclass(frozen=True)
class Lives:
    """The first versions of a run up to some day."""

    rows: tuple[Life, ...]
    end: float
    about: str


@dataclass(frozen=True)
class Figures:
    """The data of all figures; ``note`` says what is missing."""

    note: str
    over_time: OverTime
    scatter: Scatter
    heat: Heat | None
    lives: Lives
    in_flight: InFlight
    delays: Delays
