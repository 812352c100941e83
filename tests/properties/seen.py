"""What the log shows of each bucket, worked out again from the naive trace, entry by entry."""

from __future__ import annotations

import math

import numpy as np

DAY = 5000.0  # seconds: these worlds last for hours
AFTER = {"at_end": 0.0, "soon": 300.0, "later": 7200.0}


def fit(curve, trace, scenario):
    """Assert that the columns of a curve are what the naive trace says."""
    if not len(trace.requests):
        return
    horizon, width = scenario.horizon, scenario.horizon / 200
    shown = [
        {"bucket": min(int(i["request_at"] * (200 / horizon)), 199)} | i for i in trace.impressions.to_dict("records")
    ]
    kinds = {"click": entries_of_clicks} if scenario.feedback.learn_from == "conversion" else {}
    kinds[scenario.feedback.learn_from] = entries_learnt
    assert {name.split("/")[1] for name in curve if name.startswith("seen/")} == set(kinds)
    for bucket in sorted({i["bucket"] for i in shown})[:: 1 + len(curve) // 40]:
        own = [i for i in shown if i["bucket"] == bucket]
        end = (bucket + 1) * width
        for kind, entries in kinds.items():
            row = curve.iloc[bucket]
            stands = [i["clicked"] if kind != scenario.feedback.learn_from else stays(i) for i in own]
            same(row[f"seen/{kind}/truth"], sum(stands) / len(own))
            for of, until in (("", end), ("day/", min(DAY * math.ceil(round(end / DAY, 9)), horizon))):
                for name, after in AFTER.items():
                    look = until + after
                    known = sum(sign * (at <= look) for i in own for at, sign in entries(i))
                    same(row[f"seen/{kind}/{of}{name}"], math.nan if look > 1.000001 * horizon else known / len(own))


def stays(impression):
    """Say whether an outcome happens and is not taken back."""
    return bool(impression["outcome"]) and not impression["reversed"]


def entries_of_clicks(impression):
    """Return the log's entry of a click."""
    return [(impression["click_logged_at"], 1)]


def entries_learnt(impression):
    """Return the log's entries of an outcome: that it came, and that it was taken back."""
    came = impression["delivered_at"] if impression["credited"] else math.inf
    return [(came if came == came else math.inf, 1), (impression["reversed_at"], -1)]


def same(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
