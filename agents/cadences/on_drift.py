"""The cadence that retrains when a drift detector fires.

The detector reads observed minus predicted reward. It reads each impression when its window has closed, in order of
serving: a positive is known long before a negative, so in order of delivery the share of positives would change with
the traffic. Where some windows are longer (those of clicked impressions, if conversions are learnt), all impressions
wait for the longest window, for the same reason. A change after which predictions fit better is no alarm: mostly a new
version caused it. The detector cannot see a change before labels close; this delay is part of the cost of the cadence.
The detectors are river's: ADWIN (Bifet & Gavalda 2007, https://doi.org/10.1137/1.9781611972771.42) and Page-Hinkley
(Page 1954, https://doi.org/10.2307/2333009); Page-Hinkley gives no estimate, so any alarm of it counts.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.budget import checked_budget
from agents.cadences.base import Scheduled
from agents.parameters import flag
from sim.ports import Impressions, rising, seconds

Floats = NDArray[np.float64]
_DETECTORS = {"adwin": "ADWIN", "page_hinkley": "PageHinkley"}


class OnDrift(Scheduled):
    """Refit when the drift detector fires; pushed.

    At each check the detector reads the impressions that closed since the last check. The agent also refits at the
    first check with data, and whenever the number of outcomes has doubled since the last refit: a model of little data
    may be wrong without drift. These are a few trainings, the first soon after the start, then less and less often.
    Impressions served without an estimate are left out.

    Args:
        check: time between checks.
        refit_window: each training starts over from the impressions of this last period; None adds what is new instead.
        detector: ``"adwin"`` or ``"page_hinkley"``.
        warm: whether refits begin with the former weights, where the learner can (``warms``); else with nothing.
        budget: how many examples refits are handed, at most and in all up to an instant, the newest of their window: a
            rate such as ``"20000 per day"``; None: all of the window.

    Attributes:
        alarms: the checks at which the detector fired, seconds.

    >>> OnDrift(check="10m").next(0.0)
    600.0
    """

    tried_with: ClassVar[dict[str, tuple[str, ...]]] = {"detector": tuple(_DETECTORS)}  # by tests of every part
    reads = ("request_at", "closes_at", "delivered_at", "label", "predicted")

    def __init__(
        self,
        check: float | str = "10m",
        refit_window: float | str | None = "7d",
        detector: str = "adwin",
        warm: bool = False,
        budget: str | None = None,
    ) -> None:
        if detector not in _DETECTORS:
            raise ValueError(f"detector is {detector!r}, expected one of {', '.join(_DETECTORS)}")
        self.check, self.detector = seconds(check), detector
        super().__init__(self.check)
        self.refit_window = None if refit_window is None else seconds(refit_window)
        self.warm, self.budget = flag("warm", warm), checked_budget(budget)
        self.alarms: list[float] = []
        self._watch: Any = None
        self._seen, self._due = 0, 1
        self._every, self._updates = 1, 0  # since the last alarm
        self._look = float(np.inf)
        self._windowed, self._span = False, 0.0  # the longest time that an impression was open so far
        self._open: dict[int, list[tuple[Floats, Floats]]] = {}  # request and error of open impressions, by check

    def next(self, after: float) -> float:
        """Return the next check, in seconds."""
        self._look = super().next(after)
        return self._look

    def wants(self, matured: Impressions) -> bool:
        """Return whether the detector fired or the data have doubled."""
        self._seen += len(matured)
        if fired := self._fires(self._closed(matured)):
            self.alarms.append(self._look)
        if wants := fired or self._seen >= self._due:
            self._due = 2 * self._seen
        return wants

    def _closed(self, matured: Impressions) -> Floats:
        """Return the errors of closed impressions, in order of serving.

        The errors of open impressions are kept for a later check.
        """
        at, closes_at = matured.request_at, matured.closes_at
        self._windowed = self._windowed or bool((matured.delivered_at < closes_at).any())
        self._span = max(self._span, (closes_at - at).max(initial=0.0))
        error: Floats = matured.label - matured.predicted
        known = ~np.isnan(error)
        if not self._windowed:
            return error[known]
        self._hold(at[known], error[known])
        last = (self._look - self._span) / self.check - 1.0
        parts = [self._open.pop(step) for step in sorted(step for step in self._open if step <= last)]
        return np.concatenate([np.empty(0), *(_in_order(part) for part in parts)])

    def _hold(self, at: Floats, error: Floats) -> None:
        """Store errors, grouped by the check interval of their request."""
        order = rising(at)
        steps = np.floor(at[order] / self.check)
        starts = np.flatnonzero(np.diff(steps, prepend=-1.0))
        for own in np.split(order, starts[1:]) if len(order) else ():
            self._open.setdefault(int(at[own[0]] // self.check), []).append((at[own], error[own]))

    def _start(self) -> None:
        """Make the detector, which is heavy to import."""
        from river import drift  # noqa: PLC0415  # only this cadence needs it

        self._watch = getattr(drift, _DETECTORS[self.detector])()
        self._every = getattr(self._watch, "clock", 1)  # ADWIN looks at every 32nd value only

    def save_state(self) -> dict[str, Any]:
        """Return what it has seen, the detector's numbers too.

        Raises:
            TypeError: the detector is ADWIN, which has read something.
        """
        own = {name: value for name, value in vars(self).items() if name != "_watch"}
        if self._watch is None:
            return own | {"detected": None}
        if self.detector == "adwin":
            raise TypeError(
                "OnDrift.detector is adwin, whose window river keeps in compiled code: it cannot be saved; "
                "page_hinkley can"
            )
        numbers = {name: value for name, value in vars(self._watch).items() if isinstance(value, int | float)}
        return own | {"detected": numbers, "mean": dict(vars(self._watch._x_mean))}

    def load_state(self, state: dict[str, Any]) -> None:
        """Take over what another one has seen."""
        detected, mean = state.pop("detected"), state.pop("mean", None)
        if detected is not None:
            self._start()
            vars(self._watch).update(detected)
            vars(self._watch._x_mean).update(mean)
        vars(self).update(state)

    def _fires(self, errors: Floats) -> bool:
        if self._watch is None:
            self._start()
        fired = False
        for error in errors.tolist():
            self._updates += 1
            if self._updates % self._every:
                self._watch.update(error)
                continue
            before = getattr(self._watch, "estimation", 0.0)  # of the mean; only ADWIN has one
            self._watch.update(error)
            if self._watch.drift_detected:
                self._updates = 0
                fired |= abs(getattr(self._watch, "estimation", 0.0)) >= abs(before)  # else predictions fit better now
        return fired


def _in_order(part: list[tuple[Floats, Floats]]) -> Floats:
    """Return the errors in order of serving."""
    at, error = (np.concatenate(columns) for columns in zip(*part, strict=True))
    return error[rising(at)]
