"""MLflow's database file: made at once or not at all, and told at once when it cannot be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sim.lab.tracking.tables import statements

_LOCK = 20.0  # seconds that another process may hold the file


def make_database(database: Path) -> None:
    """Make MLflow's tables in a database file, unless it has tables, and see that it can be written.

    MLflow makes them by some seventy migrations, each of which waits for the disk many times, and a process that looks
    in meanwhile fails. Here one transaction writes what comes of them (`sim.lab.tracking.tables`). Of processes that do
    so at once one is first; the others wait, and find them made.

    Args:
        database: where; the folders above are made as well.

    Raises:
        sqlite3.Error: it cannot be written. MLflow itself would try for two minutes before it says so.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with closing(opened(database)) as there, locked(there):
        if there.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
            for statement in statements():
                there.execute(statement)


def opened(database: Path) -> sqlite3.Connection:
    """Return a connection that begins no transaction by itself."""
    there = sqlite3.connect(database, timeout=_LOCK, isolation_level=None)
    there.execute("PRAGMA trusted_schema = OFF")  # a stranger's schema calls no function of this machine's
    return there


@contextmanager
def locked(there: sqlite3.Connection) -> Iterator[None]:
    """Write what is done within in one transaction, or nothing of it; others that write wait."""
    there.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        there.rollback()
        raise
    there.commit()
