"""MLflow's client, quiet and without files outside the results.

Its database is complete or absent.

Only the worker (`sim.lab.tracking.worker`) and `delaylab compare --uri` import MLflow.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import chain
from sim.lab.store.atomic import PREFIX
from sim.lab.tracking.retry_budget import CALL
from sim.lazy import lazy

if TYPE_CHECKING:
    import mlflow
    import sqlalchemy
    import sqlalchemy.engine as sqlalchemy_engine
else:
    mlflow = lazy("mlflow")
    sqlalchemy = lazy("sqlalchemy")
    sqlalchemy_engine = lazy("sqlalchemy.engine")

_ENVIRONMENT = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",  # by default a dead server blocks a call for four minutes; see `Patience`
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}
_NO_TELEMETRY = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}  # it would write a file into the home
_SQLITE = "sqlite:///"
_HEAD = b"SQLite format 3\0"


def quiet_environment() -> None:
    """Set MLflow's environment variables that are unset; forbid telemetry."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ.update(_NO_TELEMETRY)
    for name in ("alembic", "mlflow"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is raised as well


def client_of(uri: str, write: bool = True, answer: float = CALL) -> mlflow.MlflowClient:
    """Return a client of a tracking server or database."""
    quiet_environment()
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", str(round(answer)))
    with warnings.catch_warnings(action="ignore"):
        if uri.startswith(_SQLITE) and "?" not in uri:
            database = Path(uri.removeprefix(_SQLITE))
            if not write and not database.is_file():
                raise FileNotFoundError(f"there is no {database}")
            database.parent.mkdir(parents=True, exist_ok=True)
            if not sqlalchemy.event.contains(sqlalchemy_engine.Engine, "connect", _asynchronous):
                sqlalchemy.event.listen(sqlalchemy_engine.Engine, "connect", _asynchronous)
            with locked(database.parent):
                make(database)
        return mlflow.MlflowClient(tracking_uri=uri)


def uri_of(database: Path) -> str:
    """Return a database file's URI, relative for paths with `?`."""
    return f"{_SQLITE}{os.path.relpath(database) if '?' in str(database) else database}"


def database_of(uri: str) -> Path:
    """Return the absolute path of a database file's URI."""
    return Path(uri.removeprefix(_SQLITE)).absolute()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock a folder against the lab's other processes that log."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network drives cannot lock folders: there MLflow repeats by itself
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make(database: Path) -> None:
    """Make a new database, atomically; an existing one is checked.

    MLflow makes its tables by some seventy migrations; a process that is ended between them would leave tables that no
    version can read. With a file that is no database MLflow would try for two minutes.
    """
    if database.exists() and (database.is_dir() or database.stat().st_size):
        with database.open("r+b") as there:
            if there.read(len(_HEAD)) != _HEAD:
                raise OSError(f"{database.name} is no SQLite database")
        return
    for left in database.parent.glob(f"{PREFIX}*-{database.name}*"):
        left.unlink()  # of a process that was ended: the folder is locked
    hidden = database.with_name(f"{PREFIX}{os.getpid()}-{database.name}")
    try:
        mlflow.MlflowClient(tracking_uri=uri_of(hidden))
        settled(hidden)
        hidden.replace(database)
    finally:
        hidden.unlink(missing_ok=True)


def settled(database: Path) -> None:
    """Wait until a database's changes are on the disk."""
    with database.open("rb") as there:
        os.fsync(there.fileno())


def _asynchronous(connection: Any, _: object) -> None:
    """Skip waiting for the disk at each statement (see `settled`)."""
    connection.execute("PRAGMA synchronous = OFF")


def without_password(text: str) -> str:
    """Return text without the names and passwords of its URIs."""
    return re.sub(r"://[^/@\s]*@", "://", text)


def reason(error: Exception) -> str:
    """Return what failed in one line, at most 200 letters."""
    network = [c.strerror for c in chain(error) if isinstance(c, (ConnectionError, socket.gaierror)) and c.strerror]
    line = network[-1].lower() if network else " ".join(str(error).split())
    return without_password(line)[:200]
