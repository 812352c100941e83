"""``delaylab triggers``: what it writes, what it says, and what it refuses."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.lab.cli import main

HERE = ["hydra/launcher=basic", "learner=ucb1", "cadence=drift", "cadence.detector=page_hinkley", "ship=push"]


@pytest.fixture
def command(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command in a working directory of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: main(["triggers", "./tiny.yaml", *arguments])


@pytest.mark.drawn
def test_it_writes_numbers_events_and_a_figure(command, tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert command(*HERE, "replications=2", "--within", "30m") == 0
    (folder,) = (tmp_path / "results" / "triggers").glob("*/")
    assert {file.name for file in folder.iterdir()} == {"triggers.json", "triggers.csv", "triggers.png"}
    said, events = json.loads((folder / "triggers.json").read_text()), pd.read_csv(folder / "triggers.csv")
    assert (said["run"], said["within"], said["replications"], said["shifts"]) == (folder.name, "30m", 2, 0)
    assert said["mdr"] == {"value": None, "low": None, "high": None}
    own = events[events.event != "retrain by the clock"]
    assert said["retrains"] == said["all_retrains"] == len(own) / 2  # there is no shift in it
    assert said["twin_retrains"] == round(said["retrains"])
    assert (folder / "triggers.png").read_bytes().startswith(b"\x89PNG")
    out, err = capsys.readouterr()
    assert "2 replications of the trigger, and as many by the clock: 4 runs of about " in err
    assert "There is no shift in users.shifts, so every alarm is false: " in out
    assert max(map(len, out.partition("events ")[0].splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cadence=hourly"], "cadence: is Every, no drift trigger; cadence=drift is allowed"),
        ([*HERE, "--within=soon"], "--within: 'soon' is not a duration"),
        ([*HERE, "--within=0s"], "--within: is 0s; a time after each shift, such as 1d, is allowed"),
        ([*HERE, "replications=1"], "replications: is 1; 2 or more are needed"),
        ([*HERE, "replications.until=settled"], "triggers: replications are not added until something is known; "),
        (["cadence=drift,hourly"], "cadence: several values make a sweep; triggers scores the trigger of one agent"),
    ],
)
def test_what_it_cannot_do_it_refuses(command, arguments: list[str], message: str, tmp_path: Path, capsys) -> None:
    assert command("hydra/launcher=basic", *arguments) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "results" / "triggers").exists()
