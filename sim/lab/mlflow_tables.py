"""What makes MLflow's tables in a database file: the outcome of its own migrations.

``python -m sim.lab.mlflow_tables`` runs them once and keeps the outcome in the environment that it comes from; ``make
install`` does. Runs only read it. Where it was not kept, or for another MLflow, they run the migrations themselves.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sysconfig
from importlib.metadata import version
from pathlib import Path

from sim.lab.folder import write_atomic

_MAKERS = ("mlflow", "alembic", "sqlalchemy")


def statements() -> list[str]:
    """Return them in order; none where this MLflow keeps its migrations elsewhere: it makes its tables itself then."""
    kept = _read(_place())
    return _migrated() if kept is None else kept


def keep() -> Path | None:
    """Keep what MLflow's migrations come to; return where, None if there was nothing to keep."""
    made, place = _migrated(), _place()
    if made:
        write_atomic(place, json.dumps(made).encode())
    return place if made else None


def _place() -> Path:
    """Return the file for this MLflow: its version, what it is built on, and its migrations as they lie there."""
    import mlflow

    folder = Path(mlflow.__file__).parent / "store" / "db_migrations" / "versions"
    files = sorted((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in folder.glob("*.py"))
    made_by = [sqlite3.sqlite_version, *map(version, _MAKERS)]
    digest = hashlib.sha256(json.dumps([made_by, files]).encode()).hexdigest()[:12]
    return Path(sysconfig.get_path("data")) / "share" / "delaylab" / f"mlflow_tables.{digest}.json"


def _read(file: Path) -> list[str] | None:
    """Return what was kept; None if nothing was, or it is not what was written."""
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, list) and all(isinstance(s, str) for s in found) else None


def _migrated() -> list[str]:
    """Return what is in a database in memory that MLflow has made its tables in."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    try:
        from mlflow.store.db.utils import _initialize_tables
    except ImportError:
        return []
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        _initialize_tables(engine)  # type: ignore[no-untyped-call]
        with engine.connect() as memory:
            dumped = list(memory.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    finally:
        engine.dispose()
    return dumped[1:-1]  # without BEGIN and COMMIT


if __name__ == "__main__":
    from sim.lab.mlflow_client import quiet_environment

    quiet_environment()
    keep()
