"""The rate of positives that a learner sees while labels are still coming."""

from __future__ import annotations

import numpy as np

from agents import Agent, NoCorrection, ObservedOnly, Wait
from sim import simulate

from ._claim import Claim, near
from ._worlds import At, First, poisson, world

DAY, RATE, MEAN, RUNS = 86_400.0, 0.4, 4.0, 48  # of a click; days until it is known
_TOY = "Chapelle 2014: p (1/t) int_0^t F, F exponential"


def naive_rate() -> list[Claim]:
    """Clicks at a constant rate, a label counted as a no until it comes: p [1 - (1 - e^(-lt)) / (lt)] after t."""
    days = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    theory = RATE * (1 - (1 - np.exp(-days / MEAN)) / (days / MEAN))
    seen = _rates(NoCorrection(), days)
    return [
        near(f"naive rate after {day:.0f} d", t, own, _TOY) for day, t, own in zip(days, theory, seen.T, strict=True)
    ]


def windowed_rate() -> list[Claim]:
    """With a window w, and waiting until it has closed: p F(w), at any time."""
    seen = _rates(Wait(), np.array([4.0, 8.0]), feedback__click__window="2d")
    source = "p F(w)"
    theory = RATE * (1 - np.exp(-2.0 / MEAN))
    return [near(f"rate, window 2 d, after {d} d", theory, r, source) for d, r in zip((4, 8), seen.T, strict=True)]


def early_positives() -> list[Claim]:
    """The same window, learning what is known: positives are early, so that the rate is p A / (p A + (1 - p F(w)) B).

    After t, positives of requests up to t - d are in for delays d <= w: A = int_0^w F(u) du + (t - w) F(w). What ends
    as a negative is in once its window has closed, B = t - w.
    """
    seen = _rates(ObservedOnly(), np.array([4.0]), feedback__click__window="2d")
    w, t = 2.0, 4.0
    inside = 1 - np.exp(-w / MEAN)
    positives = RATE * (w - inside * MEAN + (t - w) * inside)
    theory = positives / (positives + (1 - RATE * inside) * (t - w))
    return [near("rate of what is known, window 2 d, after 4 d", theory, seen[:, 0], "counts of known outcomes")]


def _rates(correction, days: np.ndarray, **changes) -> np.ndarray:
    """Return the rate that a running sum of examples has at each look, a row per replication."""
    sums = First(lambda e: (e.examples.weight.sum(), (e.examples.weight * e.examples.label).sum()))
    scenario = world(
        days[-1] * DAY + 1.0,
        items={"click_rates": [RATE]},
        feedback__click__delay="exponential(mean=4d)",
        **poisson(30_000 / (16 * DAY)),
        **changes,
    )
    simulate(scenario, Agent(sums, correction, At(days * DAY)), replications=RUNS, trace=False)
    weight, wins = np.cumsum(np.array(sums.notes).reshape(RUNS, len(days), 2), axis=1).transpose(2, 0, 1)
    return wins / weight
