"""Times that the horizon cuts off: Kaplan and Meier's estimate, and the lab's cycle time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents import Agent, Every
from sim import simulate
from sim.score.grid import LogBins
from sim.score.metrics.cycle_time import kaplan_meier

from ._claim import Claim, at_most, near
from ._worlds import First, poisson, untrained, world

_SOURCE = "Kaplan & Meier 1958"
SHARE, MEAN, HORIZON, REPLICATIONS, CYCLES = 0.3, 100.0, 1000.0, 25, 200


def plateau() -> list[Claim]:
    """A share p answers, after delays F; the horizon censors. The estimate of 1 - S(x) is p F(x), in the end p."""
    scenario = world(
        HORIZON, items={"click_rates": [SHARE]}, feedback__click__delay="exponential(mean=100s)", **poisson(2.0)
    )
    run = simulate(scenario, untrained(), replications=REPLICATIONS).impressions
    survival = np.array([_survival(own) for _, own in run.groupby("replication")])
    claims = []
    for bin_ in LogBins.place(np.array([50.0, 100.0, 200.0, 700.0])):
        x = LogBins.edges[bin_ + 1]
        theory = SHARE * -np.expm1(-x / MEAN)
        claims.append(near(f"Kaplan-Meier, answered within {x:.0f} s", theory, 1 - survival[:, bin_], _SOURCE))
    return claims


def _survival(impressions: pd.DataFrame) -> np.ndarray:
    known = impressions[impressions.status == "positive"]
    other = impressions[impressions.status != "positive"]
    return kaplan_meier(_counts(known.delivered_at - known.request_at), _counts(HORIZON - other.request_at))


def _counts(times: pd.Series) -> np.ndarray:
    return LogBins.count(times.to_numpy())


def no_censoring() -> list[Claim]:
    """Where every time is known the estimate is the share of times that are longer, to rounding."""
    run = simulate(world(HORIZON, feedback__click__delay="exponential(mean=10s)", **poisson(2.0)), untrained())
    early = run.impressions[run.impressions.request_at < 0.7 * HORIZON]
    counts = _counts(early.delivered_at - early.request_at)
    gap = kaplan_meier(counts, np.zeros_like(counts)) - (1 - np.cumsum(counts) / len(early))
    return [at_most("Kaplan-Meier without censoring less empirical law", 1e-12, np.abs(gap).max(), _SOURCE)]


def cycle_time() -> list[Claim]:
    """From impression to the first answer that has learnt it: delay D, wait for the cutoff, training S, push L.

    Requests come every tenth of a second, so that the wait is uniform on 0, 0.1, ... P - 0.1, and the cycle uniform on
    D + S + L + that. Quantiles are told to 0.5 %.
    """
    push = {"platform__training__fixed": "7s", "platform__push": "constant(13s)"}
    scenario = world(CYCLES * 100.0, users__count=10, feedback__click__delay="constant(40s)", **push)
    scores = simulate(scenario, Agent(First(), cadence=Every(100.0, refit_window=None)), trace=False).summary
    theory = {"mean": 60 + 49.95, "p50": 60 + 50.0, "p95": 60 + 95.0}
    name = "staleness/cycle_time"
    return [_told(f"score {name}/{score}", value, scores[f"{name}/{score}"]) for score, value in theory.items()]


def _told(name: str, theory: float, measured: float) -> Claim:
    half = 0.005 * measured
    return Claim(name, theory, measured, measured - half, measured + half, "D + U(0, P) + S + L")
