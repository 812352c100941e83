"""What a run will need is about what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agents import UCB1, Agent, Every, LinUCB, MicroBatch, Never, ObservedOnly, Uniform, Wait
from sim import Scenario
from sim.analysis.estimate import BASE, PER_IMPRESSION, Estimate, estimate, memory, wall_time

MEASURE = r"""
import re
from agents import Agent, Every, LinUCB, Wait
from sim import Scenario, simulate
def peak():  # ru_maxrss would be that of the process that started this one, where that is larger
    return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", open("/proc/self/status").read())[1])
agent = Agent(LinUCB(), Wait(), Every("1h"))
simulate(Scenario.load("news_feed", {"users.count": 100, "horizon": "2h", "users.shifts": []}), agent, trace=False)
before = peak()
simulate(Scenario.load("news_feed", WORLD), agent, trace=False)
print(before, peak())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_is_within_a_factor_of_two_of_what_a_run_takes() -> None:
    big = {"users.count": 40_000, "horizon": "2h", "users.shifts": []}
    code = MEASURE.replace("WORLD", repr(big))
    before, peak = map(int, subprocess.check_output([sys.executable, "-c", code], text=True).split())
    found = memory(Scenario.load("news_feed", big), Agent(LinUCB(), Wait(), Every("1h")))
    assert 0.5 < found / peak < 2.0
    assert 0.5 < (found - BASE) / (peak - before) < 2.0


def test_the_log_holds_a_refit_window_or_what_is_out() -> None:
    world = Scenario.load("bernoulli_bandit", {"horizon": "1000s", "feedback.click.window": "100s"})
    of = {
        name: (memory(world, agent) - memory(world, Agent(Uniform(), cadence=Never()))) / PER_IMPRESSION
        for name, agent in {
            "refit": Agent(UCB1(), Wait(), Every("50s", refit_window="300s")),
            "long": Agent(UCB1(), Wait(), Every("50s", refit_window="7d")),
            "new": Agent(UCB1(), ObservedOnly(), MicroBatch("50s")),
        }.items()
    }
    assert of == pytest.approx({"refit": 300.0, "long": 1000.0, "new": 100.0})


def test_time_is_extrapolated_from_the_beginning(monkeypatch) -> None:
    played: list[float] = []
    monkeypatch.setattr("sim.analysis.estimate.simulate", lambda start, agent, seed: played.append(start.horizon))
    monkeypatch.setattr("sim.analysis.estimate.perf_counter", lambda: 0.1 * len(played) + 1e-4 * sum(played))
    world = Scenario.load("bernoulli_bandit", {"horizon": "100000s", "feedback.click.delay": "1s"})
    need = estimate(world, Agent(UCB1()))
    assert need.requests == pytest.approx(100_000, rel=0.001)
    assert need.seconds == pytest.approx(0.1 + 1e-4 * 1e5, rel=0.02)
    assert max(played) < 1e4


def test_the_time_of_an_agent_that_fails_is_not_known() -> None:
    class Broken:
        def train(self, experience): ...

        def policy(self):
            raise ValueError("no")

    assert estimate(Scenario.load("bernoulli_bandit"), Agent(Broken())).seconds is None


def test_the_time_of_several_runs_is_shared_by_processes_and_at_least_that_of_the_longest(monkeypatch) -> None:
    timed: list[float] = []

    def told(scenario: Scenario, agent: Agent, seed: int) -> Estimate:
        timed.append(scenario.horizon)
        return Estimate(1000.0, {"UCB1": 10.0, "LinUCB": 2.0}[type(agent.learner).__name__], 0.0)

    monkeypatch.setattr("sim.analysis.estimate.estimate", told)
    short, long = (Scenario.load("bernoulli_bandit", {"horizon": f"{n}s"}) for n in (1000, 3000))
    slow, quick = Agent(UCB1()), Agent(LinUCB())
    runs = [(short, slow, 2), (short, quick, 2), (long, quick, 2)]  # 20, 4 and 12 seconds
    assert wall_time(runs, 1) == pytest.approx(36.0)
    assert wall_time(runs, 2) == pytest.approx(20.0)
    assert wall_time([(short, quick, 1)] * 6, 3) == pytest.approx(4.0)
    assert wall_time([], 2) == 0.0
    assert timed == [1000.0] * 5
