"""Logs of a small world, what is fitted to them, and whether it holds the truth."""

from pathlib import Path

import pandas as pd

from sim import Scenario, simulate
from sim.analysis.fit.rows import Asked
from sim.analysis.fit.table import Table
from sim.analysis.fit_world.columns import log_of
from sim.analysis.fit_world.found import Part
from sim.analysis.fit_world.log import Log
from sim.analysis.fit_world.world import Fitted, fit_world

DAY = 86400.0
WORLD = {
    "name": "true", "horizon": "5d",
    "users": {"count": 150, "visits": {"rate": "4 per day", "daily_peak": "20:00", "daily_swing": 0.6}},
    "items": {"count": 40, "lifetime": "3d", "click_rate": 0.15, "popularity": 0.5},
    "slate": {"size": 3, "choice": "position_based(examination=[1, 0.6, 0.3])"},
    "feedback": {"click": {"delay": "lognormal(median=20m, sigma=1)", "window": "12h"}},
}  # fmt: skip
TRUE = {
    "users.count": 150, "users.visits.rate": 4 / DAY, "users.visits.daily_peak": 20 * 3600,
    "users.visits.daily_swing": 0.6, "items.count": 40, "items.lifetime": 3 * DAY, "items.click_rate": 0.15,
    "items.popularity": 0.5,
}  # fmt: skip
LAW = {"median": 1200.0, "sigma": 1.0}
UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


def impressions(agent: str = "uniform", seed: int = 0, **more) -> pd.DataFrame:
    return simulate(Scenario.load(WORLD, more), agent=agent, seed=seed, trace=True).impressions


def log(frame: pd.DataFrame) -> Log:
    return log_of(Table(Path("log.csv"), frame, "row", 1), Asked())


def fitted(frame: pd.DataFrame) -> Fitted:
    return fit_world(log(frame))


def why(part: Part, key: str) -> str:
    return " ".join(one.why for one in part.unknown if key in one.key)


def within(found: Fitted) -> dict[str, bool]:
    """Return which true values lie in their intervals."""
    inside = {}
    for key, true in TRUE.items():
        one = found.found.get(key)
        low, high = (one.value, one.value) if one.low is None else (one.low, one.high)
        inside[key] = low - 1e-9 <= true <= high + 1e-9
    choice = found.found.get("slate.choice")
    for k in (1, 2):
        inside[f"examination {k}"] = choice.low[k] <= (1, 0.6, 0.3)[k] <= choice.high[k]
    return inside | law_within(found)


def law_within(found: Fitted) -> dict[str, bool]:
    parts = [part.split() for part in found.found.get("feedback.click.delay").note.split("; ")[:-1]]
    ends = {name: [float(end.rstrip("smh")) * UNITS[end.lstrip("0123456789.")] for end in (low, high)]
            for name, low, _, high in parts}  # fmt: skip
    return {name: ends[name][0] <= true <= ends[name][1] for name, true in LAW.items() if name in ends}
