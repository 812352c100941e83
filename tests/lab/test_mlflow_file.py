"""The database file holds exactly what MLflow itself would have made, however many make it at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from sim.lab.tracking import file as mlflow_file
from sim.lab.tracking import tables as mlflow_tables
from sim.lab.tracking.client import client_of
from sim.lab.tracking.file import make_database
from sim.lab.tracking.tables import keep, statements


def tables(database: Path) -> list[tuple[object, ...]]:
    """Return what is in it; the order of constraints within a table is another in every run of the migrations."""
    with closing(sqlite3.connect(database)) as there:
        made = there.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2")
        told = [(*names, sorted(line.strip(" \t,") for line in (sql or "").splitlines())) for *names, sql in made]
        names = [name for kind, name, *_ in told if kind == "table" and name != "experiments"]  # it has a time
        rows = [(name, *row) for name in names for row in there.execute(f"SELECT * FROM {name}")]
        return [*told, *rows]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch) -> Path:
    """Return where the outcome of the migrations is kept during this test."""
    file = tmp_path / "kept" / "mlflow_tables.test.txt"
    monkeypatch.setattr(mlflow_tables, "_place", lambda: file)
    return file


@pytest.mark.slow
def test_it_is_what_mlflow_makes(tmp_path: Path, monkeypatch, kept: Path) -> None:
    client_of(f"sqlite:///{tmp_path / 'made.db'}")
    assert keep() == kept
    client_of(f"sqlite:///{tmp_path / 'kept.db'}")
    monkeypatch.setattr(mlflow_file, "statements", list)
    client_of(f"sqlite:///{tmp_path / 'theirs.db'}")
    assert tables(tmp_path / "made.db") == tables(tmp_path / "kept.db") == tables(tmp_path / "theirs.db")


def test_migrations_run_where_their_outcome_is_not_kept(kept: Path, monkeypatch) -> None:
    ran: list[int] = []
    monkeypatch.setattr(mlflow_tables, "_migrated", lambda: ran.append(1) or ["CREATE TABLE t (x)"])
    assert (statements(), len(ran), kept.parent.exists()) == (["CREATE TABLE t (x)"], 1, False)
    assert (keep(), len(ran)) == (kept, 2)
    assert (statements(), len(ran)) == (["CREATE TABLE t (x)"], 2)


@pytest.mark.parametrize("damage", ["", "[]", "half", "a letter", "bytes", "a folder"])
def test_what_is_damaged_is_not_used(kept: Path, monkeypatch, damage: str) -> None:
    monkeypatch.setattr(mlflow_tables, "_migrated", lambda: ["CREATE TABLE t (x)", "CREATE TABLE u (x)"])
    whole = keep().read_bytes()  # type: ignore[union-attr]
    kept.unlink()
    if damage == "a folder":
        kept.mkdir()
    else:
        known = {"half": whole[: len(whole) - 20], "a letter": whole.replace(b"TABLE u", b"TABLE v"), "bytes": b"\xff"}
        kept.write_bytes(known.get(damage, damage.encode()))
    assert statements() == ["CREATE TABLE t (x)", "CREATE TABLE u (x)"]


def test_of_many_that_keep_it_at_once_each_leaves_it_whole(kept: Path) -> None:
    work = (
        "import sys; from pathlib import Path; from sim.lab.tracking import tables as m;"
        "m._place = lambda: Path(sys.argv[1]); m._migrated = lambda: ['x' * 2**20];"
        "sys.exit(any(m.keep() is None or m._read(m._place()) is None for _ in range(9)))"
    )
    many = [subprocess.Popen([sys.executable, "-c", work, str(kept)]) for _ in range(3)]
    assert [one.wait() for one in many] == [0, 0, 0]
    assert len(statements()[0]) == 2**20  # neither mixed nor cut
    assert list(kept.parent.iterdir()) == [kept]


def test_that_of_an_earlier_mlflow_gives_way(kept: Path, monkeypatch) -> None:
    earlier = kept.with_name("mlflow_tables.0123.txt")
    kept.parent.mkdir()
    earlier.write_text("")
    monkeypatch.setattr(mlflow_tables, "_migrated", lambda: ["CREATE TABLE t (x)"])
    assert (keep(), list(kept.parent.iterdir())) == (kept, [kept])


def test_an_environment_that_cannot_be_written_costs_a_line(kept: Path, monkeypatch, capsys) -> None:
    kept.parent.write_text("no folder")
    monkeypatch.setattr(mlflow_tables, "_migrated", lambda: ["CREATE TABLE t (x)"])
    assert mlflow_tables.main() == 0
    assert capsys.readouterr().err.startswith("MLflow's tables are not kept, so that a new database takes a second lon")
    assert statements() == ["CREATE TABLE t (x)"]


def test_nothing_is_kept_of_an_mlflow_that_is_not_understood(kept: Path, monkeypatch) -> None:
    monkeypatch.setattr(mlflow_tables, "_migrated", list)
    assert (keep(), kept.exists(), statements()) == (None, False, [])


def test_another_version_is_another_file(monkeypatch) -> None:
    before = mlflow_tables._place()
    assert before == mlflow_tables._place()
    assert before.is_relative_to(sys.prefix)
    monkeypatch.setattr(mlflow_tables, "version", lambda name: "9.9")
    assert mlflow_tables._place() != before

    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(mlflow_tables, "version", missing)
    assert mlflow_tables._place() != before


def test_of_those_that_make_it_at_once_one_does(tmp_path: Path, monkeypatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(mlflow_file, "statements", lambda: made.append(1) or ["CREATE TABLE t (x)"])
    threads = [threading.Thread(target=make_database, args=(tmp_path / "deep" / "it.db",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_one_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(mlflow_file, "statements", lambda: ["CREATE TABLE t (x)", "nonsense"])
    with pytest.raises(sqlite3.OperationalError, match="nonsense"):
        make_database(tmp_path / "it.db")
    monkeypatch.setattr(mlflow_file, "statements", lambda: ["CREATE TABLE t (x)"])
    make_database(tmp_path / "it.db")
    with closing(sqlite3.connect(tmp_path / "it.db")) as there:
        assert there.execute("SELECT name FROM sqlite_master").fetchall() == [("t",)]
