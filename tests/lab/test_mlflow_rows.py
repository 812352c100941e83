"""Rows that the lab writes itself are those of MLflow's client, which does what the lab does not know."""

from __future__ import annotations

import json
import math
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlparse

import pytest

from sim.lab.store.inside import ARTIFACTS, DATABASE
from sim.lab.store.run_folder import records
from sim.lab.store.sweep_file import sweeps
from sim.lab.tracking.calls import Calls
from sim.lab.tracking.rows import Rows
from sim.lab.tracking.store import Point
from sim.lab.tracking.tracker import MlflowTracker
from tests.lab.mlflow_there import there

RANDOM = {"creation_time", "last_update_time", "input_uuid"}
RUN = ("runs", "tags", "params", "metrics", "latest_metrics", "inputs", "input_tags")
TABLES = ("experiments", "experiment_tags", "datasets", *RUN)


def told(database: Path, place: Path) -> dict[str, list[str]]:
    """Return the rows of a database, with MLflow's random names by what they name, and without the clock."""
    with closing(sqlite3.connect(database)) as rows:
        rows.row_factory = sqlite3.Row
        found = {table: [dict(row) for row in rows.execute(f"SELECT * FROM {table}")] for table in TABLES}
    known = {run["run_uuid"]: run["name"] for run in found["runs"]}
    known |= {dataset["dataset_uuid"]: dataset["digest"] for dataset in found["datasets"]}
    sweep = next(run for run in found["runs"] if run["name"].startswith("sweep "))
    sweep |= {"start_time": 0, "end_time": 0}
    for row in (row for table in found.values() for row in table):
        row.update(dict.fromkeys(RANDOM & {*row}))
    text = json.dumps(found).replace(str(place), "PLACE")
    for name, meaning in known.items():
        text = text.replace(name, json.dumps(meaning)[1:-1])
    return {table: sorted(map(json.dumps, rows)) for table, rows in json.loads(text).items()}


def test_they_are_what_the_client_writes(swept: Path, tmp_path: Path) -> None:
    made = []
    for name in ("rows", "calls"):
        place = tmp_path / name
        tracker = MlflowTracker(place)
        tracker._store = tracker._rows() if name == "rows" else tracker._calls()
        for record in records(swept):
            assert tracker.log_run(record, "it")
        assert tracker.log_sweep(sweeps(swept)[0])
        made.append(told(place / DATABASE, place))
    ours, theirs = made
    default = (
        ours["experiments"].pop(0),
        theirs["experiments"].pop(0),
    )  # MLflow's own, with files where one happened to stand
    assert ['"experiment_id": 0, "name": "Default"' in one for one in default] == [True, True]
    assert ours == theirs
    assert len(ours["runs"]) == 6
    assert len(ours["metrics"]) > 1000


@pytest.mark.parametrize("strange", [math.nan, math.inf, -math.inf, 10**29])
def test_numbers_that_no_column_takes_are_stored_as_the_client_does(tmp_path: Path, strange: float) -> None:
    found = []
    for name in ("rows", "calls"):
        tracker = MlflowTracker(tmp_path / name)
        store = tracker._store = tracker._rows() if name == "rows" else tracker._calls()
        assert store is not None
        with store.whole():
            entry = store.create("it", {}, 0)
            for step, value in enumerate((1.0, strange)):
                store.add(entry, [Point("odd", value, 0, step)], {})
        with closing(sqlite3.connect(tmp_path / name / DATABASE)) as rows:
            found.append([rows.execute(f"SELECT step, value, is_nan FROM {table} ORDER BY step").fetchall()
                          for table in ("metrics", "latest_metrics")])  # fmt: skip
    ours, theirs = found
    assert ours == theirs
    assert [len(rows) for rows in ours] == [2, 1]


def test_an_experiment_that_is_deleted_meanwhile_takes_no_more_runs(
    swept: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr("sim.lab.tracking.retry_budget._PAUSES", ())
    tracker = MlflowTracker(tmp_path)
    client, experiment = there(tracker)
    client.delete_experiment(experiment)
    assert not tracker.log_run(records(swept)[0], None)
    assert "the experiment delaylab at sqlite:" in capsys.readouterr().err
    client.restore_experiment(experiment)
    assert client.search_runs([experiment], run_view_type=3) == []
    assert MlflowTracker(tmp_path).log_run(records(swept)[0], None)


def test_a_file_that_no_uri_names_is_written_where_mlflow_reads(swept: Path, tmp_path: Path) -> None:
    tracker = MlflowTracker(tmp_path / "what?" / "results")
    assert tracker.log_run(records(swept)[0], None)
    client, experiment = there(tracker)
    assert len(client.search_runs([experiment])) == 1


def test_files_are_copied_and_mlflow_finds_them(swept: Path, tmp_path: Path) -> None:
    tracker, record = MlflowTracker(tmp_path), records(swept)[0]
    tracker.log_run(record, None)
    client, experiment = there(tracker)
    (run,) = client.search_runs([experiment])
    assert {a.path for a in client.list_artifacts(run.info.run_id)} == {f.name for f in record.folder.iterdir()}
    copied = Path(urlparse(run.info.artifact_uri).path)
    assert (copied / "summary.json").read_bytes() == (record.folder / "summary.json").read_bytes()


def test_a_run_that_fails_midway_is_not_there(swept: Path, tmp_path: Path, monkeypatch) -> None:
    tracker, record = MlflowTracker(tmp_path), records(swept)[0]
    with monkeypatch.context() as patch:
        patch.setattr(Rows, "finish", lambda *_: 1 / 0)
        patch.setattr("sim.lab.tracking.retry_budget._PAUSES", ())
        assert not tracker.log_run(record, None)
    client, experiment = there(tracker)
    assert list(client.search_runs([experiment], run_view_type=3)) == []
    assert list((tmp_path / ARTIFACTS).iterdir()) == []
    assert MlflowTracker(tmp_path).log_run(record, None)


def test_mlflow_is_not_imported(swept: Path, tmp_path: Path) -> None:
    work = (
        "import sys; from pathlib import Path; from sim.lab.store.run_folder import records; "
        "from sim.lab.tracking.tracker import "
        "MlflowTracker as T; assert T(Path(sys.argv[1])).log_run(records(Path(sys.argv[2]))[0], None); "
        "assert not {'mlflow', 'sqlalchemy', 'alembic'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", work, str(tmp_path), str(swept)], check=True)


@pytest.mark.parametrize(
    ("change", "known"),
    [
        ("ALTER TABLE runs ADD COLUMN more TEXT", True),
        ("ALTER TABLE runs ADD COLUMN more TEXT DEFAULT 'x' NOT NULL", True),
        ("DROP TABLE params; CREATE TABLE params (key, value, run_uuid, more)", True),
        ("DROP TABLE params; CREATE TABLE params (key, value, run_uuid, more NOT NULL)", False),
        ("ALTER TABLE metrics RENAME COLUMN step TO steps", False),
        ("ALTER TABLE runs DROP COLUMN deleted_time", False),
        ("DROP TABLE inputs", False),
    ],
)
def test_what_is_not_known_is_left_to_the_client(tmp_path: Path, change: str, known: bool) -> None:
    assert MlflowTracker(tmp_path).prepare()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as rows:
        rows.executescript(change)
    assert (MlflowTracker(tmp_path)._rows() is not None) is known


def test_an_experiment_of_the_clients_is_taken(swept: Path, tmp_path: Path) -> None:
    theirs = MlflowTracker(tmp_path)._calls()
    assert isinstance(theirs, Calls)
    tracker = MlflowTracker(tmp_path)
    assert tracker.log_run(records(swept)[0], None)
    assert isinstance(tracker.store(), Rows)
    assert theirs.search({"run_hash": records(swept)[0].hash})[0].finished
