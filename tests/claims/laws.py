"""Delays as the simulator draws them, against scipy's laws."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import yaml
from scipy import stats

from sim import Scenario, simulate
from sim.laws.language import shelf

from ._claim import Claim, exact, follows, share
from ._worlds import untrained, world

HOUR, DAY, DRAWS = 3600.0, 86_400.0, 40_000.0
MEASURED = [3.0, 5.0, 5.0, 90.0]  # delays.csv
_SLOW, _FAST = stats.expon(scale=11 * DAY).cdf, stats.expon(scale=40 * 60).cdf
TRUTH = {
    "constant(30s)": lambda x: np.asarray(x) >= 30.0,
    "empirical(file=delays.csv)": lambda x: np.searchsorted(MEASURED, x, "right") / len(MEASURED),
    "exponential(mean=1h)": stats.expon(scale=HOUR).cdf,
    "gamma(shape=2, mean=1h)": stats.gamma(2, scale=HOUR / 2).cdf,
    "geometric(mean=100s, step=1s)": stats.geom(0.01).cdf,
    "lognormal(median=20s, p95=5m)": stats.lognorm(np.log(15) / stats.norm.ppf(0.95), scale=20).cdf,
    "mixture(0.43: exponential(mean=40m), 0.57: exponential(mean=11d))": lambda x: 0.43 * _FAST(x) + 0.57 * _SLOW(x),
    "never(p=0.3, else=exponential(mean=1h))": stats.expon(scale=HOUR).cdf,
    "pareto(shape=1.5, minimum=1m)": stats.pareto(1.5, scale=60).cdf,
    "released(every=1h, law=exponential(mean=10m))": stats.expon(scale=600).cdf,
    "truncated(max=30d, law=exponential(mean=11d))": lambda x: _SLOW(np.minimum(x, 30 * DAY)) / _SLOW(30 * DAY),
    "uniform(low=10s, high=1m)": stats.uniform(10, 50).cdf,
    "weibull(shape=0.6, scale=1d)": stats.weibull_min(0.6, scale=DAY).cdf,
}


def every_law() -> list[Claim]:
    """The delays of a run follow the law that is written down: the example of each law on the shelf.

    Of a law that was added since, and that `TRUTH` does not know, nothing is claimed: its own distribution proves
    nothing.
    """
    examples = [_example(law) for law in shelf().values()]
    return [_claim(text) for text in examples if text in TRUTH]


def silence_and_drops() -> list[Claim]:
    """A share p never answers; file drops come at the first whole hour after the event."""
    never = _impressions("never(p=0.3, else=exponential(mean=1h))")
    drops = _impressions("released(every=1h, law=exponential(mean=10m))").dropna(subset="delivered_at")
    first = (np.floor(drops.feedback_at / HOUR) + 1) * HOUR
    return [
        share("never(p=0.3): share without an answer", 0.3, never.feedback_at.isna().sum(), len(never), "p"),
        exact(
            "released(every=1h): at the next whole hour", len(drops), (drops.delivered_at == first).sum(), "rounding up"
        ),
    ]


def _example(law: type) -> str:
    """Return the first example of a law's description."""
    return re.search(r"``(.+?)``", law.__doc__)[1]


def _claim(text: str) -> Claim:
    told = _impressions(text)
    delays = (told.feedback_at - told.request_at).dropna()  # exact for whole seconds: requests are at whole seconds
    return follows(f"{text}: distance", delays, TRUTH[text], "scipy.stats")


def _impressions(text: str) -> pd.DataFrame:
    with TemporaryDirectory() as folder:
        plain = world(DRAWS).plain() | {"feedback": {"click": {"delay": text}}}
        (Path(folder) / "delays.csv").write_text("\n".join(map(str, MEASURED)))
        (Path(folder) / "world.yaml").write_text(yaml.safe_dump(plain))
        scenario = Scenario.load(Path(folder) / "world.yaml")
    return simulate(scenario, untrained()).impressions
