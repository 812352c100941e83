"""Runs logged as rows of MLflow's tables in the database file of a results folder, without MLflow.

Importing MLflow costs more than a small run, and its client takes some fifty statements and ten commits for a run that
is here one transaction: a run is there at once or not at all. The rows are those that the client writes
(`tests/lab/test_mlflow_rows.py`); tables of another form, of a version to come, are left to the client.
"""

from __future__ import annotations

import math
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

from sim.lab.tracking.file import locked, opened
from sim.lab.tracking.place import copy, own_folder
from sim.lab.tracking.store import Deleted, Entry, Point

_COLUMNS = {
    "experiments": "experiment_id name artifact_location lifecycle_stage creation_time last_update_time",
    "experiment_tags": "key value experiment_id",
    "runs": "run_uuid name source_type source_name entry_point_name user_id status start_time source_version "
    "lifecycle_stage artifact_uri experiment_id",
    "tags": "key value run_uuid",
    "params": "key value run_uuid",
    "metrics": "key value timestamp step is_nan run_uuid",
    "latest_metrics": "key value timestamp step is_nan run_uuid",
    "datasets": "dataset_uuid experiment_id name digest dataset_source_type dataset_source dataset_profile",
    "inputs": "input_uuid source_type source_id destination_type destination_id",
}
_UPDATED = {"runs": "end_time deleted_time"}
_LATER = """
    ON CONFLICT (key, run_uuid)
    DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step, is_nan = excluded.is_nan
    WHERE (excluded.step, excluded.timestamp, excluded.value) > (step, timestamp, value)
"""
_SEARCH = """
    SELECT run_uuid, status, artifact_uri FROM runs WHERE experiment_id = ? AND lifecycle_stage = 'active' {}
    ORDER BY start_time DESC, run_uuid
"""
_ACTIVE = "SELECT 1 FROM experiments WHERE experiment_id = ? AND lifecycle_stage = 'active'"
_TAGGED = "AND run_uuid IN (SELECT run_uuid FROM tags WHERE key = ? AND value = ?)"


class Rows:
    """See `sim.lab.tracking.store.Store`. What is not done within `whole` is an error.

    Args:
        database: MLflow's file.
        experiment_id: where to.
        place: where its files go, a URI.
    """

    def __init__(self, database: Path, experiment_id: int, place: str) -> None:
        self._database, self._experiment_id, self._place = database, experiment_id, place
        self._results = database.parent

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Write all that is done within in one transaction; others that write wait for its end."""
        self._begun: list[Path] = []
        try:
            with closing(opened(self._database)) as self._there, locked(self._there):
                yield
        except BaseException:
            for place in self._begun:  # a full disk would stay full, each try leaves another
                shutil.rmtree(place, ignore_errors=True)
            raise

    def search(self, tags: Mapping[str, str]) -> list[Entry]:
        """Return the runs that have these tags, the latest first."""
        wanted = [self._experiment_id, *(text for tag in tags.items() for text in tag)]
        found = self._there.execute(_SEARCH.format(_TAGGED * len(tags)), wanted).fetchall()
        return [Entry(name, status == "FINISHED", self._tags(name), place) for name, status, place in found]

    def _tags(self, run_id: str) -> dict[str, str]:
        return dict(self._there.execute("SELECT key, value FROM tags WHERE run_uuid = ?", (run_id,)).fetchall())

    def create(self, name: str, tags: Mapping[str, str], start: int | None = None) -> Entry:
        """Begin a run.

        Raises:
            Deleted: somebody has deleted the experiment meanwhile.
        """
        if self._there.execute(_ACTIVE, (self._experiment_id,)).fetchone() is None:
            raise Deleted(str(self._experiment_id))
        run_id = uuid4().hex
        place = f"{self._place}/{run_id}/artifacts"
        self._begun.append(own_folder(place, self._results, "a run").parent)
        start = _now() if start is None else start
        row = (run_id, name, "UNKNOWN", "", "", "unknown", "RUNNING", start, "", "active", place, self._experiment_id)
        self._insert("runs", [row])
        every = {**tags, "mlflow.runName": name}
        self._insert("tags", [(key, value, run_id) for key, value in every.items()])
        return Entry(run_id, False, every, place)

    def delete(self, entry: Entry) -> None:
        """Take a run away, as MLflow does: it is no longer active."""
        self._update("lifecycle_stage = 'deleted', deleted_time = ?", entry, _now())

    def add(self, entry: Entry, points: Sequence[Point], params: Mapping[str, str]) -> None:
        """Add points of metrics, and params."""
        rows = [(*_stored(point), entry.run_id) for point in points]
        self._insert("metrics", rows)
        self._insert("latest_metrics", rows, _LATER)
        self._insert("params", [(key, value, entry.run_id) for key, value in params.items()])

    def add_dataset(self, entry: Entry, dataset: Mapping[str, str]) -> None:
        """Add a dataset; it is there once for all runs of a world."""
        key = (self._experiment_id, dataset["name"], dataset["digest"])
        told = (dataset["source_type"], dataset["source"], dataset["profile"])
        self._insert("datasets", [(uuid4().hex, *key, *told)])
        where = "SELECT dataset_uuid FROM datasets WHERE experiment_id = ? AND name = ? AND digest = ?"
        ((its_id,),) = self._there.execute(where, key)
        self._insert("inputs", [(uuid4().hex, "DATASET", its_id, "RUN", entry.run_id)])

    def add_files(self, entry: Entry, files: Iterable[Path]) -> None:
        """Add copies of files."""
        copy(files, own_folder(entry.place, self._results, f"the run {entry.run_id}"), self._results)

    def tag(self, entry: Entry, key: str, value: str) -> None:
        """Set a tag."""
        self._insert("tags", [(key, value, entry.run_id)], "ON CONFLICT DO UPDATE SET value = excluded.value")

    def finish(self, entry: Entry, end: int | None = None) -> None:
        """End a run."""
        self._update("status = 'FINISHED', end_time = ?", entry, _now() if end is None else end)

    def _update(self, what: str, entry: Entry, value: int) -> None:
        self._there.execute(f"UPDATE runs SET {what} WHERE run_uuid = ?", (value, entry.run_id))

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]], conflict: str = "ON CONFLICT DO NOTHING") -> None:
        insert(self._there, table, rows, conflict)


def insert(there: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]], conflict: str = "") -> None:
    """Add rows that have the columns of `_COLUMNS`."""
    columns = _COLUMNS[table].split()
    command = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) {conflict}"
    there.executemany(command, rows)


def rows_of(database: Path, experiment: str, place: str, tags: Mapping[str, str]) -> Rows | None:
    """Return an experiment of a database, which is made unless it is there.

    Args:
        database: MLflow's file; it has tables.
        experiment: its name.
        place: where the files of a new one go, a URI.
        tags: of a new one.

    Returns:
        None where MLflow's client has to do it: the tables are not those known here.

    Raises:
        Deleted: the experiment was deleted.
        LabError: its files go out of the results folder.
    """
    with closing(opened(database)) as there, locked(there):
        if not experiment or not _known(there):
            return None
        if there.execute("SELECT 1 FROM experiments").fetchone() is None:
            _add_experiment(there, "Default", f"{place}/0")  # MLflow's own, whose number is 0
        wanted = "SELECT experiment_id, artifact_location, lifecycle_stage FROM experiments WHERE name = ?"
        found = there.execute(wanted, (experiment,)).fetchall()
        if not found:
            number = _add_experiment(there, experiment, place)
            insert(there, "experiment_tags", [(key, value, number) for key, value in tags.items()])
            return Rows(database, number, place)
    (number, its_place, stage), *more = found
    if more:
        return None
    if stage != "active":
        raise Deleted(str(number))
    own_folder(its_place, database.parent, f"the experiment {experiment}")
    return Rows(database, number, its_place)


def _add_experiment(there: sqlite3.Connection, name: str, place: str) -> int:
    number: int
    ((number,),) = there.execute("SELECT coalesce(max(experiment_id), -1) + 1 FROM experiments")
    insert(there, "experiments", [(number, name, place, "active", _now(), _now())])
    return number


def _known(there: sqlite3.Connection) -> bool:
    """Say whether the tables have the columns that are written, and need no others."""
    for table, columns in _COLUMNS.items():
        made = {name: needed and default is None for _, name, _, needed, default, _ in
                there.execute(f"PRAGMA table_info({table})")}  # fmt: skip
        written = {*columns.split()}
        needed = {name for name, must in made.items() if must}
        if not needed <= written <= {*made} or not {*_UPDATED.get(table, "").split()} <= {*made}:
            return False
    return True


def _stored(point: Point) -> tuple[str, float, int, int, bool]:
    """Return a point as MLflow's columns have it: what is no number is a flag, what is infinite the largest number."""
    value, unknown = float(point.value), math.isnan(point.value)
    value = 0.0 if unknown else max(-sys.float_info.max, min(value, sys.float_info.max))
    return point.key, value, point.timestamp, point.step, unknown


def _now() -> int:
    return time.time_ns() // 1_000_000
