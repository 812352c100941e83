"""`delaylab replay`: what it prints, and that what a stranger's folder says is only read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from sim.analysis.replay.sentences import clock
from sim.errors import harmless
from sim.lab.cli import main
from sim.lab.entry.app import main as run_job
from tests.lab.test_replay import WORLD


@pytest.fixture(scope="module")
def traced(tmp_path_factory) -> Path:
    """The folder of a traced run of two replications."""
    home = tmp_path_factory.mktemp("traced")
    (home / "feed.yaml").write_text(WORLD)
    where = [f"scenario={home / 'feed.yaml'}", f"results.dir={home / 'results'}"]
    assert run_job([*where, "agent=ranker_hourly", "replications=2", "trace=true", "tracker=none"]) == 0
    (folder,) = (home / "results" / "runs").iterdir()
    return folder


def test_the_command_lists_visits_and_explains_one(traced, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    results = ["--results", str(traced.parents[1])]
    assert main(["replay", traced.name[:6], "--user", "2", "--replication", "1", *results]) == 0
    assert "user 2: " in capsys.readouterr().out
    file = tmp_path / "why.json"
    ask = ["replay", str(traced), "--user", "2", "--visit", "1", "--replication", "1", "--json", str(file)]
    assert main(ask) == 0
    said = capsys.readouterr()
    assert said.err == ""  # no warning: the trace agrees
    assert said.out.startswith("ridge, wait, hourly, push 1h · feed\nuser 2, visit 1: day 1 ")
    assert max(map(len, said.out.splitlines())) <= 80
    assert "hidden from the agent" in said.out
    told = json.loads(file.read_text())
    assert told["staleness"] + told["learning"] == pytest.approx(told["regret"], abs=1e-12)
    trace = _rows(traced, 1, 2, 1)
    assert [s["item"] for s in told["slate"]] == trace["item"].tolist()


@pytest.mark.parametrize("correction", ["none", "es_dfm"])
def test_a_learner_made_of_another_one_is_built_again(tmp_path, capsys, correction) -> None:
    (tmp_path / "feed.yaml").write_text(WORLD)
    where = [f"scenario={tmp_path / 'feed.yaml'}", f"results.dir={tmp_path / 'results'}", f"correction={correction}"]
    inner = ["learner=softmax", "learner.base=ips", "learner.base.base=ridge", "cadence=hourly"]
    assert run_job([*where, *inner, "trace=true", "tracker=none"]) == 0
    (folder,) = (tmp_path / "results" / "runs").iterdir()
    capsys.readouterr()
    assert main(["replay", str(folder), "--user", "2", "--visit", "1"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("softmax, ")


def test_without_a_trace_the_scores_are_compared(traced, tmp_path, capsys) -> None:
    folder = _copy(traced, tmp_path)
    for name in ("requests", "impressions"):
        (folder / f"{name}.parquet").unlink()
    assert main(["replay", str(folder), "--user", "2", "--visit", "3"]) == 0
    assert capsys.readouterr().err == ""
    _edit(folder, lambda config: config.update(seed=1))
    assert main(["replay", str(folder), "--user", "2"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in said] == ["warning", "warning"]
    assert "it was changed" in said[0]
    assert "this is not the run that is stored" in said[1]


def test_another_results_epoch_is_a_warning_and_other_code_of_the_same_is_none(traced, tmp_path, capsys) -> None:
    folder = _copy(traced, tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["environment"]["code"] = "other"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert main(["replay", str(folder), "--user", "2"]) == 0
    assert capsys.readouterr().err == ""
    config = yaml.safe_load((folder / "config.yaml").read_text())
    config["epoch"] = "\x1b[31m<i>"
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    assert main(["replay", str(folder), "--user", "2"]) == 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "results may differ" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["RUN", "--user", "8"], "there is no user 8; the run has users 0 to 7"),
        (["RUN", "--user", "-1"], "there is no user -1"),
        (["RUN", "--user", "0", "--visit", "999"], "visit 999 of user 0 is not within the horizon; visits 0 to "),
        (["RUN", "--user", "0", "--replication", "2"], "there is no replication 2; the run has 0 to 1"),
        (["RUN", "--user", "0", "--json", "."], "is a folder; a file is needed"),
        (["nothing", "--user", "0"], "'nothing' is no folder, and no run in "),
        ([".", "--user", "0"], "is not complete: config.yaml and summary.json"),
    ],
)
def test_errors_are_one_line_and_exit_code_2(traced, tmp_path, monkeypatch, capsys, arguments, message) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["replay", *(str(traced) if a == "RUN" else a for a in arguments)]) == 2
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_an_unknown_run_is_told_which_there_are(traced, capsys) -> None:
    assert main(["replay", "nothing", "--user", "0", "--results", str(traced.parents[1])]) == 2
    newest = f"; the newest there: {traced.name} (ridge, wait, hourly, push 1h · feed)\n"
    assert capsys.readouterr().err.endswith(newest)


def test_a_sweep_is_told_from_a_run(tmp_path: Path, capsys) -> None:
    for file, content in {
        "runs/0a1b2c3d4e5f/config.yaml": "",
        "runs/0a1b2c3d4e5f/summary.json": "{}",
        "sweeps/sweep-1/sweep.json": '{"jobs": [{"run": "0a1b2c3d4e5f", "choices": {}}]}',
    }.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(content)
    assert main(["replay", "sweep-1", "--user", "0", "--results", str(tmp_path)]) == 2
    assert "'sweep-1' is a sweep; its runs are 0a1b2c3d4e5f" in capsys.readouterr().err


def _target(config) -> None:
    config["agent"]["learner"]["_target_"] = "os.system"


def _system(config) -> None:
    config["agent"]["learner"] = {"class": "os.system", "command": "touch harm"}


def _own(config) -> None:
    config["agent"]["learner"] = {"class": "harmful.Learner"}


def _other_part(config) -> None:
    config["agent"]["learner"] = {"class": "agents.Never"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_target, "agent.learner._target_: this key is not allowed"),
        (_system, "'os.system' is no class of ours; --trust imports it, which runs its code"),
        (_own, "'harmful.Learner' is no class of ours"),
        (_other_part, "'agents.Never' is no class of ours"),
        (lambda c: c["agent"]["learner"].update(ridge=-1.0), "agent.learner: ridge is -1.0"),
        (lambda c: c["agent"]["learner"].update(harm="<script>"), "cannot be built again"),
        (lambda c: c["agent"]["learner"].update(model="\x1b[2J<script>"), "agent.learner: model is "),
        (lambda c: c["agent"].update(ship="\x1b]0;x\x07"), "agent: ship is "),
        (lambda c: c.update(seed=10**60), "seed: is 1000"),
        (lambda c: c.update(replications=0), "replications: is 0"),
        (lambda c: c["scenario"]["users"].update(count=10**15), "scenario.users.count: "),
        (lambda c: c["scenario"].update(horizon="1e300d"), "scenario.horizon: "),
        (lambda c: c["scenario"].update(name="${oc.env:HOME}"), "scenario.name: "),
        (lambda c: c.pop("scenario"), "scenario: is missing"),
        (lambda c: c.pop("agent"), "agent: is missing"),
    ],
)
def test_a_hostile_config_is_refused(traced, tmp_path, monkeypatch, capsys, change, message) -> None:
    folder = _copy(traced, tmp_path)
    (tmp_path / "harmful.py").write_text("import pathlib\npathlib.Path('harm').touch()\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    _edit(folder, change)
    assert main(["replay", str(folder), "--user", "0"]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert not set("\x1b\x07") & set(said.err)
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize("text", ["a: !!python/object/apply:os.system ['touch harm']\n", "a: &x [1]\nb: *x\n", "- 1\n"])
def test_a_config_that_is_more_than_data_is_refused(traced, tmp_path, monkeypatch, capsys, text) -> None:
    folder = _copy(traced, tmp_path)
    monkeypatch.chdir(tmp_path)
    (folder / "config.yaml").write_text(text)
    assert main(["replay", str(folder), "--user", "0"]) == 2
    assert capsys.readouterr().err.startswith("config.yaml:1:")
    assert not (tmp_path / "harm").exists()


def test_a_trace_that_is_none_is_refused(traced, tmp_path, capsys) -> None:
    import pandas as pd

    folder = _copy(traced, tmp_path)
    for content in ({"user": [0], "replication": [0]}, {"user": ["a"], "replication": ["b"]}):
        pd.DataFrame(content).to_parquet(folder / "requests.parquet")
        assert main(["replay", str(folder), "--user", "0"]) == 2
    (folder / "requests.parquet").write_bytes(b"PAR1")
    assert main(["replay", str(folder), "--user", "0"]) == 2
    frame = pd.read_parquet(traced / "requests.parquet")
    frame.loc[frame.user == 0, "request_at"] = 1e300
    frame.to_parquet(folder / "requests.parquet")
    assert main(["replay", str(folder), "--user", "0", "--visit", "0"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 4


def test_a_class_of_ones_own_needs_trust(traced, tmp_path, monkeypatch, capsys) -> None:
    folder = _copy(traced, tmp_path)
    (tmp_path / "trusted_one.py").write_text("from agents import RidgeRanker\nclass Mine(RidgeRanker):\n    pass\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    _edit(folder, lambda config: config["agent"]["learner"].update({"class": "trusted_one.Mine"}))
    _edit(folder, lambda config: config["choices"].pop("learner"))
    assert main(["replay", str(folder), "--user", "0"]) == 2
    assert main(["replay", str(folder), "--user", "0", "--visit", "0", "--trust"]) == 0
    assert capsys.readouterr().out.startswith("Mine, wait, hourly, ")


def test_instants_and_text() -> None:
    assert clock(86400.0 + 3600.0) == "day 2 01:00:00.0"
    assert clock(86399.99) == "day 1 23:59:59.9"
    assert harmless("a\x1b[1m\nb") == "a?[1m\nb"


def _copy(folder: Path, place: Path) -> Path:
    return Path(shutil.copytree(folder, place / "runs" / folder.name))


def _edit(folder: Path, change) -> None:
    config = yaml.safe_load((folder / "config.yaml").read_text())
    change(config)
    (folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))


def _rows(folder: Path, replication: int, user: int, visit: int):
    import pandas as pd

    rows = pd.read_parquet(folder / "impressions.parquet")
    return rows[(rows.replication == replication) & (rows.user == user) & (rows.visit == visit)]
