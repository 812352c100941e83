"""A client of MLflow that is quiet and says soon what it cannot do."""

from __future__ import annotations

import logging
import os
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from sim.lab.base.garbage import importing
from sim.lab.tracking.file import make_database
from sim.lab.tracking.retry_budget import CALL

if TYPE_CHECKING:
    from mlflow import MlflowClient

_ENVIRONMENT = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",  # by default a dead server holds a call for four minutes; see `Patience`
    "MLFLOW_HTTP_REQUEST_TIMEOUT": str(CALL),
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}


def quiet_environment() -> None:
    """Set what MLflow reads from the environment, unless the user has set it."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    for name in ("alembic", "mlflow.store.db.utils", "mlflow.tracking"):
        logging.getLogger(name).setLevel(logging.WARNING)


def client_of(uri: str, write: bool = True) -> MlflowClient:
    """Return a client of a tracking server or database.

    Args:
        uri: where it is.
        write: whether a database file is made if there is none; else that is an error.

    Raises:
        OSError: there is none.
        sqlite3.Error: it cannot be written.
    """
    quiet_environment()
    with warnings.catch_warnings(), importing("mlflow"):
        warnings.simplefilter("ignore")
        from mlflow import MlflowClient

        if uri.startswith("sqlite:///"):
            database = Path(uri.removeprefix("sqlite:///"))
            if not write and not database.is_file():
                raise FileNotFoundError(f"there is no {database}")
            make_database(database)
        return MlflowClient(tracking_uri=uri)


def without_password(text: str) -> str:
    """Return text with the names and passwords of its URIs left out."""
    return re.sub(r"://[^/@\s]*@", "://", text)
