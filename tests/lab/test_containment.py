"""A results folder writes below itself only, whatever a stranger put into it: what leads elsewhere is refused."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.errors import LabError
from sim.lab.cli import main as delaylab
from sim.lab.entry.app import main as lab
from sim.lab.store.containment import check_results
from sim.lab.store.run_folder import SMALL, records
from sim.lab.store.sweep_file import runs_of, sweeps
from sim.lab.store.untrusted import mapping, table_of
from sim.lab.tracking.fetch import fetched
from sim.lab.tracking.log import FAILED, LOGGED, Log
from sim.lab.tracking.tracker import MlflowTracker
from tests.lab.mlflow_there import there

WORLD = ["scenario.users.count=5", "scenario.horizon=6h", "scenario.users.shifts=[]"]


def files(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def change(results: Path, *statements: str) -> None:
    with closing(sqlite3.connect(results / "mlflow.db")) as there:
        for statement in statements:
            there.execute(statement)
        there.commit()


def locations(results: Path) -> list[Path]:
    with closing(sqlite3.connect(results / "mlflow.db")) as there:
        found = there.execute(
            "SELECT artifact_location FROM experiments UNION ALL SELECT artifact_uri FROM runs"
        ).fetchall()
    return [Path(urlparse(place).path) for (place,) in found]


def logged(results: Path) -> list:
    client, experiment = there(results)
    return list(client.search_runs([experiment]))


@pytest.fixture(scope="module")
def synced(swept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder of two runs, logged."""
    results = tmp_path_factory.mktemp("synced")
    for run in runs_of(swept, sweeps(swept)[0].name)[:2]:
        shutil.copytree(run.folder, results / "runs" / run.hash)
    assert delaylab(["sync", "--results", str(results)]) == 0
    return results


@pytest.fixture
def theirs(synced: Path, tmp_path: Path) -> Path:
    """The same of a stranger, as if logged in its place; and beside it what is not theirs to write to."""
    results = tmp_path / "theirs"
    shutil.copytree(synced, results)
    columns = (("experiments", "artifact_location"), ("runs", "artifact_uri"))
    change(
        results, *(f"UPDATE {table} SET {name} = replace({name}, '{synced}', '{results}')" for table, name in columns)
    )
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".bashrc").write_text("mine")
    return results


def begun(theirs: Path, place: str) -> None:
    change(theirs, f"UPDATE runs SET status = 'RUNNING', end_time = NULL, artifact_uri = '{place}'")


FORMS = [
    "{}",
    "file://{}/mlflow-artifacts/..",
    *(pytest.param(f"file://{of}{{}}", marks=pytest.mark.slow) for of in ("", "localhost")),
]


@pytest.mark.parametrize("form", FORMS)
def test_files_of_a_run_go_nowhere_else(theirs: Path, tmp_path: Path, capsys, form: str) -> None:
    (min((theirs / "runs").iterdir()) / ".bashrc").write_text("evil")
    begun(theirs, form.format(tmp_path / "home"))
    capsys.readouterr()
    assert delaylab(["sync", "--results", str(theirs)]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("0 logged, 0 already there, 2 failed")
    lines = said.err.splitlines()
    assert len(lines) == 2
    assert all("outside that folder; nothing is written there" in line for line in lines)
    assert files(tmp_path / "home") == {".bashrc": b"mine"}


@pytest.mark.parametrize("place", ["file:///{}", "s3://bucket", "relative/place", ""])
def test_files_of_an_experiment_go_nowhere_else(theirs: Path, tmp_path: Path, capsys, place: str) -> None:
    change(
        theirs, f"UPDATE experiments SET artifact_location = '{place.format(tmp_path / 'home')}'", "DELETE FROM runs"
    )
    capsys.readouterr()
    assert delaylab(["sync", "--results", str(theirs)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "the experiment delaylab go to" in line
    assert files(tmp_path / "home") == {".bashrc": b"mine"}


@pytest.mark.parametrize("name", ["mlflow.db", "mlflow.db-wal", "mlflow-artifacts", "runs", "sweeps", "attributions",
                                  "drills", "sweeps/s", "attributions/twins.jsonl"])  # fmt: skip
def test_a_link_to_elsewhere_is_refused(theirs: Path, tmp_path: Path, capsys, monkeypatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    place = theirs / name
    place.parent.mkdir(exist_ok=True)
    if place.exists():
        place.rename(tmp_path / "home" / "it")
        place.symlink_to(tmp_path / "home" / "it")
    else:
        place.symlink_to(tmp_path / "home" / ("new.db" if "." in name else ""))
    before = files(tmp_path / "home")
    capsys.readouterr()
    run = [*WORLD, "agent=uniform", f"results.dir={theirs}"]
    more = [["run", *run], ["run", "-m", *run], ["attribute", *run]] if name == "runs" else []
    for command in (["sync", "--results", str(theirs)], *more):
        assert delaylab(command) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert "outside" in line
    assert files(tmp_path / "home") == before


def test_a_file_of_two_names_is_refused(theirs: Path, tmp_path: Path) -> None:
    os.link(theirs / "mlflow.db", tmp_path / "home" / "notes.db")
    with pytest.raises(LabError, match="is a hard link"):
        check_results(theirs)


def test_a_journal_that_names_another_file_is_refused(theirs: Path) -> None:
    (theirs / "mlflow.db-journal").write_bytes(b"/home/me/notes" + bytes.fromhex("d9d505f920a163d7"))
    with pytest.raises(LabError, match="the journal of several databases"):
        check_results(theirs)


def test_a_run_that_is_elsewhere_or_has_files_of_elsewhere_is_not_copied(theirs: Path, tmp_path: Path, capsys) -> None:
    first, second = sorted((theirs / "runs").iterdir())
    first.rename(tmp_path / "home" / "run")
    first.symlink_to(tmp_path / "home" / "run")
    (second / "curve.parquet").rename(tmp_path / "home" / "curve.parquet")
    os.link(tmp_path / "home" / "curve.parquet", second / "curve.parquet")
    shutil.rmtree(theirs / "mlflow-artifacts")
    (theirs / "mlflow.db").unlink()
    capsys.readouterr()
    assert delaylab(["sync", "--results", str(theirs)]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("0 logged, 0 already there, 2 failed")
    assert "leads to" in said.err
    assert "is a hard link" in said.err
    assert files(theirs / "mlflow-artifacts") == {}


def test_only_files_that_are_listed_are_copied(theirs: Path, tmp_path: Path) -> None:
    anew = tmp_path / "anew"  # nothing is logged there yet
    shutil.copytree(theirs / "runs", anew / "runs")
    for run in (anew / "runs").iterdir():
        (run / ".bashrc").write_text("evil")
        (run / "notes.txt").write_text("evil")
    assert delaylab(["sync", "--results", str(anew)]) == 0
    assert {Path(name).name for name in files(anew / "mlflow-artifacts")} == {*SMALL}


def test_a_link_among_the_copies_is_not_written_through(theirs: Path, tmp_path: Path) -> None:
    begun(theirs, "x")
    (artifacts,) = {place.parent.parent for place in map(Path, (theirs / "mlflow-artifacts").glob("*/artifacts"))}
    for copies in artifacts.glob("*/artifacts"):
        change(theirs, f"UPDATE runs SET artifact_uri = '{copies.as_uri()}' WHERE run_uuid = '{copies.parent.name}'")
        (copies / "config.yaml").unlink()
        (copies / "config.yaml").symlink_to(tmp_path / "home" / ".bashrc")
    assert delaylab(["sync", "--results", str(theirs)]) == 0
    assert files(tmp_path / "home") == {".bashrc": b"mine"}


def test_a_description_names_no_file_to_copy(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "evil").write_text("evil")
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    (tmp_path / "a" / "b" / "world.yaml").write_text(
        "name: w\ndescription: empirical(file=../../evil)\nhorizon: 1h\nusers: {count: 2, visits: {every: 10m}}\n"
        "items: {click_rates: [0.5, 0.4]}\nslate: {size: 1, choice: bernoulli}\nfeedback: {click: {delay: 4s}}\n"
    )
    assert lab([f"scenario={tmp_path}/a/b/world.yaml", "agent=uniform", "tracker=none"]) == 0
    assert not list((tmp_path / "there").rglob("evil"))


@pytest.mark.parametrize("way", [pytest.param(shutil.move, marks=pytest.mark.slow), shutil.copytree])
def test_a_folder_that_was_moved_or_copied_logs_into_itself(theirs: Path, tmp_path: Path, capsys, way) -> None:
    now = tmp_path / "now"
    way(theirs, now)
    with fetched(f"sqlite:///{now / 'mlflow.db'}", "delaylab", None) as (found, _):
        assert len([record.summary for record in found]) == 2  # they are read before anything is logged
    before = files(theirs) if theirs.exists() else None
    assert lab([*WORLD, "agent=uniform", f"results.dir={now}"]) == 0
    assert f"MLflow: this folder was at {theirs}; what was logged there is the experiment" in capsys.readouterr().err
    assert delaylab(["sync", "--results", str(now)]) == 0
    assert (files(theirs) if theirs.exists() else None) == before
    assert {*map(str, locations(now))} >= {str(now / "mlflow-artifacts" / run.info.run_id / "artifacts")
                                           for run in logged(now)}  # fmt: skip
    with fetched(f"sqlite:///{now / 'mlflow.db'}", "delaylab", None) as (found, _):
        assert len(found) == 3
        assert all(record.summary for record in found)


def test_a_folder_that_is_reached_by_a_link_is_itself(theirs: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(theirs)
    before = locations(theirs)
    assert lab([*WORLD, "agent=uniform", f"results.dir={tmp_path / 'link'}"]) == 0
    assert {*before} < {*locations(theirs)}


@pytest.mark.parametrize("name", ["config.yaml", "manifest.json", "curve.parquet"])
def test_what_never_ends_is_not_read(theirs: Path, tmp_path: Path, capsys, name: str) -> None:
    for run in (theirs / "runs").iterdir():
        (run / name).unlink()
        if name in ("curve.parquet", "manifest.json"):
            os.mkfifo(run / name)
        else:
            (run / name).symlink_to("/dev/zero")
    change(theirs, "DELETE FROM runs")
    capsys.readouterr()
    assert delaylab(["sync", "--results", str(theirs)]) in (1, 2)
    assert delaylab(["compare", str(theirs), "--html", str(tmp_path / "page.html")]) in (0, 2)
    said = capsys.readouterr().err
    assert "is no regular file" in said or "no complete run" in said


def test_a_list_of_jobs_that_never_ends_is_not_read(theirs: Path, capsys) -> None:
    (theirs / "sweeps" / "s").mkdir(parents=True)
    (theirs / "sweeps" / "s" / "sweep.json").symlink_to("/dev/zero")
    assert delaylab(["compare", "s", "--results", str(theirs)]) == 2


def test_rows_are_counted_before_they_are_read(tmp_path: Path) -> None:
    column = pa.nulls(10_000_000)  # which takes no room
    pq.write_table(pa.table({f"c{n}": column for n in range(6)}), tmp_path / "it.parquet")
    with pytest.raises(LabError, match=r"10,000,000 rows of 6 columns; at most 50,000,000 numbers"):
        table_of(tmp_path / "it.parquet", ())


@pytest.mark.parametrize("bad", [-1, 10**9, 0.5, np.nan, np.inf])
def test_a_bucket_that_is_none_is_a_line(tmp_path: Path, bad: float) -> None:
    pd.DataFrame({"bucket": [0.0, bad], "at": [1.0, 2.0]}).to_parquet(tmp_path / "it.parquet")
    with pytest.raises(LabError, match=r"the column bucket (has an inf|is not of whole numbers from 0 to 100,000)"):
        table_of(tmp_path / "it.parquet", ("bucket", "at"))


@pytest.mark.parametrize("text", ["1" * 4000, "1" * 5000, "[" * 3000, "-" + "9" * 30])
def test_a_number_or_a_depth_without_bounds_is_a_line(tmp_path: Path, text: str) -> None:
    for name, data in (("it.json", '{"x": %s}'), ("it.yaml", "x: %s")):
        (tmp_path / name).write_text(data % text)
        with pytest.raises(LabError, match="not plain data"):
            mapping(tmp_path / name)


@pytest.mark.parametrize("text", ["x: 1" + ":1" * 100_000, "a: &a {k: 1}\nb: {<<: [*a, *a]}\n"])
def test_yaml_that_grows_is_a_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "it.yaml").write_text(text)
    with pytest.raises(LabError, match="not plain data"):
        mapping(tmp_path / "it.yaml")


@pytest.mark.parametrize("change", [{"seconds": 1e300}, {"seconds": -1.0}, {"started_at": "0001-01-01"}])
def test_a_time_that_is_none_is_a_line(theirs: Path, capsys, change: dict) -> None:
    for run in (theirs / "runs").iterdir():
        file = run / "manifest.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | change))
    begun(theirs, "x")
    capsys.readouterr()
    assert delaylab(["sync", "--results", str(theirs)]) == 1
    assert all("manifest.json: " in line for line in capsys.readouterr().err.splitlines())


def test_an_experiment_that_was_deleted_says_how_to_restore_it(theirs: Path, capsys) -> None:
    change(theirs, "UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'delaylab'")
    capsys.readouterr()
    tracker = MlflowTracker(theirs)
    tracker.prepare()
    tracker.finish()
    (line,) = capsys.readouterr().err.splitlines()
    assert "mlflow experiments restore --experiment-id 1`" in line
    assert "tracker.experiment=NEW" in line
    assert "sync" not in tracker.where()


def test_an_experiment_that_is_deleted_meanwhile_takes_no_more_runs(theirs: Path, monkeypatch) -> None:
    monkeypatch.setattr("sim.lab.tracking.retry_budget.PAUSES", ())
    said: list[str] = []
    log = Log(theirs, None, "delaylab", say=said.append)
    assert log.open()
    place = log.place()
    place.client.delete_experiment(place.experiment_id)
    record = records(theirs)[0]
    assert log.log_run(record.folder, None, "another") == FAILED
    (line,) = said
    assert "the experiment delaylab at sqlite:" in line
    place.client.restore_experiment(place.experiment_id)
    assert Log(theirs, None, "delaylab").log_run(record.folder, None, "another") == LOGGED
