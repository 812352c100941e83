"""Outcomes that are taken back: refunds and cancellations."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, uniform
from sim.laws.instants import plus
from sim.laws.pace import Pace
from sim.scenario import Scenario
from sim.world.feedback import NEVER, FeedbackTimes, KeysOf

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Settled(NamedTuple):
    """What becomes of impressions, in columns of one shape.

    Attributes:
        outcome: whether the ``learn_from`` outcome happens.
        times: when it can be known.
        reversed: whether it is taken back within the window of reversals; None where that never happens.
        reversed_at: when the log has that, infinite for never; likewise.
    """

    outcome: Bools
    times: FeedbackTimes
    reversed: Bools | None = None
    reversed_at: Floats | None = None


class Reversals:
    """The reversals of the outcomes that are learnt.

    Args:
        scenario: the world.
        pace: ``(users,)`` factor of drawn delays; None where it is 1 for all.

    Attributes:
        on: whether there are any.
    """

    def __init__(self, scenario: Scenario, pace: Floats | None) -> None:
        self._how = how = scenario.feedback.learnt.reversal
        self.on = how is not None
        self._kept: Floats | None = None
        self._kept_by_all = 1.0
        if how is None:
            return
        self._window = NEVER if how.window is None else how.window
        within = how.delay.cdf_at(np.array(self._window), np.ones(1) if pace is None else pace)
        kept = 1.0 - how.rate * within
        if pace is None:
            self._kept_by_all = float(kept[0])
        else:
            self._kept = kept

    def kept(self, user: Ints) -> Floats | float:
        """Return the share of users' outcomes that stands.

        ``(n, 1)``, or one number for all.
        """
        return self._kept_by_all if self._kept is None else self._kept.take(user)[:, None]

    def settle(
        self,
        outcome: Bools,
        times: FeedbackTimes,
        keys: Callable[[Stream], KeysOf],
        ingest: Floats | float,
        pace: Pace | None,
    ) -> Settled:
        """Take outcomes back.

        Args:
            outcome: whether it happens.
            times: when it can be known.
            keys: returns the keys of the draws of a stream.
            ingest: seconds from delivery to the log, the same for all or of the outcomes' shape.
            pace: of the answers, raveled; None where all are as drawn.
        """
        if self._how is None:
            return Settled(outcome, times)
        back, at = np.zeros(outcome.shape, dtype=bool), np.full(outcome.shape, NEVER)
        some = np.flatnonzero(outcome)
        some = some[uniform(keys(Stream.REVERSAL)(some).ravel(), 0) < self._how.rate]
        if len(some):
            start = times.event_at.ravel()[some]
            happens = np.isfinite(start)
            own = None if pace is None else pace.take(some)
            draw = self._how.delay.draw(keys(Stream.REVERSAL_DELAY)(some).ravel(), np.where(happens, start, 0.0), own)
            inside = (draw.delay <= self._window) & np.isfinite(draw.delay)
            latency = ingest if isinstance(ingest, float) else ingest.ravel()[some]
            logged = np.maximum(plus(draw.delivered_at, latency), times.delivered_at.ravel()[some])
            back.ravel()[some] = inside
            at.ravel()[some] = np.where(inside & happens & times.credited.ravel()[some], logged, NEVER)
        return Settled(outcome, times, back, at)
