"""When one outcome can be known."""

from __future__ import annotations

import numpy as np

from tests.reference.instants import plus

INF = np.inf


def draw(law, key, start, pace):
    delay, event, delivered = law.draw(np.array([key]), np.array([start]), pace)
    return float(delay[0]), float(event[0]), float(delivered[0])


def settle(kind, start, outcome, key, ingest, pace):
    """Return (event_at, delivered_at, closes_at, credited) of one stage that starts at ``start``."""
    window = INF if kind.window is None else kind.window
    closing = plus(plus(start, window), ingest)
    if kind.negatives == "silent" and not outcome:
        return INF, closing, closing, False
    delay, event, handed = draw(kind.delay, key, start, pace)
    inside = delay <= window and delay < INF
    if not outcome and not inside:
        event = plus(start, window)
    delivered = plus(handed, ingest) if inside else closing
    closes = delivered if kind.window is None else max(closing, delivered)
    return event, delivered, closes, outcome and inside


def settle_conversion(click, conversion, clicked, converts, delays, start, ingest, pace):
    """Return the fate of one impression where conversions are learnt from.

    ``delays`` are the keys of the click's and the conversion's delay.
    """
    event, delivered, closes, known = settle(click, start, clicked, delays[0], ingest, pace)
    if known:
        event, after, closes, credited = settle(conversion, event, converts, delays[1], ingest, pace)
        return event, max(after, delivered), max(closes, delivered), credited  # not before its click is known
    if converts:
        event = draw(conversion.delay, delays[1], event, pace)[1] if event < INF else INF
    elif clicked:
        event = INF
    return event, delivered, closes, False


def status(horizon, impression):
    if impression["delivered_at"] == INF:
        return "lost"
    if impression["delivered_at"] > horizon:
        return "pending"
    if impression["lost"]:
        return "lost"
    if impression["credited"]:
        return "reversed" if impression["reversed_at"] <= horizon else "positive"
    return "expired" if impression["outcome"] else "negative"
