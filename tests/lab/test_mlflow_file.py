"""The database file holds exactly what MLflow itself would have made, however many make it at once."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from sim.lab import mlflow_file
from sim.lab.mlflow_client import client_of
from sim.lab.mlflow_file import make_database


def tables(database: Path) -> list[tuple[object, ...]]:
    """Return what is in it; the order of constraints within a table is another in every run of the migrations."""
    with closing(sqlite3.connect(database)) as there:
        made = there.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2")
        told = [(*names, sorted(line.strip(" \t,") for line in (sql or "").splitlines())) for *names, sql in made]
        return [*told, *there.execute("SELECT * FROM alembic_version")]


@pytest.mark.slow
def test_it_is_what_mlflow_makes(tmp_path: Path, monkeypatch) -> None:
    client_of(f"sqlite:///{tmp_path / 'ours.db'}")
    monkeypatch.setattr(mlflow_file, "_statements", list)
    client_of(f"sqlite:///{tmp_path / 'theirs.db'}")
    assert tables(tmp_path / "ours.db") == tables(tmp_path / "theirs.db")


def test_of_those_that_make_it_at_once_one_does(tmp_path: Path, monkeypatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(mlflow_file, "_statements", lambda: made.append(1) or ["CREATE TABLE t (x)"])
    threads = [threading.Thread(target=make_database, args=(tmp_path / "deep" / "it.db",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_one_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(mlflow_file, "_statements", lambda: ["CREATE TABLE t (x)", "nonsense"])
    with pytest.raises(sqlite3.OperationalError, match="nonsense"):
        make_database(tmp_path / "it.db")
    monkeypatch.setattr(mlflow_file, "_statements", lambda: ["CREATE TABLE t (x)"])
    make_database(tmp_path / "it.db")
    with closing(sqlite3.connect(tmp_path / "it.db")) as there:
        assert there.execute("SELECT name FROM sqlite_master").fetchall() == [("t",)]
