"""What MLflow's own client finds where the lab has logged, and a log in this process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.lab.tracking.client import client_of
from sim.lab.tracking.log import Log

if TYPE_CHECKING:
    from mlflow import MlflowClient


def there(results: Path, uri: str | None = None, experiment: str = "delaylab") -> tuple[MlflowClient, str]:
    """Return a client, and the number of an experiment, which is made unless it is there."""
    log = Log(results, uri, experiment)
    assert log.open()
    assert log.experiment_id is not None
    return client_of(log.uri), log.experiment_id
