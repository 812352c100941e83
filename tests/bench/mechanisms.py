"""What each mechanism of the wider world costs on its own."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from sim.simulation import simulate
from tests.bench.timing import Measured, Work, per_unit
from tests.bench.worlds import NIGHTLY, feed, run

SHARE, ROUNDS = 0.5, 3  # of the plain world's requests a second of CPU, at least
HORIZON = {"horizon": "9h"}
DAILY = {"daily_peak": "20:00", "daily_swing": 0.6}
VALUE = "lognormal(mean=40, sigma=1)"


def incident(kind: str, **about: Any) -> dict[str, Any]:
    """Return the change of the plain world by an incident."""
    return {"incidents": [{"kind": kind, "at": "2h", "for": "3h", **about}]}


# what is changed in the news feed of 20,000 users; users remember there
MECHANISMS: dict[str, dict[str, Any]] = {
    "sessions": {
        "users__visits": {"rate": "0.8 per day", **DAILY, "session": {"stay": 0.8, "gap": "exponential(mean=1m)"}}
    },
    "weekly": {"users__visits": {"rate": "4 per day", **DAILY, "weekly": [1, 1, 1, 1, 1.2, 1.5, 1.3]}},
    "groups": {
        "users__groups": {"a": {"share": 0.6, "delay": 3.0}, "b": {"share": 0.4, "visits": 1.5, "click_rate": 0.07}}
    },
    "arrivals": {"users__arrivals": {"rate": "4000 per day"}},
    "leaving": {"users__leaving": {"rate": "5% per day", "satisfaction_effect": 1.0}},
    "context": {"users__context": {"hour": True, "weekday": True, "dim": 2, "spread": 0.5}},
    "observed.recent": {"users__observed__recent": {"half_life": "6h", "latency": "5m"}},
    "values": {"feedback__click__value": VALUE},
    "values by utility": {"feedback__click__value": f"by_utility(effect=0.5, law={VALUE})"},
    "satisfaction driven by value": {
        "users__satisfaction__driven_by": "value",
        "users__satisfaction__value_effect": 0.5,
        "feedback__click__value": VALUE,
    },
    "reversals": {"feedback__click__reversal": {"rate": 0.1, "delay": "exponential(mean=1h)", "window": "1d"}},
    "delays by utility": {"feedback__click__delay": "by_utility(effect=-0.5, law=lognormal(median=20s, p95=5m))"},
    "shifting delays": {
        "feedback__click__delay": "shifting(at=3h, before=exponential(mean=1m), after=exponential(mean=5m))"
    },
    "traffic": incident("traffic", factor=3),
    "label_outage": incident("label_outage"),
    "label_loss": incident("label_loss", share=0.3),
    "label_duplicates": incident("label_duplicates", share=0.3),
    "trainer_down": incident("trainer_down"),
    "push_stuck": incident("push_stuck"),
    "replicas": {"platform__serving": {"replicas": 8}},
    "rollout": {"platform__serving": {"replicas": 8, "rollout": "30m"}},
    "cache": {"platform__serving": {"cache": "uniform(low=0s, high=4h)"}},
    "canary": {"platform__canary": {"share": 0.1, "for": "1h"}},
    "gate": {"platform__gate": {"for": "1h"}},
}


def variants() -> float:
    """Run the plain world with two variants; return the requests of both."""
    summary = simulate(feed(**HORIZON), {"a": NIGHTLY, "b": NIGHTLY}).summary
    return float((summary["a/requests"] or 0.0) + (summary["b/requests"] or 0.0))


def mechanisms() -> Iterator[Measured]:
    """Yield each mechanism's requests a second as a share of the plain world's."""
    plain = run(feed(**HORIZON), NIGHTLY)
    works: dict[str, Work] = {name: run(feed(**HORIZON, **changes), NIGHTLY) for name, changes in MECHANISMS.items()}
    for name, work in (works | {"variants": variants}).items():
        share = median(per_unit(plain) / per_unit(work) for _ in range(ROUNDS))
        yield Measured(f"requests a second / the plain world's: {name}", share, "{:.2f}", SHARE, limit=SHARE)
    yield Measured("  of the plain world", 1.0 / per_unit(plain), "{:,.0f}", ratio=False)
