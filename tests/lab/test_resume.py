"""What is there is told by what it is, not by how much there is, nor by the process that asks."""

import json
import os
import subprocess
import sys
from pathlib import Path

from sim import Scenario, simulate
from sim.analysis.identity import run_hash
from sim.lab.entry.api import agent_named
from tests.lab.conftest import undrawn

TREE = Path(__file__).resolve().parents[2]
SWEEP = ("-m", "hydra/launcher=basic", "agent=uniform")


def runs(tmp_path):
    return {f.name: f.stat().st_mtime_ns for f in (tmp_path / "results" / "runs").iterdir()}


def test_resuming_looks_at_what_the_runs_are_not_at_how_many(lab, tmp_path, monkeypatch) -> None:
    undrawn(monkeypatch)
    assert lab(*SWEEP, "seed=0,1") == 0
    first = runs(tmp_path)
    assert len(first) == 2
    assert lab(*SWEEP, "seed=1,2") == 0  # as many as before, half of them others
    second = runs(tmp_path)
    assert len(second) == 3
    assert {name: second[name] for name in first} == first
    assert lab("agent=uniform", "seed=0", "scenario.platform.ingest=2s") == 0
    assert len(runs(tmp_path)) == 4


def test_a_changed_file_of_delays_is_another_world(lab, tmp_path) -> None:
    (tmp_path / "delays.csv").write_text("1\n2\n3\n")
    delay = "scenario.feedback.click.delay=empirical(file=delays.csv)"
    assert lab("agent=uniform", delay) == 0
    (tmp_path / "delays.csv").write_text("1\n2\n4\n")
    assert lab("agent=uniform", delay) == 0
    assert len(runs(tmp_path)) == 2


FRESH = """\
import json, sys
from sim import Scenario, simulate
from sim.analysis.identity import run_hash
from sim.lab.entry.api import agent_named
world, agent = Scenario.load(sys.argv[1]), agent_named("thompson_online")
print(json.dumps([run_hash(world, agent, 0, 1), simulate(world, agent, trace=False).fingerprint]))
"""


def test_the_default_seed_is_that_of_every_process(tiny) -> None:
    """Neither a seed drawn at import nor the order of sets and dicts has a say."""
    environment = {**os.environ, "PYTHONPATH": str(TREE), "PYTHONHASHSEED": "1"}  # this process has another one
    done = subprocess.run(
        [sys.executable, "-c", FRESH, str(tiny)], env=environment, capture_output=True, text=True, check=True
    )
    world, agent = Scenario.load(tiny), agent_named("thompson_online")
    assert json.loads(done.stdout) == [run_hash(world, agent, 0, 1), simulate(world, agent, trace=False).fingerprint]
