"""On drift: retrain when predictions no longer fit the labels, which are themselves late.

A detector watches observed minus predicted reward of what matured. It cannot see a change before the labels come:
that delay is part of what this cadence costs. Detectors are river's: ADWIN (Bifet & Gavalda 2007,
https://doi.org/10.1137/1.9781611972771.42) and Page-Hinkley (Page 1954, https://doi.org/10.2307/2333009).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.cadences.base import Scheduled
from sim.ports import Impressions, seconds

_DETECTORS = {"adwin": "ADWIN", "page_hinkley": "PageHinkley"}


class OnDrift(Scheduled):
    """Refit when the detector fires on what matured since the last look; pushed.

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

    def wants(self, matured: Impressions) -> bool:
        """Show the detector what matured, in log order; say whether it fired or the data have doubled."""
        self._seen += len(matured)
        wants = self._fires(matured) or self._seen >= self._due
        if wants:
            self._due = 2 * self._seen
        return wants

    def _fires(self, matured: Impressions) -> bool:
        if self._watch is None:
            from river import drift  # heavy, and only this cadence needs it

            self._watch = getattr(drift, _DETECTORS[self.detector])()
        fired = False
        errors = matured.label - matured.predicted
        for error in errors[~np.isnan(errors)].tolist():
            self._watch.update(error)
            fired |= bool(self._watch.drift_detected)
        return fired
