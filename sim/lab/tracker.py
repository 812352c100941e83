"""Where runs are logged: MLflow, or nowhere. The run folder comes first and stands without either.

Everything of a run is logged in one go when it is complete, so that a killed job leaves nothing half done. A run is
logged once for each sweep it belongs to: the tags ``run_hash`` and ``sweep`` say which.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.lab.console import complain
from sim.lab.errors import LabError, chain
from sim.lab.mlflow_client import client_of, without_password
from sim.lab.patience import TOTAL, Patience

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from sim.lab.mlflow_store import Store
    from sim.lab.record import Record

DATABASE = "mlflow.db"
EXPERIMENT = {
    "mlflow.note.content": (
        "Runs of delaylab. The run of a sweep (`tags.kind = 'sweep'`) holds table, figure and report as artifacts.\n\n"
        "Curves of a sweep: filter by `tags.sweep = 'NAME' and tags.kind = 'run'`, open the chart view, search the "
        "charts for `curve/regret`, and group by a param such as `cadence` for bands."
    ),
}
ARTIFACTS = "mlflow-artifacts"


class Tracker(Protocol):
    """Takes complete runs and sweeps."""

    def prepare(self) -> bool:
        """Make what logging needs, before any job; say whether it can be reached."""

    def log_run(self, record: Record, sweep: str | None) -> bool:
        """Log a run unless it is there already; say whether it was logged now."""

    def log_sweep(self, folder: Path) -> bool:
        """Log a sweep's table and figure; say whether that was possible."""

    def where(self) -> str:
        """Say in a line where runs are logged and how to open them."""


def tracker_of(config: DictConfig, results: Path) -> Tracker:
    """Return the tracker that ``conf/tracker`` describes."""
    from hydra.utils import instantiate

    found: Tracker = instantiate(config, results=results)
    return found


class NoTracker:
    """Logs nothing, and never imports MLflow."""

    def __init__(self, results: Path, **_: Any) -> None:
        self.results = results

    def prepare(self) -> bool:
        """Do nothing."""
        return True

    def log_run(self, record: Record, sweep: str | None) -> bool:
        """Do nothing."""
        return False

    def log_sweep(self, folder: Path) -> bool:
        """Do nothing."""
        return False

    def where(self) -> str:
        """Say that nothing was logged."""
        return f"MLflow  not logged; this does it: delaylab sync --results {self.results}"


class MlflowTracker:
    """Logs to MLflow.

    Args:
        results: the results folder; absolute.
        uri: of the tracking server; None or empty: an SQLite file in ``results``.
        experiment: the experiment's name.
        patience: seconds that a server may keep us waiting in all.
        advice: what to do when it fails.

    Attributes:
        offline: true once it could not be reached; nothing more is tried then.
    """

    def __init__(
        self,
        results: Path,
        uri: str | None = None,
        experiment: str = "delaylab",
        patience: float = TOTAL,
        advice: str = "sync them later",
    ) -> None:
        self.results, self.experiment, self.offline = results, experiment, False
        self.advice = advice
        self.local = not uri
        self.uri = uri or f"sqlite:///{results / DATABASE}"
        self.patience = Patience(patience)
        self._store: Store | None = None

    def prepare(self) -> bool:
        """Make database and experiment, before any job: jobs that make them at once lose runs."""
        return self._try("log", self.store)

    def log_run(self, record: Record, sweep: str | None) -> bool:
        """Log a complete run unless the same run is there for this sweep."""
        from sim.lab.mlflow_log import log_run

        return self._try("log a run", lambda: log_run(self.store(), record, sweep))

    def log_sweep(self, folder: Path) -> bool:
        """Log the table, the figure and the list of jobs of a sweep, once."""
        from sim.lab.mlflow_log import log_sweep

        return self._try("log the sweep", lambda: log_sweep(self.store(), folder))

    def where(self) -> str:
        """Say where runs are logged and how to open them."""
        if self.offline:
            uri = "" if self.local else f" --uri {self._told}"
            name = "" if self.experiment == "delaylab" else f" --experiment {self.experiment}"
            return f"MLflow  not logged; this does it: delaylab sync --results {self.results}{uri}{name}"
        if not self.local:
            return f"MLflow  {self._told}"
        return f"MLflow  {self.results / DATABASE}; open it with: delaylab ui --results {self.results}"

    def store(self) -> Store:
        """Return where to log; database and experiment are made unless they are there."""
        if self._store is None:
            self._store = (self._rows() if self.local else None) or self._calls()
        return self._store

    def _rows(self) -> Store | None:
        from sim.lab.mlflow_file import make_database
        from sim.lab.mlflow_rows import rows_of

        if "?" in self.uri:  # MLflow takes the rest for options and reads another file: it has to write there as well
            return None
        make_database(self.results / DATABASE)
        return rows_of(self.results / DATABASE, self.experiment, self._place, EXPERIMENT)

    def _calls(self) -> Store:
        from sim.lab.mlflow_calls import Calls

        client = client_of(self.uri)
        if self.uri.startswith("http"):
            client = self.patience.watch(client)
        if (found := client.get_experiment_by_name(self.experiment)) is not None:
            return Calls(client, found.experiment_id)
        place = self._place if self.local else None
        return Calls(client, client.create_experiment(self.experiment, artifact_location=place, tags=EXPERIMENT))

    @property
    def _place(self) -> str:
        return (self.results / ARTIFACTS).as_uri()

    def _try(self, what: str, action: Any) -> bool:
        """Do it; a tracker that fails costs a line, never a run.

        Raises:
            LabError: the run folder cannot be read.
        """
        if self.offline:
            return False
        try:
            return self.patience.insist(action) is not False
        except LabError:
            raise  # what is to be logged cannot be read: not the server's fault
        except Exception as error:  # MLflow, SQLAlchemy, requests and the disk each raise their own
            complain(
                f"MLflow: cannot {what} at {self._told}; the run folders are complete, {self.advice} ({_why(error)})"
            )
            self.offline = True
            return False

    @property
    def _told(self) -> str:
        return without_password(self.uri)


def _why(error: Exception) -> str:
    """Return a line on what failed: a client's error tells of its retries and objects."""
    network = [c.strerror for c in chain(error) if isinstance(c, (ConnectionError, socket.gaierror)) and c.strerror]
    line = network[-1].lower() if network else " ".join(str(error).split())
    return without_password(line)[:200]
