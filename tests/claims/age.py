"""How old what serves is, where retraining is periodic or the trainer sets the pace."""

from __future__ import annotations

from agents import Agent, Every
from sim import simulate

from ._claim import Claim, exact
from ._worlds import First, served, world

PERIOD, TRAINING, PUSH = 100.0, 7.0, 13.0
_LATENCIES = {"platform__training__fixed": "7s", "platform__push": "constant(13s)"}
_SAWTOOTH = "sawtooth: the age runs from S + L to P + S + L"
_RENEWAL = "renewal reward: E[X^2] / 2 E[X] + E[latency]"


def periodic_retrain() -> list[Claim]:
    """Retrain every P, training S, push L: the age runs from S + L to P + S + L, its mean is P / 2 + S + L.

    Requests come every tenth of a second here, the one at the instant of going live is answered by the new version:
    so the oldest answer is one step short of P + S + L, and the mean half a step short.
    """
    step = 0.1
    scenario = world(horizon=10_020.0 - step / 2, users__count=10, **_LATENCIES)
    run = simulate(scenario, Agent(First(), cadence=Every(PERIOD)))
    rows = served(run, 120.0 - step / 2)  # whole cycles
    least, most = TRAINING + PUSH, PERIOD + TRAINING + PUSH
    return [
        exact("age, periodic retrain: mean", (least + most - step) / 2, rows.age.mean(), _SAWTOOTH),
        exact("age, periodic retrain: least", least, rows.age.min(), _SAWTOOTH),
        exact("age, periodic retrain: most", most - step, rows.age.max(), _SAWTOOTH),
        exact("time since going live: mean", (PERIOD - step) / 2, (rows.request_at - rows.live_at).mean(), _SAWTOOTH),
    ]
