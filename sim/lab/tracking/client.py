"""MLflow's client, quiet and without files outside the results.

Only the worker (`sim.lab.tracking.worker`) and `delaylab compare --uri` import MLflow. The database of a stranger may
name any place for its files, and that of a folder that was moved or copied names the former one.
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
from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

from sim.errors import LabError, chain
from sim.lab.store.atomic import PREFIX
from sim.lab.store.containment import ARTIFACTS, is_inside
from sim.lab.tracking.retry_budget import CALL
from sim.lazy import mlflow, sqlalchemy

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
    """Return a client of a server or database.

    A server has ``answer`` seconds for an answer, unless MLflow's environment variable is set.
    """
    quiet_environment()
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", str(round(answer)))
    with warnings.catch_warnings(action="ignore"):
        if uri.startswith(_SQLITE) and "?" not in uri:
            database = Path(uri.removeprefix(_SQLITE))
            if not write and not database.is_file():
                raise FileNotFoundError(f"there is no {database}")
            database.parent.mkdir(parents=True, exist_ok=True)
            if not sqlalchemy.event.contains(sqlalchemy.engine.Engine, "connect", _asynchronous):
                sqlalchemy.event.listen(sqlalchemy.engine.Engine, "connect", _asynchronous)
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
    """Make a new database, atomically; check an existing one.

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


def folder_of(place: object) -> Path | None:
    """Return the local folder of a location, None without one.

    >>> folder_of("file:///data/results"), folder_of("s3://bucket/x"), folder_of("mlruns/1")
    (PosixPath('/data/results'), None, None)
    """
    parts = urlparse(str(place))
    if parts.scheme not in ("", "file") or parts.netloc not in ("", "localhost"):
        return None
    folder = Path(url2pathname(parts.path))
    return folder if folder.is_absolute() else None


def own_folder(place: object, results: Path, what: str) -> Path:
    """Return the folder of a location; refuse one outside results."""
    folder = folder_of(place)
    if folder is None or not is_inside(folder, results):
        raise LabError(
            f"MLflow: the database in {results} has the files of {what} go to {place}, outside that folder; nothing is "
            "written there. tracker=none logs nothing, tracker.experiment=NEW logs to an experiment of its own"
        )
    return folder


def rebased(place: object, results: Path) -> str:
    """Return a location, adjusted if the results folder was moved.

    >>> rebased("file:///former/mlflow-artifacts/1a2b/artifacts", Path("/now"))
    'file:///now/mlflow-artifacts/1a2b/artifacts'
    """
    folder = folder_of(place)
    if folder is None or ARTIFACTS not in folder.parts or ".." in folder.parts or is_inside(folder, results):
        return str(place)
    below = folder.parts[len(folder.parts) - folder.parts[::-1].index(ARTIFACTS) :]
    return (results / ARTIFACTS).joinpath(*below).as_uri()


def without_password(text: str) -> str:
    """Return text without the names and passwords of its URIs."""
    return re.sub(r"://[^/@\s]*@", "://", text)


def reason(error: Exception) -> str:
    """Return what failed in one line, at most 200 letters."""
    network = [c.strerror for c in chain(error) if isinstance(c, (ConnectionError, socket.gaierror)) and c.strerror]
    line = network[-1].lower() if network else " ".join(str(error).split())
    return without_password(line)[:200]
