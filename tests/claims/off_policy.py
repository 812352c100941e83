"""Off-policy estimates from logs whose labels are late: known answers, delay Exp(2 d), read on day 6."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents import Agent, Never, Uniform
from sim import Scenario, simulate
from sim.analysis import evaluate
from sim.ports import Observations, Slates

from ._claim import Claim, near

DAY, MEAN, UNTIL, WINDOW = 86_400.0, 2.0, 6.0, 4.0  # days
RATES, RUNS = np.array([0.625, 0.4, 0.2, 0.15, 0.05]), 24
_LATE = {"delay": "exponential(mean=2d)"}
_SILENT = {**_LATE, "window": "4d", "negatives": "silent"}


class Best:
    """A target that shows the first item, the one with rate .625."""

    def train(self, experience: Any) -> None:
        """Do nothing."""

    def policy(self) -> Best:
        """Return itself."""
        return self

    def act(self, observations: Observations) -> Slates:
        """Return the first item."""
        shape = len(observations), 1
        return Slates(np.broadcast_to(observations.catalogue.ids[:1], shape), np.ones(shape))


def estimates_of_late_labels() -> list[Claim]:
    """Five arms shown at random, the target shows the one of .625; ages at day 6 are uniform on 0 to 6 days."""
    mean_f = 1 - MEAN / UNTIL * (1 - np.exp(-UNTIL / MEAN))
    p, b = RATES[0], RATES.mean()
    soon, late = 1 - np.exp(-WINDOW / MEAN), UNTIL - WINDOW
    came = (WINDOW - MEAN * soon + late * soon) / UNTIL  # share of positives that are in, of those with a window
    closed = late / UNTIL
    matured = b * came + closed * (1 - b * soon)
    selected = p * came / (p * came + closed * (1 - p * soon))
    theory = [
        ("no delay", {"delay": "constant(0s)"}, "no", {"ips": p, "snips": p, "dr": p}),
        ("pending is a no", _LATE, "no", dict.fromkeys(("ips", "snips", "dr"), p * mean_f)),
        ("pending by age", _LATE, "age", dict.fromkeys(("ips", "snips", "dr"), p)),
        ("silent no, matured only", _SILENT, "drop", {"ips": p * came / matured, "snips": selected}),
    ]
    claims = []
    for name, click, rule, values in theory:
        found = _estimates(click, rule)
        claims += [near(f"OPE, {name}: {one}", value, found[one], "means over Exp") for one, value in values.items()]
    return claims


def _estimates(click: dict[str, str], rule: str) -> dict[str, np.ndarray]:
    """Return each estimator's values, one per replication."""
    scenario = Scenario.load(
        {
            "name": "late",
            "horizon": "6d",
            "users": {"count": 200, "visits": {"rate": "4 per day"}},
            "items": {"click_rates": RATES.tolist()},
            "slate": {"size": 1},
            "feedback": {"click": click},
        }
    )
    run = simulate(scenario, Agent(Uniform(), cadence=Never()), replications=RUNS, trace=True)
    target = Agent(Best(), cadence=Never())
    frames = [evaluate(run, target, at=("6d",), pending=(rule,), replication=r) for r in range(RUNS)]
    return {name: np.array([f.value[f.estimator == name].iloc[0] for f in frames]) for name in ("ips", "snips", "dr")}
