"""From event to log: ingest, and what is credited at the very end of the window."""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim import simulate

from ._claim import Claim, exact, follows, near
from ._worlds import untrained, world

MEAN, REQUESTS = 20.0, 20_000
_ONCE = "in the log at request + delay + ingest, or at request + window + ingest"


def latency() -> list[Claim]:
    """Delay 7 s, window 60 s, ingest exponential of mean 20 s, drawn once: what is in the log is that late."""
    late = {"feedback__click__delay": "7s", "feedback__click__window": "1m"}
    scenario = world(REQUESTS, items={"click_rates": [0.5]}, platform__ingest="exponential(mean=20s)", **late)
    told = simulate(scenario, untrained()).impressions
    told = told[(told.request_at < REQUESTS - 1000)]
    since = (told.delivered_at - told.request_at).to_numpy()
    positive = (told.status == "positive").to_numpy()
    law = stats.expon(scale=MEAN).cdf
    return [
        near("from click to log, ingest of mean 20 s: mean", MEAN, since[positive] - 7.0, _ONCE),
        follows("from click to log: distance", since[positive] - 7.0, law, _ONCE),
        near("from the window's end to log: mean", MEAN, since[~positive] - 60.0, _ONCE),
        follows("from the window's end to log: distance", since[~positive] - 60.0, law, _ONCE),
    ]


def end_of_the_window() -> list[Claim]:
    """A click is credited if its delay is no longer than the window: all as long, none a microsecond longer."""
    source = "credited iff delay <= window"
    counts = [_positives(delay) for delay in ("60s", "60000.001ms")]
    return [
        exact("clicks after 60 s, window 60 s: credited", 940, counts[0], source),
        exact("clicks a microsecond later: credited", 0, counts[1], source),
    ]


def _positives(delay: str) -> int:
    scenario = world(1000.0, feedback__click__delay=delay, feedback__click__window="60s")
    return int(np.sum(simulate(scenario, untrained()).impressions.status == "positive"))
