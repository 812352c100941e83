"""MLflow's client: quiet, without traces outside the results, and in a database that is complete or not there.

Only the worker (`sim.lab.tracking.worker`) and `delaylab compare --uri` import MLflow.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",  # by default a dead server holds a call for four minutes; see `Patience`
    "MLFLOW_HTTP_REQUEST_TIMEOUT": str(CALL),
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}
_NO_TELEMETRY = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}  # it would keep a number in the home
_LOGGERS = ("alembic", "mlflow")
_SQLITE = "sqlite:///"
_HEAD = b"SQLite format 3\0"


def quiet_environment() -> None:
    """Set what MLflow reads from the environment, unless the user has set it; telemetry is off in any case."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ.update(_NO_TELEMETRY)
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong is raised as well


def client_of(uri: str, write: bool = True) -> mlflow.MlflowClient:
    """Return a client of a tracking server or database.

    Args:
        uri: where it is.
        write: whether a database file is made if there is none; else that is an error.

    Raises:
        OSError: there is no such file, it is no database, or it cannot be made.
        MlflowException: MLflow cannot use it.
    """
    quiet_environment()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")

        if uri.startswith(_SQLITE) and "?" not in uri:
            database = Path(uri.removeprefix(_SQLITE))
            if not write and not database.is_file():
                raise FileNotFoundError(f"there is no {database}")
            database.parent.mkdir(parents=True, exist_ok=True)
            if not sqlalchemy.event.contains(sqlalchemy_engine.Engine, "connect", _in_no_hurry):
                sqlalchemy.event.listen(sqlalchemy_engine.Engine, "connect", _in_no_hurry)
            with locked(database.parent):
                make(database)
        return mlflow.MlflowClient(tracking_uri=uri)


def uri_of(database: Path) -> str:
    """Return the URI of a database file; a relative one where the name holds what begins the options of a URI."""
    return f"{_SQLITE}{os.path.relpath(database) if '?' in str(database) else database}"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes of the lab from logging into a folder meanwhile; nothing is written for that."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network drives lock no folders: there MLflow tries again by itself
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make(database: Path) -> None:
    """Make MLflow's tables in a file that takes its name when it is complete.

    MLflow makes them by some seventy migrations, each of which waits for the disk many times, and one that is ended
    midway leaves tables that no version knows. MLflow itself would try for two minutes with what is no database.

    Raises:
        OSError: it cannot be made, or is none.
    """
    if database.exists() and (database.is_dir() or database.stat().st_size):
        with database.open("r+b") as there:
            if there.read(len(_HEAD)) != _HEAD:
                raise OSError(f"{database.name} is no SQLite database")
        return
    for left in database.parent.glob(f"{PREFIX}*-{database.name}*"):
        left.unlink()  # by a process that was ended: nobody else makes it now
    hidden = database.with_name(f"{PREFIX}{os.getpid()}-{database.name}")
    try:
        mlflow.MlflowClient(tracking_uri=uri_of(hidden))
        settled(hidden)
        hidden.replace(database)
    finally:
        hidden.unlink(missing_ok=True)


def settled(database: Path) -> None:
    """Wait until what was written into a database is on the disk."""
    with database.open("rb") as there:
        os.fsync(there.fileno())


def _in_no_hurry(connection: Any, _: object) -> None:
    """Wait for the disk once a run (`settled`) and not at each of some twenty statements."""
    connection.execute("PRAGMA synchronous = OFF")


def without_password(text: str) -> str:
    """Return text with the names and passwords of its URIs left out."""
    return re.sub(r"://[^/@\s]*@", "://", text)
