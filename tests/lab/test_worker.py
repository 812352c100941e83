"""The process that logs: it may die, hang or be ended, and costs a line, never a run and never the wait."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlparse

import pytest

from sim.lab.store.run_folder import records
from sim.lab.store.sweep_file import runs_of, sweeps
from sim.lab.tracking import client as client_module
from sim.lab.tracking import process
from sim.lab.tracking import tracker as tracking
from sim.lab.tracking.tracker import MlflowTracker
from sim.lab.tracking.view import SCORES, VIEW
from tests.lab.mlflow_there import REAL, Inline, there


def workers(*more: str) -> set[int]:
    """Return the processes that log."""
    command = ["pgrep", *more, "-f", "sim.lab.tracking.worker"]
    return {*map(int, subprocess.run(command, capture_output=True, text=True, check=False).stdout.split())}


def children() -> set[int]:
    """Return those of this process."""
    return workers("-P", str(os.getpid()))


def logging_into(results: Path) -> set[int]:
    """Return those that log into a folder."""
    found = set()
    for pid in workers():
        with suppress(FileNotFoundError):  # it has ended meanwhile
            found |= {pid} if Path(f"/proc/{pid}/cwd").resolve() == results.resolve() else set()
    return found


@pytest.fixture(autouse=True)
def _real(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a process log, not this one."""
    monkeypatch.setattr(process, "Process", REAL)


@pytest.fixture
def tracker(tmp_path: Path) -> MlflowTracker:
    """One that has begun."""
    found = MlflowTracker(tmp_path / "results")
    found.prepare()
    return found


def test_one_that_dies_costs_a_line(swept: Path, tracker: MlflowTracker, capsys) -> None:
    (worker,) = children()
    os.kill(worker, signal.SIGKILL)
    tracker.log_run(records(swept)[0], None)
    assert tracker.finish() == {"failed": 1}
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "MLflow: the process that logs was killed by SIGKILL; the run folders are complete, sync them later"
    )
    assert tracker.where() == f"MLflow  not logged; this does it: delaylab sync --results {tracker.results}"
    assert children() == set()


@pytest.mark.slow
def test_one_that_hangs_is_not_waited_for(swept: Path, tracker: MlflowTracker, capsys, monkeypatch) -> None:
    monkeypatch.setattr(tracking, "SILENCE", -28.0)  # with the patience with a server: two seconds
    (worker,) = children()
    os.kill(worker, signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(3000):  # more than a pipe holds
        tracker.log_run(records(swept)[0], "a sweep " * 10)
    assert time.monotonic() - began < 30
    assert tracker.finish() == {"failed": 3000}
    assert "gave no answer for 2 s; the run folders are complete" in capsys.readouterr().err
    assert children() == set()


@pytest.mark.slow  # processes of other ends are above
def test_being_ended_while_waiting_leaves_none(swept: Path, tracker: MlflowTracker, monkeypatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(process.Process, "answer", interrupted)
    with pytest.raises(KeyboardInterrupt):
        tracker.log_run(records(swept)[0], None)
    with pytest.raises(KeyboardInterrupt):
        tracker.finish()
    assert children() == set()


@pytest.mark.slow
def test_one_that_is_ended_early_leaves_nothing_half_made(tracker: MlflowTracker) -> None:
    deadline = time.monotonic() + 60
    while not list(tracker.results.glob(".tmp-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    process.dismiss()
    assert list(tracker.results.iterdir()) == []
    assert children() == set()


def test_what_was_ordered_is_logged_when_the_program_is_killed(swept: Path, tmp_path: Path) -> None:
    client_module.make(tmp_path / "mlflow.db")  # from the template: MLflow would take a second
    code = (
        "import os, sys; from pathlib import Path; from sim.lab.store.run_folder import records\n"
        "from sim.lab.tracking.tracker import MlflowTracker\n"
        "tracker = MlflowTracker(Path(sys.argv[1])); tracker.log_run(records(Path(sys.argv[2]))[0], None)\n"
        "import time; time.sleep(0.5); os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path), str(swept)], check=False)
    client, experiment = there(tmp_path)
    deadline = time.monotonic() + 60
    while not (found := client.search_runs([experiment], "attributes.status = 'FINISHED'")):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert len(found) == len(client.search_runs([experiment])) == 1


def python(arguments: list[str], home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("MPLCONFIGDIR", "XDG_CACHE_HOME")}
    environment |= {"HOME": str(home), "TMPDIR": str(home.parent / "tmp")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_a_sweep_writes_below_its_results_only_and_imports_no_mlflow(tiny: Path, tmp_path: Path) -> None:
    for name in ("home", "tmp", "here", "here/results"):
        (tmp_path / name).mkdir()
    client_module.make(tmp_path / "here" / "results" / "mlflow.db")  # from the template
    code = (
        "import sys; from sim.__main__ import main; from sim.lab.report.html import page\n"
        "page.svg = lambda *_: '<svg></svg>'  # the picture is drawn\n"
        "code = main()\n"
        "sys.exit(code or bool({'mlflow', 'sqlalchemy'} & {*sys.modules}))\n"
    )
    sweep = ["-m", "hydra/launcher=basic", f"scenario={tiny}", "learner=ucb1,uniform", "results.dir=results"]
    done = python(["-c", code, *sweep], tmp_path / "home", tmp_path / "here")
    assert done.returncode == 0, done.stderr
    assert [*(tmp_path / "home").rglob("*"), *(tmp_path / "tmp").rglob("*")] == []
    assert [place.name for place in (tmp_path / "here").iterdir()] == ["results"]
    (picture,) = (tmp_path / "here").glob("results/sweeps/*/comparison.png")
    assert picture.stat().st_size > 10_000
    assert {place.name for place in (tmp_path / "here" / "results").iterdir()} == {
        "mlflow-artifacts", "mlflow.db", "runs", "sweeps",
    }  # fmt: skip
    client, experiment = there(tmp_path / "here" / "results")
    assert len(client.search_runs([experiment], "tags.kind = 'run'")) == 2


def test_a_folder_that_no_uri_names_has_its_database(swept: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(process, "Process", Inline)
    tracker = MlflowTracker(tmp_path / "what?" / "results")
    tracker.log_run(records(swept)[0], None)
    assert tracker.finish()["logged"] == 1
    assert [place.name for place in tmp_path.iterdir() if "what" in place.name] == ["what?"]
    monkeypatch.chdir(tracker.results)
    client, experiment = there(tracker.results)
    assert len(client.search_runs([experiment])) == 1


def test_files_are_copied_and_mlflow_finds_them(swept: Path, tmp_path: Path) -> None:
    record = records(swept)[0]
    client, experiment = there(swept)
    run = client.search_runs([experiment], f"tags.run_hash = '{record.hash}'")[0]
    assert {a.path for a in client.list_artifacts(run.info.run_id)} == {f.name for f in record.folder.iterdir()}
    copied = Path(urlparse(run.info.artifact_uri).path)
    assert (copied / "summary.json").read_bytes() == (record.folder / "summary.json").read_bytes()


def test_a_database_elsewhere_has_its_files_beside_it(swept: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(process, "Process", Inline)
    tracker = MlflowTracker(tmp_path / "results", f"sqlite:///{tmp_path / 'shared' / 'all.db'}")
    tracker.log_run(records(swept)[0], None)
    assert tracker.finish()["logged"] == 1
    assert {place.name for place in (tmp_path / "shared").iterdir()} == {"all.db", "mlflow-artifacts"}
    assert len(list((tmp_path / "shared").rglob("summary.json"))) == 1


def test_pages_show_what_was_swept_and_four_scores(swept: Path) -> None:
    client, experiment = there(swept)
    shown = json.loads(client.get_experiment(experiment).tags[VIEW])
    assert shown["selectedColumns"] == [
        "params.`learner`", "params.`cadence`", *(f"metrics.`{score}`" for score in SCORES),
    ]  # fmt: skip
    assert len(SCORES) == 4
    run = client.search_runs([experiment], "tags.kind = 'run'")[0]
    assert {*SCORES} <= {*run.data.metrics}
    assert shown["groupBy"]["groupByKeys"] == [{"mode": "tag", "groupByData": "sweep"}]


def test_names_of_runs_begin_with_what_differs(swept: Path) -> None:
    client, experiment = there(swept)
    wanted = f"tags.sweep = '{sweeps(swept)[0].name}' and tags.kind = 'run'"
    names = {run.data.tags["run_hash"]: run.info.run_name for run in client.search_runs([experiment], wanted)}
    found = [names[record.hash] for record in runs_of(swept, sweeps(swept)[0].name)]
    assert found == [
        "ucb1 · online · no correction, in place · tiny",
        "ucb1 · hourly · no correction, push 2m · tiny",
        "epsilon_greedy · online · no correction, in place · tiny",
        "epsilon_greedy · hourly · no correction, push 2m · tiny",
    ]
