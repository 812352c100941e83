"""``delaylab abtest``: what it writes, what it says, and what it refuses."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.lab.cli import main

HERE = ["hydra/launcher=basic", "--every=30m", "replications=3"]


@pytest.fixture
def command(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command in a working directory of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: main(["abtest", "scenario=./tiny.yaml", *arguments])


def test_it_writes_numbers_and_a_figure(command, tmp_path: Path, capsys) -> None:
    assert command("--json", "found.json", "--b", "learner=ucb1 ship=push", *HERE, "agent=uniform", "--log=both") == 0
    said = json.loads((tmp_path / "found.json").read_text())
    (folder,) = (tmp_path / "results" / "abtests").glob("*/")
    assert folder.name == said["run"]
    assert {file.name for file in folder.iterdir()} == {"abtest.json", "abtest.csv", "abtest.png"}
    assert json.loads((folder / "abtest.json").read_text()) == said
    assert (folder / "abtest.png").read_bytes().startswith(b"\x89PNG")
    days = pd.read_csv(folder / "abtest.csv")
    assert (days.day * 48).round(9).tolist() == [1, 2, 3, 4]
    assert days.columns.tolist() == list(said["days"][0])
    assert said["replications"] == 3
    assert said["stopping"][0]["rule"] == "the last look"
    assert said["interference"].keys() == {"own", "shared"}
    out, err = capsys.readouterr()
    assert "3 tests, each with two full runs: 12 runs of about 56 requests each: a few seconds" in err
    assert "A  uniform, observed_only, never, in place" in out
    assert "B  ucb1, observed_only, never, push 2m" in out
    assert "Does this A/B test lie? " in out
    assert "59 replications or more are needed" in out


def test_without_sides_both_are_the_agent_of_the_run(command, tmp_path: Path, capsys) -> None:
    assert command("agent=ucb1_online", *HERE, "--split", "40%", "--json=found.json", "--wait=10m", "seed=3") == 0
    said = json.loads((tmp_path / "found.json").read_text())
    assert (said["a"], said["truth"], said["split"], said["seed"]) == (
        said["b"], {"mean": 0.0, "low": 0.0, "high": 0.0}, 0.4, 3,
    )  # fmt: skip
    assert said["days"][0]["wrong_sign"] is None
    assert "Neither side is known to be better" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--b", "scenario.horizon=1h"], "--b: scenario.horizon: both sides live in one world; agent, learner, "),
        (["--a", "seed=1"], "--a: seed: both sides live in one world; "),
        (["--a", "agent=linucb_onlin"], "agent: unknown name 'linucb_onlin', did you mean linucb_online; "),
        (["--every=1h", "--b", "learner=ucb"], "--b: learner: unknown name 'ucb', did you mean ucb1; "),
        (["--every=1h", "--b", "learner=ucb1 learner.alfa=1"], "--b: learner.alfa: unknown key"),
        (["--b", "'"], "--b: No closing quotation"),
        (["cadence=online,nightly"], "cadence: several values make a sweep; abtest tests one pair"),
        (["--split=150%"], "--split: is '150%'; a share of the users between 0 and 1 is allowed"),
        (["--split=half"], "--split: is 'half'; a share of the users between 0 and 1 is allowed"),
        (
            ["--split=0.3%"],
            "--split: is 0.003, about 0.015 of 5 users; a share from 0.4 to 0.6 is allowed, so that each ",
        ),
        (["--split=0.9"], "--split: is 0.9, about 4.5 of 5 users; a share from 0.4 to 0.6 is allowed"),
        (["--every=1h", "scenario.users.count=3"], "--split: is 0.5, about 1.5 of 3 users; each side needs 2 or more"),
        (["--every=1"], "--every: '1' is not a duration; write a number and a unit"),
        (["--every=1d"], "--every: is 1d; a time is allowed that fits between the first request that is read, at 0s"),
        (["--wait=banana"], "--wait: 'banana' is not a duration; write a number and a unit"),
        (["--wait=3h"], "--wait: is 3h; a time below 2h, in which the log is read, is allowed"),
        (["replications=1", "--every=1h"], "replications: is 1; 2 or more are needed"),
        (["replications.until=settled"], "abtest: replications are not added until something is known; "),
    ],
)
def test_what_it_cannot_do_it_refuses(command, arguments: list[str], message: str, tmp_path: Path, capsys) -> None:
    assert command("hydra/launcher=basic", *arguments) == 2
    assert capsys.readouterr().err.startswith(message)
    assert not (tmp_path / "results" / "abtests").exists()
