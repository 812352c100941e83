"""Speed, as ratios of CPU time within one run: ``make bench``. Absolute figures are for orientation only."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

from rich.console import Console
from rich.table import Table

from agents import Agent, BetaThompson, DailyAt, LinUCB, NoCorrection, ObservedOnly, Online, RidgeRanker, Wait
from sim.scenario import Scenario
from sim.simulation import simulate

PAIRS = 3
FEED = {"users.shifts": [], "feedback.conversion": None}
NIGHTLY = Agent(RidgeRanker(), Wait(), DailyAt("03:00"))
MEMORY = """
import resource
from agents import Agent, DailyAt, RidgeRanker, Wait
from sim.scenario import Scenario
from sim.simulation import simulate
keys = {"users.count": 2000, "horizon": "DAYSd", "users.shifts": [], "feedback.conversion": None}
scenario = Scenario.load("news_feed", keys)
agent = Agent(RidgeRanker(), Wait(), DailyAt("03:00", refit_window="1d"))
print(simulate(scenario, agent).summary["requests"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def seconds(work: Callable[[], float]) -> tuple[float, float]:
    """Return CPU seconds of a piece of work and the requests it served."""
    start = time.process_time()
    requests = work()
    return time.process_time() - start, requests


def study(scenario: Scenario, agent: Agent, block: int | None = None) -> Callable[[], float]:
    """Return a run as a piece of work."""
    return lambda: float(simulate(scenario, agent, block=block).summary["requests"] or 0.0)


def paired(fast: Callable[[], float], slow: Callable[[], float]) -> tuple[float, float]:
    """Return the median ratio slow / fast over interleaved pairs, and the fast one's requests a second."""
    ratios, rates = [], []
    for _ in range(PAIRS):
        quick, requests = seconds(fast)
        ratios.append(seconds(slow)[0] / quick)
        rates.append(requests / quick)
    return median(ratios), median(rates)


def memory(days: int) -> tuple[float, float]:
    """Return requests and peak memory in MiB of a run in a process of its own."""
    script = MEMORY.replace("DAYS", str(days))
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    return float(out[0]), float(out[1]) / 1024


def help_seconds() -> float:
    """Return CPU seconds of ``python -m sim --help``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "sim", "--help"], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    table = Table("what", "measured", "target")
    large = Scenario.load("news_feed", {**FEED, "horizon": "6h"})
    ratio, rate = paired(study(large, NIGHTLY), study(large, NIGHTLY, block=1))
    table.add_row("nightly, 20,000 users, 200 items, d=8, K=5: block 1 / adaptive", f"{ratio:.1f} x", ">= 20 x")
    table.add_row("  requests a second", f"{rate:,.0f}", "")
    small = Scenario.load("news_feed", {**FEED, "users.count": 300, "horizon": "1d"})
    online = Agent(LinUCB(0.3), NoCorrection(), Online())
    ratio, rate = paired(study(small, online), study(small, online, block=1))
    table.add_row("LinUCB on every feedback, 300 users: block 1 / adaptive", f"{ratio:.2f} x", ">= 1 x")
    table.add_row("  requests a second", f"{rate:,.0f}", "")
    bandit = Scenario.load("bernoulli_bandit")
    _, rate = paired(study(bandit, Agent(BetaThompson(), ObservedOnly(), Online())), lambda: 0.0)
    table.add_row("bernoulli_bandit, Thompson, flushed every 1000 s: requests a second", f"{rate:,.0f}", "")
    (short_n, short), (long_n, long) = memory(4), memory(16)
    grew = f"{long / short:.2f} x of {short:.0f} MiB"
    table.add_row(f"peak memory at {long_n / short_n:.1f} x the horizon (trace off)", grew, "~ 1 x")
    table.add_row("python -m sim --help", f"{median(help_seconds() for _ in range(PAIRS)):.2f} s CPU", "< 2 s")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
