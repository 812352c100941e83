"""A million users: wall time and peak memory of every shipped batch agent, each run in a process of its own.

With a fortieth of the users every batch agent of ``conf/agent`` is run with every correction. Of those that take
longest and most memory, and of the command line's default, the run of a million users follows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from omegaconf import OmegaConf

from tests.bench.timing import Measured, child

USERS, SMALL = 1_000_000, 25_000
KINDS = ("learner", "correction", "cadence")
CADENCES = ("nightly", "hourly", "drift")
DEFAULT = ("linucb", "none", "nightly")
SECONDS, GIB = 180.0, 3.0
CONTEXT, WITH_CONTEXT = {"users__context": {"hour": True, "dim": 2, "spread": 0.5}}, 4.5  # four columns; GiB
LONGEST = 900.0  # seconds that a run of a million users may be expected to take
AT_MOST = 23  # seconds of CPU of a small run, which is then ended: a fortieth of the longest
CONF = Path(__file__).parents[2] / "conf"
TRACED = """
import tempfile, time
from pathlib import Path
from agents import Agent, DailyAt, RidgeRanker, Wait
from sim.lab.store.parquet import ParquetSink
from sim.simulation import simulate
from tests.bench.worlds import feed
start = time.perf_counter()
scenario = feed(users__count=1_000_000, users__visits__rate="2 per day", horizon="5d")
agent = Agent(RidgeRanker(), Wait(), DailyAt("03:00", refit_window="1d"))
with tempfile.TemporaryDirectory() as folder, ParquetSink(Path(folder), 1) as sink:
    run = simulate(scenario, agent, trace=True, sink=sink)
print(run.summary["requests"], time.perf_counter() - start)
"""


AGENT = """
import resource, time
resource.setrlimit(resource.RLIMIT_CPU, (MOST, MOST))
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from agents import Agent
from sim.simulation import simulate
from tests.bench.worlds import feed
start = time.perf_counter()
with initialize_config_dir(CONF, version_base=None):
    parts = [instantiate(part) for part in compose(overrides=CHOSEN).values()]
world = feed(users__count=USERS, users__visits__rate="2 per day", horizon="5d", **CHANGES)
print(simulate(world, Agent(*parts)).summary["requests"], time.perf_counter() - start)
"""
Names = tuple[str, str, str]  # of a learner, a correction, a cadence


@dataclass(frozen=True)
class Cost:
    """What a run took: requests, wall and CPU time in seconds, peak memory in GiB."""

    requests: float
    wall: float
    cpu: float
    peak: float


def shipped() -> list[Names]:
    """Return the parts of every batch agent of ``conf/agent``, with each correction in place of its own."""
    corrections = sorted(file.stem for file in (CONF / "correction").glob("*.yaml"))
    agents = []
    for file in sorted((CONF / "agent").glob("*.yaml")):
        parts = {kind.split("/")[-1]: name for part in OmegaConf.load(file).defaults for kind, name in part.items()}
        if parts["cadence"] in CADENCES:
            agents.append((parts["learner"], parts["cadence"]))
    return [(learner, correction, cadence) for learner, cadence in agents for correction in corrections]


def cost(code: str) -> Cost:
    """Run code in a process of its own that prints requests and seconds."""
    (requests, wall), cpu, peak = child(code)
    return Cost(float(requests), float(wall), cpu, peak / 1024)


def of_agent(names: Names, users: int, limit: int = 3600, **changes: Any) -> Cost:
    """Run a shipped agent in a world of so many users, at most ``limit`` seconds of CPU."""
    chosen = [f"+{kind}={name}" for kind, name in zip(KINDS, names, strict=True)]
    code = AGENT.replace("CONF", repr(str(CONF))).replace("CHOSEN", repr(chosen)).replace("CHANGES", repr(changes))
    return cost(code.replace("USERS", str(users)).replace("MOST", str(limit)))


def small() -> Iterator[tuple[Names, Cost]]:
    """Yield what each agent costs with a fortieth of the users; infinite where it was ended."""
    for names in shipped():
        try:
            own = of_agent(names, SMALL, AT_MOST)
        except CalledProcessError as error:
            if error.returncode > 0:  # a part whose package is not installed
                print(f"{' '.join(names)}: not run: {error.stderr.strip().splitlines()[-1]}", file=sys.stderr)
                continue
            own = Cost(0.0, inf, inf, 0.0)
        print(f"{' '.join(names)}: {own.cpu:.0f} s of CPU, {own.peak:.2f} GiB", file=sys.stderr)
        yield names, own


def million() -> Iterator[Measured]:
    """Yield wall time and memory of ten million requests of a million users."""
    traced = cost(TRACED)
    yield from _lines(f"1,000,000 users, {traced.requests:,.0f} requests, trace to Parquet", traced)
    yield from _lines(
        f"{' '.join(DEFAULT)}, four numbers of context", of_agent(DEFAULT, USERS, **CONTEXT), WITH_CONTEXT
    )
    of, many = dict(small()), USERS // SMALL
    feasible = [names for names, own in of.items() if many * own.cpu < LONGEST]
    for names in sorted(set(of) - set(feasible)):
        expected = many * min(of[names].cpu, AT_MOST)
        sign = "more than " if of[names].cpu == inf else ""
        yield Measured(f"{' '.join(names)}: CPU time expected", expected, sign + "{:.0f} s", SECONDS, False, False)
    worst = {DEFAULT, max(feasible, key=lambda n: of[n].peak), max(feasible, key=lambda n: of[n].cpu)}
    for names in sorted(worst):
        yield from _lines(" ".join(names), of_agent(names, USERS))


def _lines(name: str, own: Cost, most: float = GIB) -> Iterator[Measured]:
    yield Measured(f"{name}: wall time", own.wall, "{:.0f} s", SECONDS, more=False, ratio=False)
    yield Measured("  CPU time", own.cpu, "{:.0f} s", None, more=False, ratio=False)
    yield Measured("  peak memory", own.peak, "{:.2f} GiB", most, more=False, ratio=False)
