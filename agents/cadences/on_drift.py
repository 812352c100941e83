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

    While what matured was served without any estimate, every look trains: an untrained policy has
    nothing to drift from.

    Args:
        check: how often what matured is looked at.
        refit_window: impressions of this long a past are learnt from, starting over.
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

    def wants(self, matured: Impressions) -> bool:
        """Show the detector what matured, in log order; say whether it fired."""
        if not len(matured):
            return False
        if np.isnan(matured.predicted).all():
            return True
        if self._watch is None:
            from river import drift  # heavy, and only this cadence needs it

            self._watch = getattr(drift, _DETECTORS[self.detector])()
        fired = False
        for error in matured.label - np.nan_to_num(matured.predicted):
            self._watch.update(float(error))
            fired |= bool(self._watch.drift_detected)
        return fired
