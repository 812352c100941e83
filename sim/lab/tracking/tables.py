"""What makes MLflow's tables in a database file: the outcome of its own migrations.

``python -m sim.lab.tracking.tables`` runs them once and keeps the outcome in the environment that it comes from; ``make
install`` does. Runs only read it. Where it was not kept, is damaged, or is that of another MLflow, they run the
migrations themselves.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from sim.lab.base.console import complain
from sim.lab.store.atomic import write_atomic

_MAKERS = ("mlflow", "alembic", "sqlalchemy")
_NAME = "mlflow_tables.{}.txt"


def statements() -> list[str]:
    """Return them in order; none where this MLflow keeps its migrations elsewhere: it makes its tables itself then."""
    kept = _read(_place())
    return _migrated() if kept is None else kept


def keep() -> Path | None:
    """Keep what MLflow's migrations come to, in place of that of an earlier MLflow.

    Returns:
        Where; None if there was nothing to keep.

    Raises:
        OSError: the environment cannot be written.
    """
    made, place = _migrated(), _place()
    if not made:
        return None
    text = json.dumps(made).encode()
    write_atomic(place, _digest(text) + b"\n" + text)
    for other in set(place.parent.glob(_NAME.format("*"))) - {place}:
        other.unlink(missing_ok=True)
    return place


def main() -> int:
    """Keep it; say so if that is not possible. Runs then only take longer, so that it is no failure."""
    from sim.lab.tracking.client import quiet_environment

    quiet_environment()
    try:
        keep()
    except OSError as error:
        complain(f"MLflow's tables are not kept, so that a new database takes a second longer ({error.strerror})")
    return 0


def _place() -> Path:
    """Return the file for this MLflow: its version, what it is built on, and its migrations as they lie there."""
    found = find_spec("mlflow")  # it is not imported: that takes longer than a small run
    package = Path(found.origin).parent if found and found.origin else Path()
    folder = package / "store" / "db_migrations" / "versions"
    files = sorted((f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in folder.glob("*.py"))
    made_by = [sqlite3.sqlite_version, *map(_version, _MAKERS)]
    name = _NAME.format(_digest(json.dumps([made_by, files]).encode()).decode()[:12])
    return Path(sysconfig.get_path("data")) / "share" / "delaylab" / name


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode()


def _read(file: Path) -> list[str] | None:
    """Return what was kept; None if nothing was, or it is not what was written: half a schema would be worse."""
    try:
        digest, _, text = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    found: list[str] | None = json.loads(text) if digest == _digest(text) else None
    return found


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
    raise SystemExit(main())
