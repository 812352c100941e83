"""``delaylab drill``: what it runs, keeps, writes and says."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.lab.cli import main

HERE = ["hydra/launcher=basic", "replications=2", "learner=ucb1", "correction=wait"]
DOWN = ["--incident", "{kind: trainer_down, at: 20m, for: 1h}"]


@pytest.fixture
def command(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command in a working directory of its own, in a terminal of 80 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    return lambda *arguments: main(["drill", "./tiny.yaml", *arguments])


def test_it_runs_every_protection_with_and_without_the_incident(command, tmp_path: Path, capsys) -> None:
    gate = ["--with", "gate: scenario.platform.gate={for:1m}"]
    assert command(*HERE, "cadence=hourly", "cadence.interval=30m", *DOWN, *gate) == 0
    assert len(list((tmp_path / "results" / "runs").iterdir())) == 4
    (place,) = (tmp_path / "results" / "drills").iterdir()
    assert {file.name for file in place.iterdir()} == {"drill.csv", "drill.json", "drill.png", "over_time.csv"}
    found = json.loads((place / "drill.json").read_text())
    assert [one["protection"] for one in found["protections"]] == ["none", "gate"]
    assert found["incident"] == {"kind": "trainer_down", "at": 1200.0, "for": 3600.0}
    assert (found["unit"], found["step"]) == ("clicks", 72.0)
    rows = pd.read_csv(place / "over_time.csv").groupby("protection")
    assert rows["more"].sum()["gate"] == pytest.approx(found["protections"][1]["cost"])
    assert rows["more/total"].last()["gate"] == pytest.approx(found["protections"][1]["cost"])
    out, err = capsys.readouterr()
    assert "4 runs x 2 replications of about 56 requests each" in err
    assert "The 1 h trainer outage" in out
    assert "On good days gate costs" in out
    assert max(map(len, out.partition("table ")[0].splitlines())) <= 80


def test_an_agent_that_never_trains_loses_nothing(command, tmp_path: Path, capsys) -> None:
    assert command(*HERE, "cadence=never", "ship=push", *DOWN) == 0
    (place,) = (tmp_path / "results" / "drills").iterdir()
    (none,) = json.loads((place / "drill.json").read_text())["protections"]
    assert [none[f"cost{end}"] for end in ("", "/low", "/high")] == [0.0, 0.0, 0.0]
    assert none["made_good"] is None
    assert "costs nothing: regret is the same at every instant" in capsys.readouterr().out.replace("\n", " ")


def test_what_serves_in_place_is_not_struck_by_trainers_and_pushes(command, capsys) -> None:
    for kind in ("trainer_down, at: 20m, for: 1h", "push_stuck, at: 20m, for: 1h", "rollback, at: 1h"):
        assert command(*HERE, "cadence=online", "--incident", f"{{kind: {kind}}}") == 2
        said = capsys.readouterr().err
        assert said.startswith(f"--incident: {kind.partition(',')[0]} cannot strike an agent that serves in place, ")
        assert "; label_outage, label_loss, label_duplicates, traffic are allowed, or an agent with ship=push" in said
    protected = ["--with", "online: cadence=online ship=in_place"]
    assert command(*HERE, "cadence=hourly", *DOWN, *protected) == 0
    said = capsys.readouterr().out
    assert "it costs nothing: this incident cannot strike what serves in place" in " ".join(said.split())
    assert "│ not struck " in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--incident", "{kind: trainer_dow, at: 1h, for: 1h}"], "--incident: kind: "),
        ([*DOWN, "--with", "gate: scenario.platform.gat={for:1m}"], "--with: gate: scenario.platform.gat: unknown key"),
        ([*DOWN, "--with", "scenario.platform.gate={for: 1m}"], "--with: 1m}: is no override; KEY=VALUE is allowed"),
        ([*DOWN, "--with", "seed=2"], "--with: seed: a protection changes no world; scenario.platform, agent, "),
        ([*DOWN, "--with", "same: ship=push"], "--with: same: is the same as no protection"),
        ([*DOWN, "replications=1"], "replications: is 1; a drill needs 2 or more for its intervals"),
        ([*DOWN, "score_from=1h"], "score_from: is 1h; at most 20m, when the incident begins, is allowed"),
    ],
)
def test_what_is_wrong_is_a_line_and_exit_code_2(command, tmp_path: Path, capsys, arguments, message) -> None:
    assert command("agent=linucb_hourly", *arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]
