"""Sums of seconds by exact fractions: what is a whole number of microseconds on paper is one here."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite

MICRO = Fraction(1, 10**6)


def on_paper(seconds):
    """Return the whole microseconds that a float of seconds stands for as a fraction, None if it stands for none."""
    if not isfinite(seconds):
        return None
    near = round(Fraction(seconds) / MICRO) * MICRO
    return near if float(near) == seconds else None


def plus(at, span):
    """Return ``at + span``, exactly where both are whole microseconds."""
    parts = on_paper(at), on_paper(span)
    return at + span if None in parts else float(sum(parts))


def times(span, count):
    """Return ``span * count``, likewise."""
    exact = on_paper(span)
    return span * count if exact is None else float(exact * count)
