"""On drift: retrain when predictions no longer fit the labels, which are themselves late.

A detector watches observed minus predicted reward, of each impression when its window has closed and in that order: a
positive is known long before the silence of its neighbours means no, so that in order of delivery the mix of labels
moves with the traffic. Where some windows are longer (of what was clicked, if conversions are learnt), all wait for the
longest, for the same reason. A change after which predictions fit better is no alarm: mostly it is a new version's.
The detector cannot see a change before labels close: that delay is part of what this cadence costs. Detectors are
river's: ADWIN (Bifet & Gavalda 2007, https://doi.org/10.1137/1.9781611972771.42) and Page-Hinkley (Page 1954,
https://doi.org/10.2307/2333009), which does not know what fits better.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.cadences.base import Scheduled
from sim.ports import Impressions, rising, seconds

Floats = NDArray[np.float64]
_DETECTORS = {"adwin": "ADWIN", "page_hinkley": "PageHinkley"}


class OnDrift(Scheduled):
    """Refit when the detector fires on what closed since the last look; pushed.

    It also refits at the first look with data, and whenever the outcomes seen have doubled since the last
    refit: a model of little data may be wrong without drifting. That is a handful of trainings, the first
    soon after the start, and fewer and fewer after. What was served without an estimate tells the detector
    nothing.

    Args:
        check: how often what matured is looked at.
        refit_window: impressions of this long a past are learnt from, starting over; None adds what is new instead.
        detector: ``"adwin"`` or ``"page_hinkley"``.

    >>> OnDrift(check="10m").next(0.0)
    600.0
    """

    tried_with: ClassVar[dict[str, tuple[str, ...]]] = {"detector": tuple(_DETECTORS)}  # by tests of every part
    reads = ("request_at", "closes_at", "delivered_at", "label", "predicted")

    def __init__(
        self, check: float | str = "10m", refit_window: float | str | None = "7d", detector: str = "adwin"
    ) -> None:
        if detector not in _DETECTORS:
            raise ValueError(f"detector is {detector!r}, expected one of {', '.join(_DETECTORS)}")
        self.check, self.detector = seconds(check), detector
        super().__init__(self.check)
        self.refit_window = None if refit_window is None else seconds(refit_window)
        self._watch: Any = None
        self._seen, self._due = 0, 1
        self._look = float(np.inf)
        self._windowed, self._span = False, 0.0  # how long an impression may be open, as far as is known
        self._open: dict[int, list[tuple[Floats, Floats]]] = {}  # request and error of what has not closed, by look

    def next(self, after: float) -> float:
        """Return the next look."""
        self._look = super().next(after)
        return self._look

    def wants(self, matured: Impressions) -> bool:
        """Show the detector what closed, in order of serving; say whether it fired or the data have doubled."""
        self._seen += len(matured)
        wants = self._fires(self._closed(matured)) or self._seen >= self._due
        if wants:
            self._due = 2 * self._seen
        return wants

    def _closed(self, matured: Impressions) -> Floats:
        """Return the errors of what has closed by the look, in order of serving, and hold those of the rest."""
        at, closes_at = matured.request_at, matured.closes_at
        self._windowed = self._windowed or bool((matured.delivered_at < closes_at).any())
        self._span = max(self._span, (closes_at - at).max(initial=0.0))
        error: Floats = matured.label - matured.predicted
        told = ~np.isnan(error)
        if not self._windowed:
            return error[told]
        self._hold(at[told], error[told])
        last = (self._look - self._span) / self.check - 1.0
        parts = [self._open.pop(step) for step in sorted(step for step in self._open if step <= last)]
        return np.concatenate([np.empty(0), *(_in_order(part) for part in parts)])

    def _hold(self, at: Floats, error: Floats) -> None:
        """Keep what was served between two looks together."""
        order = rising(at)
        steps = np.floor(at[order] / self.check)
        starts = np.flatnonzero(np.diff(steps, prepend=-1.0))
        for own in np.split(order, starts[1:]) if len(order) else ():
            self._open.setdefault(int(at[own[0]] // self.check), []).append((at[own], error[own]))

    def _fires(self, errors: Floats) -> bool:
        if self._watch is None:
            from river import drift  # noqa: PLC0415  # heavy, and only this cadence needs it

            self._watch = getattr(drift, _DETECTORS[self.detector])()
        fired = False
        for error in errors.tolist():
            before = getattr(self._watch, "estimation", 0.0)  # of the mean; only ADWIN has one
            self._watch.update(error)
            if self._watch.drift_detected:
                fired |= abs(getattr(self._watch, "estimation", 0.0)) >= abs(before)  # else it fits better than before
        return fired


def _in_order(part: list[tuple[Floats, Floats]]) -> Floats:
    """Return errors in order of serving."""
    at, error = (np.concatenate(columns) for columns in zip(*part, strict=True))
    return error[rising(at)]
