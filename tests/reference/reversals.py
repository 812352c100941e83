"""Whether and when one outcome is taken back."""

from __future__ import annotations

from math import inf, isfinite

from sim.draws import uniform
from tests.reference.instants import plus
from tests.reference.settle import draw


def reversal(how, keys, outcome, event_at, delivered_at, credited, ingest, pace):
    """Return whether an outcome is taken back within the window, and when the log knows of it.

    ``keys`` are those of whether, and of the delay.
    """
    if how is None or not outcome or uniform(keys[0], 0) >= how.rate:
        return False, inf
    delay, _, handed = draw(how.delay, keys[1], event_at if isfinite(event_at) else 0.0, pace)
    if delay > (inf if how.window is None else how.window) or delay == inf:
        return False, inf
    if not credited or event_at == inf:
        return True, inf
    return True, max(plus(handed, ingest), delivered_at)
