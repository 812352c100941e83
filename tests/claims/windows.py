"""Attribution windows: the share of positives credited is the law of the delay at the window."""

from __future__ import annotations

from math import exp, gamma, log

from scipy import stats

from sim import simulate

from ._claim import Claim, share
from ._worlds import untrained, world

REQUESTS, WINDOW = 20_000, 600.0  # a click a second, ten minutes
_SOURCE = "credited iff delay <= window: F(window), whatever the horizon"
_NORMAL = stats.norm()


def _shape(median: float, p95: float) -> float:
    return log(p95 / median) / float(_NORMAL.ppf(0.95))


LAWS = {
    "exponential(mean=20m)": 1.0 - exp(-0.5),
    "lognormal(median=5m, p95=1h)": float(_NORMAL.cdf(log(WINDOW / 300.0) / _shape(300.0, 3600.0))),
    "weibull(mean=30m, shape=0.6)": 1.0 - exp(-((WINDOW / (1800.0 / gamma(1 + 1 / 0.6))) ** 0.6)),
    "uniform(low=5m, high=20m)": (600.0 - 300.0) / (1200.0 - 300.0),
    "never(p=0.3, else=exponential(mean=10m))": 0.7 * (1.0 - exp(-1.0)),
    "truncated(max=1h, law=exponential(mean=30m))": (1.0 - exp(-1 / 3)) / (1.0 - exp(-2.0)),
    "mixture(0.4: exponential(mean=2m), 0.6: exponential(mean=5h))": 0.4 * (1 - exp(-5.0)) + 0.6 * (1 - exp(-1 / 30)),
}


def credited() -> list[Claim]:
    """Seven laws under a window of ten minutes."""
    found = []
    for law, theory in LAWS.items():
        clicks = {"feedback__click__delay": law, "feedback__click__window": "10m"}
        summary = simulate(world(REQUESTS, **clicks), untrained(), trace=False).summary
        positives = int(summary["reward/total"] or 0)
        hits = round((summary["feedback/credited"] or 0.0) * positives)
        found.append(share(f"credited within 10 min of {law}", theory, hits, positives, _SOURCE))
    return found


def credited_after_a_click() -> list[Claim]:
    """Purchases: the click's window and the conversion's both count, so their laws multiply."""
    scenario = world(
        REQUESTS,
        feedback__click__delay="exponential(mean=10m)",
        feedback__click__window="10m",
        feedback__conversion={"rate": 0.5, "spread": 0.0, "delay": "exponential(mean=1h)", "window": "30m"},
        feedback__learn_from="conversion",
    )
    summary = simulate(scenario, untrained(), trace=False).summary
    bought = int(summary["reward/total"] or 0)
    hits = round((summary["feedback/credited"] or 0.0) * bought)
    theory = (1.0 - exp(-1.0)) * (1.0 - exp(-0.5))
    return [share("purchases credited, click and purchase in their windows", theory, hits, bought, _SOURCE)]
