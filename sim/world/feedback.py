"""When an outcome can be known: delays, windows, closings.

Two stages of one law: the click runs from the request; the conversion, where conversions are
learnt from, runs from the click, and is known no earlier: what nobody can trace to a click is no conversion yet. An
impression whose click is never credited is settled at the click's own closing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import EllipsisType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.laws import Law, Pace
from sim.laws.instants import plus

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Some = NDArray[np.intp] | EllipsisType  # places of entries of raveled columns; ... is all of them
KeysOf = Callable[[Some], NDArray[np.uint64]]
NEVER = np.inf


class Kind(Protocol):
    """A kind of feedback as the scenario states it.

    A delay law, a window, and what a no says.
    """

    @property
    def delay(self) -> Law:
        """From start to event."""

    @property
    def window(self) -> float | None:
        """Seconds after which nothing is credited."""

    @property
    def negatives(self) -> str | None:
        """``silent`` or ``explicit``."""


@dataclass(frozen=True)
class FeedbackTimes:
    """The times of impressions' feedback, in columns of one shape.

    Infinite means never.

    Attributes:
        event_at: when the event (or an explicit negative) happens.
        delivered_at: when the log has the positive, the negative or the closing.
        closes_at: when nothing more can come.
        credited: whether it is a positive within its window.
    """

    event_at: Floats
    delivered_at: Floats
    closes_at: Floats
    credited: Bools

    def take(self, where: Bools) -> FeedbackTimes:
        """Return the entries ``where``."""
        return FeedbackTimes(*(column[where] for column in vars(self).values()))

    def replace(self, where: Bools, other: FeedbackTimes) -> FeedbackTimes:
        """Return these times with entries ``where`` true replaced.

        By ``other``, one per true entry.
        """
        mixed = {name: column.copy() for name, column in vars(self).items()}
        for name, column in mixed.items():
            column[where] = getattr(other, name)
        return FeedbackTimes(**mixed)


def resolve_feedback(
    kind: Kind, start: Floats, outcome: Bools, keys: KeysOf, ingest: Floats | float, pace: Pace | None = None
) -> FeedbackTimes:
    """Resolve one stage.

    Args:
        kind: its delay, window and negatives.
        start: instants from which delay and window run, seconds; of the outcomes' shape, or as broadcasts to it.
        outcome: whether it happens, any shape.
        keys: returns the keys of the delay draws of some entries.
        ingest: seconds from delivery to the log, the same for all or of the outcomes' shape.
        pace: of the answers, raveled; None where all are as drawn.
    """
    window = NEVER if kind.window is None else kind.window
    ends = plus(start, window)
    closing = np.broadcast_to(_logged(ends, ingest), outcome.shape)
    event_at = np.full(outcome.shape, NEVER)
    delivered_at = closing.copy()
    credited = np.zeros(outcome.shape, dtype=bool)
    speaks = np.flatnonzero(outcome) if kind.negatives == "silent" else ...
    if speaks is ... or len(speaks):
        began, over = (np.broadcast_to(one, outcome.shape).ravel()[speaks] for one in (start, ends))
        draw = kind.delay.draw(keys(speaks).ravel(), began, None if pace is None else pace.take(speaks))
        told, inside = outcome.ravel()[speaks], draw.delay <= window
        inside &= np.isfinite(draw.delay)
        own = ingest if isinstance(ingest, float) else ingest.ravel()[speaks]
        told_at = np.where(inside, _logged(draw.delivered_at, own), closing.ravel()[speaks])
        event_at.ravel()[speaks] = np.where(told | inside, draw.event_at, over)
        delivered_at.ravel()[speaks], credited.ravel()[speaks] = told_at, told & inside
    closes_at = delivered_at if kind.window is None else np.maximum(closing, delivered_at)
    return FeedbackTimes(event_at, delivered_at, closes_at, credited)


def _logged(at: Floats, ingest: Floats | float) -> Floats:
    return at if isinstance(ingest, float) and ingest == 0.0 else plus(at, ingest)


def resolve_conversion(
    click: Kind,
    conversion: Kind,
    clicked: FeedbackTimes,
    clicks: Bools,
    converts: Bools,
    keys: KeysOf,
    ingest: Floats | float,
    pace: Pace | None = None,
) -> FeedbackTimes:
    """Resolve the conversions that follow clicks already resolved.

    Args:
        click: the click's law (its window decides whether a click is known at all).
        conversion: the conversion's.
        clicked: what became of the clicks; a silent no-click closes with the click's window.
        clicks: whether there was a click.
        converts: whether a click converts (false where there was no click).
        keys: returns the keys of the conversion delays of some entries.
        ingest: seconds from delivery to the log, as of `resolve_feedback`.
        pace: of the answers, likewise.
    """
    known = clicked.credited
    late = converts & ~known & np.isfinite(clicked.event_at)
    event_at = np.where(clicks, NEVER, clicked.event_at)
    if late.any():
        places = np.flatnonzero(late)
        own_pace = None if pace is None else pace.take(places)
        event_at[late] = conversion.delay.draw(keys(places), clicked.event_at[late], own_pace).event_at
    nothing = np.zeros(known.shape, dtype=bool)
    times = FeedbackTimes(event_at, clicked.delivered_at, clicked.closes_at, nothing)
    if not known.any():
        return times
    places = np.flatnonzero(known)
    own, own_pace = keys(places), None if pace is None else pace.take(places)
    latency = ingest if isinstance(ingest, float) else ingest[known]
    began = clicked.event_at[known]
    after = resolve_feedback(conversion, began, converts[known], lambda some: own[some], latency, own_pace)
    of_click = clicked.delivered_at[known]  # later only where the click was held for a file drop
    delivered_at, closes_at = np.maximum(after.delivered_at, of_click), np.maximum(after.closes_at, of_click)
    return times.replace(known, replace(after, delivered_at=delivered_at, closes_at=closes_at))
