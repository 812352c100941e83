"""``python -m sim``: what it writes, what it says, and how it leaves."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from sim import Scenario
from sim.lab.entry.app import main
from tests.lab.conftest import TINY, summary, undrawn

RUN = {"config.yaml", "scenario.yaml", "summary.json", "manifest.json"}
RUN |= {"curve.parquet", "versions.parquet", "replicates.parquet"}


def test_a_run_writes_its_folder_and_nothing_else(lab, only_run, tmp_path: Path) -> None:
    assert lab("agent=ucb1_online") == 0
    assert {p.name for p in only_run().iterdir()} == RUN
    assert {p.name for p in tmp_path.iterdir()} == {"tiny.yaml", "results"}
    assert {p.name for p in (tmp_path / "results").iterdir()} == {"runs"}
    scores = summary(only_run())
    assert scores["requests"] == 56.0
    assert all(v is None or isinstance(v, float) for v in scores.values())


def test_results_dir_moves_everything(lab, only_run, tmp_path: Path) -> None:
    assert lab("agent=ucb1_online", "--results", "a, b=c/deep", "trace=true") == 0
    assert {p.name for p in only_run("a, b=c/deep").iterdir()} == RUN | {"requests.parquet", "impressions.parquet"}
    assert {p.name for p in tmp_path.iterdir()} == {"tiny.yaml", "a, b=c"}


def test_the_folder_says_what_was_run(lab, only_run, tiny: Path) -> None:
    assert lab("agent=ucb1_online", "cadence=nightly", "seed=3", "scenario.horizon=1h") == 0
    config = yaml.safe_load((only_run() / "config.yaml").read_text())
    assert config["choices"]["cadence"] == "nightly"
    assert config["choices"]["learner"] == "ucb1"
    assert "agent" not in config["choices"]  # a part was chosen apart: the name would mislead
    assert config["seed"] == 3
    assert config["agent"]["ship"] == "push"
    assert config["run"] == only_run().name
    again = Scenario.load(only_run() / "scenario.yaml")
    assert again.digest == Scenario.load(tiny, {"horizon": "1h"}).digest


def test_what_is_complete_is_not_computed_again(lab, only_run, capsys) -> None:
    assert lab("agent=ucb1_online") == 0
    first = (only_run() / "summary.json").stat().st_mtime_ns
    assert lab("agent=ucb1_online", "block=1") == 0
    assert (only_run() / "summary.json").stat().st_mtime_ns == first
    assert "was there already" in capsys.readouterr().out
    assert lab("agent=ucb1_online", "rerun=true") == 0
    assert (only_run() / "summary.json").stat().st_mtime_ns > first


def test_a_trace_is_added_to_a_run_without(lab, only_run) -> None:
    assert lab("agent=ucb1_online") == 0
    before = json.loads((only_run() / "manifest.json").read_text())["fingerprint"]
    assert lab("agent=ucb1_online", "trace=true") == 0
    assert len(pd.read_parquet(only_run() / "requests.parquet")) == 56
    assert json.loads((only_run() / "manifest.json").read_text())["fingerprint"] == before


def test_a_trace_is_not_lost_for_a_run_without(lab, only_run) -> None:
    assert lab("agent=ucb1_online", "trace=true") == 0
    first = (only_run() / "summary.json").stat().st_mtime_ns
    assert lab("agent=ucb1_online", "rerun=true") == 0
    assert (only_run() / "summary.json").stat().st_mtime_ns > first
    assert len(pd.read_parquet(only_run() / "requests.parquet")) == 56


def test_an_incomplete_folder_is_computed(lab, only_run) -> None:
    assert lab("agent=ucb1_online") == 0
    (only_run() / "summary.json").unlink()
    assert lab("agent=ucb1_online") == 0
    assert (only_run() / "summary.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["agent=linucb_onlin"], "agent: unknown name 'linucb_onlin', did you mean linucb_online; known are "),
        (["scenario.users.cont=3"], "scenario.users.cont: unknown key, did you mean scenario.users.count; "),
        (["scenario.horizon=banana"], "scenario.horizon: 'banana' is not a duration"),
        (["scenario.slate.size=9"], "scenario.slate.size: is 9, but only 3 items live"),
        (["scenario.platform.push=lognormal(median=20m, p96=2h)"], "scenario.platform.push: "),
        (["sed=3"], "sed: unknown key, did you mean seed; "),
        (["seed=-1"], "seed: is -1; a whole number >= 0 and below 2**63 is allowed"),
        (["replications=0"], "replications: is 0; "),
        (["trace=maybe"], "trace: is 'maybe'; true or false is allowed"),
        (["ship=teleport"], "agent: ship is 'teleport'"),
        (["learner=ucb1", "+learner.depth=3"], "learner.depth: unknown key of UCB1; allowed are scale"),
        (["seed=[1"], "seed=[1: not an override"),
    ],
)
@pytest.mark.parametrize("sweep", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_a_wrong_input_is_a_message_and_exit_code_two(lab, capsys, tmp_path, arguments, message, sweep) -> None:
    assert lab(*arguments, *(["-m", "block=1,2"] if sweep else [])) == 2
    said = capsys.readouterr()
    assert said.err.startswith(message)
    assert "Traceback" not in said.err + said.out
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("sweep", [[], ["-m"]])
def test_a_wrong_file_names_line_and_column(tmp_path, capsys, monkeypatch, sweep) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wrong.yaml").write_text(TINY.replace("horizon: 2h", "horizn: 2h").replace("window: 5m", "window: 5"))
    assert main([*sweep, "scenario=./wrong.yaml", "tracker=none"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("wrong.yaml:3:1: horizn: unknown key, did you mean horizon; allowed are ")
    assert lines[1].startswith("wrong.yaml:7:51: feedback.click.window: 5 has no unit")
    assert "horizon: is missing" in lines[2]


def test_a_name_and_a_path_that_are_not_there(lab, capsys) -> None:
    assert lab(scenario="news_fed") == 2
    assert "unknown name 'news_fed', did you mean news_feed" in capsys.readouterr().err
    assert lab(scenario="./nope.yaml") == 2
    assert "there is no file './nope.yaml'" in capsys.readouterr().err


def test_a_sweep_checks_all_jobs_before_it_runs_one(lab, capsys, tmp_path: Path) -> None:
    assert lab("-m", "cadence=online,hourlyy", "scenario.platform.push=constant(1m),constant(1 parsec)") == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("scenario.platform.push: ")
    assert lines[0].endswith(' (job cadence=online scenario.platform.push="constant(1 parsec)")')
    assert lines[1].startswith("cadence: unknown name 'hourlyy', did you mean hourly")
    assert lines[1].endswith(' (job cadence=hourlyy scenario.platform.push="constant(1m)" and 1 more)')
    assert not (tmp_path / "results").exists()


OWN = """\
class Broken:
    def train(self, experience):
        raise RuntimeError("no more")
    def policy(self):
        return self
    def act(self, observations):
        import numpy as np
        return np.tile(observations.catalogue.ids[: observations.size], (len(observations), 1))
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "own_agents.py").write_text(OWN)
    (tmp_path / "conf" / "learner").mkdir(parents=True)
    (tmp_path / "conf" / "learner" / "broken.yaml").write_text("_target_: own_agents.Broken\n")
    monkeypatch.syspath_prepend(tmp_path)
    return str(tmp_path / "conf")


def test_an_agent_of_ones_own_that_fails(lab, own, capsys) -> None:
    assert lab("--config-dir", own, "learner=broken") == 2
    line, call = capsys.readouterr().err.splitlines()
    assert line.startswith("Broken failed while training version 1 at ")
    assert line.endswith(" s: RuntimeError('no more') at own_agents.py:3")
    assert call == '  own_agents.py:3 in train: raise RuntimeError("no more")'


@pytest.mark.parametrize("launcher", [pytest.param("basic", marks=pytest.mark.slow), "processes"])
def test_a_failing_job_does_not_stop_the_others(lab, own, capsys, monkeypatch, tmp_path: Path, launcher: str) -> None:
    undrawn(monkeypatch)
    alone = ["hydra.launcher.workers=1"] if launcher == "processes" else []  # which takes long to start
    assert lab("--config-dir", own, f"hydra/launcher={launcher}", *alone, "-m", "learner=broken,ucb1") == 2
    said = capsys.readouterr()
    assert "1 of 2 jobs failed" in said.err
    (folder,) = (tmp_path / "results" / "sweeps").iterdir()
    assert 'raise RuntimeError("no more")' in (folder / "failures.txt").read_text()
    assert [j["failed"] for j in json.loads((folder / "sweep.json").read_text())["jobs"]] == [True, False]
    assert len(list((tmp_path / "results" / "runs").iterdir())) == 1
