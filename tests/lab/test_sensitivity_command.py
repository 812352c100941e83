"""``delaylab sensitivity``: known answers, what it keeps, writes and says."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.lab.cli import main

HERE = ["hydra/launcher=basic", "replications=4", "scenario.slate.size=1"]
LAST = "scenario.items.click_rates=[0.05,0.1,0.9]"  # an untrained agent shows the first
SLOW = "learner=ucb1 cadence=hourly cadence.interval=30m correction=none ship=in_place"
PUSHED = "learner=ucb1 cadence=hourly cadence.interval=5m correction=none ship=push"


@pytest.fixture
def command(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command in a working directory of its own; return its numbers."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: str) -> tuple[dict, pd.DataFrame]:
        assert main(["sensitivity", "./tiny.yaml", *HERE, *arguments]) == 0
        (place,) = (tmp_path / "results" / "sensitivity").iterdir()
        assert {one.name for one in place.iterdir()} == {f"sensitivity.{end}" for end in ("csv", "json", "png")}
        return json.loads((place / "sensitivity.json").read_text()), pd.read_csv(place / "sensitivity.csv")

    return run


def test_a_push_of_two_days_turns_it_and_the_runs_are_kept(command, tmp_path: Path, capsys) -> None:
    found, table = command(LAST, "--a", SLOW, "--b", PUSHED, "--range", "platform.push=constant(0s)..constant(2d)")
    (push,) = found["ranges"]
    assert found["measure_next"] == "platform.push"
    assert (push["turns"], push["low"]["verdict"], push["high"]["verdict"]) == ("flips", "B better", "A better")
    assert push["swing"] == pytest.approx(push["high"]["difference"] - push["low"]["difference"])
    assert table["end"].tolist() == ["centre", "low", "high"]
    assert len([*(tmp_path / "results" / "runs").iterdir()]) == 4  # A in place feels no push: one run of it
    out, err = capsys.readouterr()
    assert "4 different runs x 4 replications of about 56 requests each: a few seconds" in err
    assert "Measure next: push." in " ".join(out.split())
    assert max(map(len, out.partition("table  ")[0].splitlines())) <= 80


@pytest.mark.slow
def test_identical_agents_differ_by_nothing(command) -> None:
    found, table = command(
        "--a", SLOW, "--b", SLOW, "--range", "users.count=5..30",
        "--range", "platform.push=constant(0s)..constant(2d)",
    )  # fmt: skip
    assert found["measure_next"] is None
    assert table["difference"].tolist() == [0.0] * 5
    assert [one["swing"] for one in found["ranges"]] == [0.0, 0.0]


def test_agents_in_place_do_not_feel_a_push(command) -> None:
    found, table = command(
        "--a", SLOW, "--b", "agent=ucb1_online", "--range", "platform.push=constant(0s)..constant(2d)"
    )
    (push,) = found["ranges"]
    assert (push["swing"], push["swing/low"], push["swing/high"], push["turns"]) == (0.0, 0.0, 0.0, "no")
    assert table["difference"].nunique() == 1
    assert table["difference"][0] != 0.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--range", "users.count=5..9"], "--b: is the same agent as A; --a or --b with another one is needed"),
        (["--range", "users.cuont=5..9"], "--range: scenario.users.cuont: "),
        (["--range", "platform.push=constant(-1h)..constant(2h)"], "--range: scenario.platform.push: "),
        (["--range", "users.count=5..9", "--a", "seed=3"], "--a: seed: both sides live in one world"),
        (["--range", "users.count=5..9", "replications.until=0.1"], "sensitivity: replications are not added until"),
        (["--range", "users.count=5..9", "seed=1,2"], "seed: several values make a sweep; sensitivity moves one range"),
    ],
)
def test_what_is_wrong_is_a_line_and_exit_code_2(tmp_path: Path, tiny: Path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert main(["sensitivity", "./tiny.yaml", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]
