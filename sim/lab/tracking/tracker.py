"""Where runs are logged: MLflow, or nowhere. The run folder comes first and stands without either.

Everything of a run is logged in one go when it is complete, so that a killed job leaves nothing half done. A run is
logged once for each sweep it belongs to: the tags ``run_hash`` and ``sweep`` say which.
"""

from __future__ import annotations

import socket
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Protocol

from sim.errors import LabError, chain
from sim.lab.base.console import complain
from sim.lab.store.inside import ARTIFACTS, DATABASE, check_results
from sim.lab.tracking.client import client_of, without_password
from sim.lab.tracking.retry_budget import TOTAL, Patience
from sim.lab.tracking.store import Deleted

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from sim.lab.store.run_folder import Record
    from sim.lab.tracking.store import Store

EXPERIMENT = {
    "mlflow.note.content": (
        "Runs of delaylab. The run of a sweep (`tags.kind = 'sweep'`) holds table, figure and report as artifacts.\n\n"
        "Curves of a sweep: filter by `tags.sweep = 'NAME' and tags.kind = 'run'`, open the chart view, search the "
        "charts for `curve/regret`, and group by a param such as `cadence` for bands."
    ),
}


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
    """Return the tracker that ``conf/tracker`` describes.

    Raises:
        LabError: a key of it is wrong.
    """
    from hydra.errors import HydraException
    from hydra.utils import instantiate

    check_uri("tracker.uri", config.get("uri"))
    experiment, patience = config.get("experiment", "delaylab"), config.get("patience", TOTAL)
    if not isinstance(experiment, str) or not experiment.strip():
        raise LabError(f"tracker.experiment: is {experiment!r}; a name is allowed")
    if isinstance(patience, bool) or not isinstance(patience, (int, float)) or not 0 < patience < float("inf"):
        raise LabError(f"tracker.patience: is {patience!r}; seconds above 0 are allowed")
    try:
        found: Tracker = instantiate(config, results=results)
    except (HydraException, TypeError) as error:
        raise LabError(f"tracker: {next(iter(str(error).splitlines()), '')}") from error
    return found


def check_uri(key: str, uri: object) -> None:
    """Refuse what is no URI of a tracking server.

    Raises:
        LabError: it is none.
    """
    if uri is None or uri == "" or (isinstance(uri, str) and "://" in uri):
        return
    raise LabError(f"{key}: is {uri!r}; http://host:port, sqlite:////PATH/mlflow.db, or null are allowed")


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
        return f"MLflow  not logged; this does it: delaylab sync --results {quote(str(self.results))}"


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
        deleted: the number of the experiment if it was deleted: no patience helps then.
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
        self.deleted: str | None = None
        self.advice = advice
        own = f"sqlite:///{results / DATABASE}"
        self.uri = uri or own
        self.local = self.uri == own
        self.patience = Patience(patience)
        self._store: Store | None = None

    def prepare(self) -> bool:
        """Make database and experiment, before any job: jobs that make them at once lose runs."""
        return self._try("log", self.store)

    def log_run(self, record: Record, sweep: str | None) -> bool:
        """Log a complete run unless the same run is there for this sweep."""
        from sim.lab.tracking.publish import log_run

        return self._try("log a run", lambda: log_run(self.store(), record, sweep))

    def log_sweep(self, folder: Path) -> bool:
        """Log the table, the figure and the list of jobs of a sweep, once."""
        from sim.lab.tracking.publish import log_sweep

        return self._try("log the sweep", lambda: log_sweep(self.store(), folder))

    def where(self) -> str:
        """Say where runs are logged and how to open them."""
        if self.deleted is not None:
            return "MLflow  not logged"
        if self.offline:
            return f"MLflow  not logged; this does it: {self._again}"
        if not self.local:
            return f"MLflow  {self._told}"
        return f"MLflow  {self.results / DATABASE}; open it with: delaylab ui --results {quote(str(self.results))}"

    def store(self) -> Store:
        """Return where to log; database and experiment are made unless they are there."""
        if self._store is None:
            self._store = (self._rows() if self.local else None) or self._calls()
        return self._store

    def _rows(self) -> Store | None:
        from sim.lab.tracking.file import make_database
        from sim.lab.tracking.place import settle
        from sim.lab.tracking.rows import rows_of

        check_results(self.results)
        if "?" in self.uri:  # MLflow takes the rest for options and reads another file: it has to write there as well
            return None
        make_database(self.results / DATABASE)
        settle(self.results / DATABASE)
        return rows_of(self.results / DATABASE, self.experiment, self._place, EXPERIMENT)

    def _calls(self) -> Store:
        from sim.lab.tracking.calls import Calls

        client = client_of(self.uri)
        if self.uri.startswith("http"):
            client = self.patience.watch(client)
        home = self.results if self.local and "?" not in self.uri else None
        if (found := client.get_experiment_by_name(self.experiment)) is not None:
            if found.lifecycle_stage == "deleted":
                raise Deleted(found.experiment_id)
            return Calls(client, found.experiment_id, home)
        place = self._place if self.local else None
        number = client.create_experiment(self.experiment, artifact_location=place, tags=EXPERIMENT)
        return Calls(client, number, home)

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
        except Deleted as error:
            self.deleted, self.offline = str(error), True
            complain(self._way_out())
            return False
        except Exception as error:  # MLflow, SQLAlchemy, requests and the disk each raise their own
            complain(
                f"MLflow: cannot {what} at {self._told}; the run folders are complete, {self.advice} ({_why(error)})"
            )
            self.offline = True
            return False

    def _way_out(self) -> str:
        """Say what to do about an experiment that was deleted: trying again would not help."""
        uri = f"MLFLOW_TRACKING_URI={quote(self._told)} "
        return (
            f"MLflow: the experiment {self.experiment} at {self._told} was deleted, nothing is logged to it; the run "
            f"folders are complete. Restore it with `{uri}mlflow experiments restore --experiment-id "
            f"{self.deleted}` (or in MLflow's pages), then `{self._again}` logs them; or log to another one: "
            "tracker.experiment=NEW, of sync --experiment NEW"
        )

    @property
    def _again(self) -> str:
        """The command that logs what is not logged."""
        uri = "" if self.local else f" --uri {quote(self._told)}"
        name = "" if self.experiment == "delaylab" else f" --experiment {quote(self.experiment)}"
        return f"delaylab sync --results {quote(str(self.results))}{uri}{name}"

    @property
    def _told(self) -> str:
        return without_password(self.uri)


def _why(error: Exception) -> str:
    """Return a line on what failed: a client's error tells of its retries and objects."""
    network = [c.strerror for c in chain(error) if isinstance(c, (ConnectionError, socket.gaierror)) and c.strerror]
    line = network[-1].lower() if network else " ".join(str(error).split())
    return without_password(line)[:200]
