"""How old what serves is, where retraining is periodic or follows a renewal process."""

from __future__ import annotations

import numpy as np

from agents import Agent, Every
from sim import simulate

from ._claim import Claim, batches, exact, near
from ._worlds import At, First, poisson, served, world

PERIOD, TRAINING, PUSH, HORIZON = 100.0, 7.0, 13.0, 20_000.0
UNTIL = 10_020.0  # of the sawtooth
_LATENCIES = {"platform__training__fixed": "7s", "platform__push": "constant(13s)"}
_SAWTOOTH = "sawtooth: the age runs from S + L to P + S + L"
_RENEWAL = "renewal reward: E[X^2] / 2 E[X] + E[latency]"
_LITTLE = "Little's law"


def periodic_retrain() -> list[Claim]:
    """Retrain every P, training S, push L: the age runs from S + L to P + S + L, its mean is P / 2 + S + L.

    Requests come every tenth of a second here, and the one at the instant of going live is answered by the new version:
    the oldest answer is one step short of P + S + L, the mean half a step short.
    """
    step = 0.1
    scenario = world(horizon=UNTIL - step / 2, users__count=10, **_LATENCIES)
    run = simulate(scenario, Agent(First(), cadence=Every(PERIOD, refit_window=None)))
    rows = served(run, 120.0 - step / 2)  # whole cycles
    least, most = TRAINING + PUSH, PERIOD + TRAINING + PUSH
    return [
        exact("age, periodic retrain: mean", (least + most - step) / 2, rows.age.mean(), _SAWTOOTH),
        exact("age, periodic retrain: least", least, rows.age.min(), _SAWTOOTH),
        exact("age, periodic retrain: most", most - step, rows.age.max(), _SAWTOOTH),
        exact("time since going live: mean", (PERIOD - step) / 2, (rows.request_at - rows.live_at).mean(), _SAWTOOTH),
    ]


def scores_of_a_periodic_retrain() -> list[Claim]:
    """The scores say the same: data age P / 2 + S + L, and r (E[D] + data age) impressions unlearnt, at rate r.

    What is unlearnt at t was under way at the cutoff (r E[D] on average), or was asked after it (r times the age).
    """
    rate, delay = 2.0, 40.0
    scenario = world(HORIZON, feedback__click__delay="exponential(mean=40s)", **_LATENCIES, **poisson(rate))
    curve = simulate(scenario, Agent(First(), cadence=Every(PERIOD, refit_window=None))).curve
    rows = curve[curve["at"] > 1000.0]  # a bucket is one period long
    age = PERIOD / 2 + TRAINING + PUSH
    unlearned = rows["staleness/unlearned/mean"]
    return [
        near("score staleness/data_age, periodic retrain", age, rows["staleness/data_age/mean"], _SAWTOOTH),
        near("score staleness/model_age, periodic retrain", PERIOD / 2, rows["staleness/model_age/mean"], _SAWTOOTH),
        near("score staleness/unlearned", rate * (delay + age), batches(unlearned), _LITTLE),
    ]


def irregular_retrain() -> list[Claim]:
    """Gaps X between cutoffs iid, latency c: the mean age is E[X^2] / 2 E[X] + c. Here X is gamma of shape 4, mean m.

    E[X^2] = 1.25 m^2, so that the mean is 5 m / 8 + c: a quarter more than a regular retrain's, but for c.
    """
    gap, latency, horizon = 50.0, 13.0, 120_000.0
    gaps = np.random.default_rng(1).gamma(4.0, gap / 4, 3000)
    scenario = world(horizon, platform__push="constant(13s)", **poisson(0.1))
    rows = served(simulate(scenario, Agent(First(), cadence=At(np.cumsum(gaps)))), 1000.0)
    return [near("age, gamma gaps between retrains: mean", 0.625 * gap + latency, batches(rows.age, 40), _RENEWAL)]


def saturated_trainer() -> list[Claim]:
    """A trigger always waits, so that trainings S follow one another: mean age E[S^2] / 2 E[S] + E[S] + L.

    The cutoff is the start of the training; with S uniform on [30, 90], E[S^2] = 60^2 + 60^2 / 12.
    """
    fixed, push, horizon = "uniform(low=30s, high=90s)", 13.0, 20_000.0
    scenario = world(horizon, platform__training__fixed=fixed, platform__push="constant(13s)", **poisson(1.0))
    run = simulate(scenario, Agent(First(), cadence=Every(29.0, refit_window=None)))
    rows = served(run, 1000.0)
    theory = (60.0**2 + 60.0**2 / 12) / (2 * 60.0) + 60.0 + push
    busy = run.summary["cost/training_time"] / (horizon - 29.0)
    return [
        near("age, trainer never idle: mean", theory, batches(rows.age), _RENEWAL),
        exact("trainer never idle: share of time it is busy", 1.0, busy, "all of it from the first trigger on"),
    ]
