"""``delaylab attribute``: what it writes, what it says, and how it leaves."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from sim.analysis.attribution.rows import bar
from sim.lab.cli import main

HERE = ["hydra/launcher=basic", "agent=ucb1_online", "scenario.horizon=1h"]
PARTS = ["feedback_delay", "ingest", "training", "push", "cadence"]


@pytest.fixture
def command(tmp_path: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command in a working directory of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: main(["attribute", "scenario=./tiny.yaml", *arguments])


@pytest.mark.drawn
def test_it_writes_numbers_and_a_figure(command, tmp_path: Path, capsys) -> None:
    assert command("--json", "found.json", *HERE, "replications=2") == 0
    said = json.loads((tmp_path / "found.json").read_text())
    assert list(said["parts"]) == PARTS
    assert said["varied"] == ["feedback_delay", "ingest"]
    assert sum(part["mean"] for part in said["parts"].values()) == pytest.approx(said["total"], abs=1e-9)
    (folder,) = (tmp_path / "results" / "attributions").glob("*/")
    assert folder.name == said["run"]
    assert {file.name for file in folder.iterdir()} == {"attribution.json", "attribution.png"}
    assert json.loads((folder / "attribution.json").read_text()) == said
    assert (folder / "attribution.png").read_bytes().startswith(b"\x89PNG")
    assert list((tmp_path / "results" / "runs").iterdir()) == []  # twins are no runs to compare
    out, err = capsys.readouterr()
    twins = "4 twins (this run with each combination of feedback_delay, ingest removed) x 2 replications"
    assert err.startswith("8 runs of about 26 requests each")
    assert f": {twins}\n" in err
    assert "no effect here" in out
    assert "request" not in out  # the score is one a request already
    assert "what remains without any delay" in out
    assert str(folder / "attribution.png") in out


def test_flags_may_stand_anywhere_and_results_go_where_they_are_told(command, tmp_path: Path, capsys) -> None:
    assert command("seed=3", "--json=a/b.json", *HERE, "--results", "elsewhere", "agent=uniform") == 0
    said = json.loads((tmp_path / "a" / "b.json").read_text())
    assert (said["seed"], said["total"], said["parts"]["cadence"]) == (3, 0.0, {"mean": 0.0, "low": None, "high": None})
    assert (tmp_path / "elsewhere" / "attributions" / said["run"] / "attribution.png").is_file()
    assert "one replication has no intervals" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["agent=linucb_onlin"], "agent: unknown name 'linucb_onlin', did you mean linucb_online; "),
        (["scenario.users.cont=3"], "scenario.users.cont: unknown key, did you mean scenario.users.count; "),
        (["scenario.platform.push=lognormal(median=20m, p96=2h)"], "scenario.platform.push: "),
        (["replications=0"], "replications: is 0; a whole number >= 1 is allowed"),
        (["seed=1,2"], "seed: several values make a sweep; attribute explains one run"),
        (["cadence=online,nightly"], "cadence: several values make a sweep; attribute explains one run"),
        (["-m"], "attribute: explains one run; leave out -m"),
        (["experiment=online_or_batch"], "attribute: explains one run, and experiment=online_or_batch is a sweep"),
        (["--json", "."], "cannot write /"),
        (["hydra.launcher.workers=0"], "hydra.launcher.workers: is 0; a whole number >= 1, or null, is allowed"),
        (["seed=="], "seed=="),
    ],
)
def test_what_is_wrong_is_a_line_and_exit_code_2(command, tmp_path: Path, capsys, arguments, message) -> None:
    assert command(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["tiny.yaml"]


def test_a_place_that_cannot_be_written_is_a_line(command, tmp_path: Path, capsys) -> None:
    (tmp_path / "file").write_text("")
    assert command(*HERE, "results.dir=file/below") == 2  # before anything is computed
    assert capsys.readouterr().err.startswith("results.dir: cannot write below ")
    assert command(*HERE, "--json", "file/x.json") == 2
    out, err = capsys.readouterr()
    assert "what remains without any delay" in out
    assert f"cannot write {tmp_path / 'file/x.json'}: " in err
    assert "Traceback" not in err


def test_bars_share_a_scale() -> None:
    assert [len(bar(value, 8.0)) for value in (8.0, 4.0, -2.0, 0.0)] == [16, 8, 4, 0]


def test_it_says_beforehand_about_how_long_it_takes(command, capsys) -> None:
    assert command(*HERE) == 0
    announced, expected, *_ = capsys.readouterr().err.splitlines()
    assert announced.startswith("4 runs of about 26 requests each")
    assert expected == "a few seconds, less for twins known from before"


def test_a_long_run_is_expected_to_take_as_long_as_its_beginning_says(monkeypatch) -> None:
    from agents import UCB1, Agent, Every
    from sim import Scenario
    from sim.analysis.attribution import duration as pilot

    played: list[float] = []
    monkeypatch.setattr(pilot, "run_replication", lambda task: played.append(task.scenario.horizon))
    monkeypatch.setattr("sim.analysis.estimate.perf_counter", lambda: 0.1 * len(played) + 1e-4 * sum(played))
    world = Scenario.load("bernoulli_bandit", {"horizon": "100000s", "feedback.click.delay": "1s"})
    agent = Agent(UCB1(), cadence=Every("1h"), ship="in_place")
    twins = 4  # with and without the delay, on a schedule and at once
    found = pilot.duration(world, agent, seed=0, replications=10, workers=2, requests=1e5)
    assert found == pytest.approx(twins * 10 / 2 * (0.1 + 1e-4 * 1e5), rel=0.02)
    assert max(played) < 1e4


def test_a_narrow_terminal_leaves_a_column_out_and_cuts_no_value(command, monkeypatch: pytest.MonkeyPatch) -> None:
    page = StringIO()
    monkeypatch.setattr("sim.lab.report.answers.out", lambda: Console(width=60, file=page))
    assert command(*HERE, "--score", "regret/total") == 0
    assert "…" not in page.getvalue()
    assert page.getvalue().count("part per request") == 1  # in the note
    assert "not shown at this width: part per request; attribution.json has all" in " ".join(page.getvalue().split())


def test_where_satisfaction_has_a_say_in_who_leaves_it_says_what_regret_is_of(command, capsys) -> None:
    leaving = "scenario.users.leaving={rate: 10% per day, satisfaction_effect: 1.0}"
    assert command(*HERE, leaving) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "satisfaction has a say in who leaves here, and regret is that of users who are still there" in said
    assert "--score reward/per_user_day" in said
    assert command(*HERE, leaving, "--score", "reward/per_user_day") == 0
    assert "still there" not in capsys.readouterr().out
