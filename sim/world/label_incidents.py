"""Outage, loss and duplicates of labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, uniform
from sim.scenario import Scenario
from sim.scenario.incidents import Incident, LabelDuplicates, LabelLoss, LabelOutage, of_kind
from sim.scenario.periods import Periods
from sim.world.feedback import NEVER, Bools, FeedbackTimes, Floats, KeysOf
from sim.world.reversals import Settled

_Shares = Sequence[tuple[Incident, float]]  # what hits how many of the entries; those that draw come first


@dataclass(frozen=True)
class DisturbedTimes(FeedbackTimes):
    """The times of impressions' feedback, with incidents of labels.

    Attributes:
        due_at: when the log would have had the entry but for outages; entries that come at one instant, the end of an
            outage, come in this order.
        lost: whether a positive was lost; what is delivered then is its closing, which says no.
        copied: whether the entry has a second copy, which is dropped.
    """

    due_at: Floats
    lost: Bools
    copied: Bools


class LabelIncidents:
    """The incidents of labels in a world.

    Args:
        scenario: the world.

    Attributes:
        queues: whether entries are held back; they then come in order of `DisturbedTimes.due_at`.
        loses: whether positives may be lost.
    """

    def __init__(self, scenario: Scenario) -> None:
        outages = of_kind(scenario.incidents, LabelOutage)
        self._outages = Periods(one for one in outages if one.backfill)
        losses = [(one, one.share) for one in of_kind(scenario.incidents, LabelLoss)]
        self._losing: _Shares = [*losses, *((one, 1.0) for one in outages if not one.backfill)]
        self._copying: _Shares = [(one, one.share) for one in of_kind(scenario.incidents, LabelDuplicates)]
        feedback = scenario.feedback
        self._closes = feedback.learnt.window is not None
        self.queues, self.loses = bool(self._outages), bool(self._losing)

    @property
    def columns(self) -> frozenset[str]:
        """The columns that the log keeps for them."""
        return frozenset(["due_at"] * self.queues + ["lost"] * self.loses)

    def logged(self, at: Floats) -> Floats:
        """Return when entries come that are due at some instants."""
        return self._outages.after(at) if self._outages else at

    def settle(self, settled: Settled, keys: Callable[[Stream], KeysOf]) -> Settled:
        """Return what becomes of impressions with their entries disturbed.

        A positive that is lost is not taken back in the log; the entry that takes one back waits for the end of an
        outage like any other.
        """
        times, at = self.disturb(settled.times, keys), settled.reversed_at
        if at is not None and isinstance(times, DisturbedTimes):
            at = np.where(times.lost, NEVER, self.logged(at))
        return settled._replace(times=times, reversed_at=at)

    def disturb(self, times: FeedbackTimes, keys: Callable[[Stream], KeysOf]) -> FeedbackTimes:
        """Return the times as the log has them.

        They are `DisturbedTimes` where there is any incident of labels. Outages come first; whether an entry is then
        lost or doubled depends on the instant at which it comes. Where there is a window, the closing of a lost one
        comes when it is due, or after an outage in its turn.

        Args:
            times: as they would be without incidents.
            keys: returns the keys of the draws of some entries, by stream.
        """
        if not (self.queues or self.loses or self._copying):
            return times
        delivered_at, closes_at = self.logged(times.delivered_at), self.logged(times.closes_at)
        lost = _hit(self._losing, delivered_at, times.credited, keys(Stream.LABEL_LOSS))
        closing, due = (closes_at, times.closes_at) if self._closes else (NEVER, NEVER)
        delivered_at = np.where(lost, closing, delivered_at)
        everything = np.isfinite(delivered_at)
        return DisturbedTimes(
            event_at=times.event_at,
            delivered_at=delivered_at,
            closes_at=np.where(lost, closing, closes_at),
            credited=times.credited & ~lost,
            due_at=np.where(lost, due, times.delivered_at),
            lost=lost,
            copied=_hit(self._copying, delivered_at, everything, keys(Stream.LABEL_DUPLICATES)),
        )


def of_incidents(times: FeedbackTimes) -> tuple[Floats | None, Bools | None, Bools | None]:
    """Return ``due_at``, ``lost`` and ``copied``, None where there are none."""
    return (times.due_at, times.lost, times.copied) if isinstance(times, DisturbedTimes) else (None, None, None)


def _hit(incidents: _Shares, at: Floats, entries: Bools, keys: KeysOf) -> NDArray[np.bool_]:
    """Return which entries incidents hit that hold then.

    Args:
        incidents: with the share of the entries that each hits; each has a lane of its own.
        at: when entries come, seconds.
        entries: which there are.
        keys: of their draws.
    """
    hit = np.zeros(at.shape, dtype=bool)
    for lane, (one, share) in enumerate(incidents):
        within = entries & (one.at <= at) & (at < one.ends)
        if share < 1.0 and (places := np.flatnonzero(within)).size:
            within.ravel()[places] = uniform(keys(places), lane) < share
        hit |= within
    return hit
