"""How often a version is rolled back that is as good as the one before."""

from __future__ import annotations

from agents import Agent, Every
from sim import simulate

from ._claim import Claim, near
from ._worlds import First, poisson, world

HORIZON = 30_000.0
_WELCH = "level of a one-sided test (Welch 1947)"


def rolled_back_by_chance() -> list[Claim]:
    """All versions show the same item: 5 % of the trials end with a rollback.

    Means of six labels or so are near enough to normal for 40 users against 80.
    """
    canary = {"share": 1 / 3, "for": "60s", "least": 20}
    scenario = world(HORIZON, items__click_rates=[0.5], platform__canary=canary, **poisson(12.0, count=120))
    agent = Agent(First(), cadence=Every(100.0, refit_window=None), ship="push")
    versions = [simulate(scenario, agent, seed=seed).versions for seed in range(3)]
    back = [fate == "rolled_back" for table in versions for fate in table.status[1:-1]]
    return [near("share of versions rolled back by chance", 0.05, back, _WELCH)]
