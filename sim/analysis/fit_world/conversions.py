"""How often clicks convert, and how late."""

from __future__ import annotations

import numpy as np

from sim.analysis.fit_world.clicks import MOST, fit_mean
from sim.analysis.fit_world.delays import delay_part
from sim.analysis.fit_world.found import Estimate, Part, Unknown, number
from sim.analysis.fit_world.log import Log
from sim.analysis.units import counted

KEY = "feedback.conversion.rate"
_FEW = 0.05  # share of conversions before their click that is put down to clocks


def conversions_part(log: Log) -> Part:
    """Return rate and delay of conversions after a click."""
    if log.converted_at is None:
        return Part()
    if not log.timed:
        return Part(unknown=(Unknown("feedback.conversion", "the log has no instants of clicks, feedback_at."),))
    rows = log.take(log.clicked)
    assert rows.converted_at is not None
    delay, watched = rows.converted_at - rows.click_at, rows.end - rows.click_at
    if (early := int((delay < 0).sum())) > _FEW * (~np.isnan(delay)).sum():
        why = f"{counted(early, 'conversion')} of clicks lie before their click; later instants are needed."
        return Part(unknown=(Unknown("feedback.conversion", why),))
    delay = np.maximum(delay, 0.0)
    found = delay_part("conversion", delay, watched, (log.steps[1], log.steps[1]), np.inf)
    come = found.come(watched)
    known = come >= MOST
    if found.law is None or known.mean() < 0.5:
        why = "most clicks are too young, or conversions too few, for their share to be known."
        return found.part + Part(unknown=(Unknown(KEY, why),))
    converted = (~np.isnan(delay))[known].astype(float)
    mean = fit_mean(converted, come[known], np.ones(len(converted)), rows.user[known])
    return found.part + Part((Estimate(KEY, mean.value, mean.low, mean.high, number, "of clicks"),))
