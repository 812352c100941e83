"""What MLflow's own client finds where the lab has logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.lab.tracking.client import client_of
from sim.lab.tracking.tracker import MlflowTracker

if TYPE_CHECKING:
    from mlflow import MlflowClient


def there(tracker: MlflowTracker) -> tuple[MlflowClient, str]:
    """Return a client, and the number of the tracker's experiment, which is made unless it is there."""
    tracker.store()
    client = client_of(tracker.uri)
    found = client.get_experiment_by_name(tracker.experiment)
    assert found is not None
    return client, found.experiment_id
