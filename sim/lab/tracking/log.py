"""The log of one experiment: MLflow's client, within a budget of time, and what is said when it fails.

It lives in the worker (`sim.lab.tracking.worker`), which alone imports MLflow.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TypeVar

from sim.errors import LabError, chain
from sim.lab.store.containment import ARTIFACTS, DATABASE, check_results
from sim.lab.store.run_folder import Record
from sim.lab.tracking.client import client_of, locked, settled, uri_of, without_password
from sim.lab.tracking.place import folder_of, own_folder, rebased
from sim.lab.tracking.retry_budget import TOTAL, Patience, at_most
from sim.lab.tracking.view import VIEW, view_of
from sim.lazy import lazy

if TYPE_CHECKING:
    import mlflow.exceptions as mlflow_exceptions
    from mlflow import MlflowClient
    from mlflow.entities import Experiment

    from sim.lab.tracking import publish
else:
    mlflow_exceptions = lazy("mlflow.exceptions")
    publish = lazy("sim.lab.tracking.publish")

_T = TypeVar("_T")
LOGGED, THERE, FAILED = "logged", "already there", "failed"
LOCAL = 120.0  # seconds that a database file may take for one run, while other processes log into it
_NOTE = (
    "Runs of delaylab. The run of a sweep (`tags.kind = 'sweep'`) holds table, figure and report as artifacts.\n\n"
    "Curves of a sweep: filter by `tags.sweep = 'NAME' and tags.kind = 'run'`, open the chart view, search the "
    "charts for `curve/regret`, and group by a param such as `cadence` for bands."
)
_DELETED = "deleted"


class Log:
    """Logs runs and sweeps; what fails costs a line, never a run.

    Args:
        results: the results folder; absolute.
        uri: of the tracking server; None or empty: an SQLite file in ``results``.
        experiment: the experiment's name.
        patience: seconds that a server may keep us waiting in all.
        advice: what to do when it fails.
        again: the command that logs what is not logged.
        say: takes lines for people.

    Attributes:
        offline: true once it could not be reached; nothing more is tried then.
        deleted: the number of the experiment if it was deleted: no patience helps then.
        former: where the folder was when the runs that are there were logged; None: here.
    """

    def __init__(
        self,
        results: Path,
        uri: str | None,
        experiment: str,
        patience: float = TOTAL,
        advice: str = "",
        again: str = "delaylab sync",
        say: Callable[[str], object] = print,
    ) -> None:
        self.results, self.experiment, self.say = results, experiment, say
        self.advice, self.again = advice, again
        self.own = not uri or uri == f"sqlite:///{results / DATABASE}"
        self.uri = uri_of(results / DATABASE) if self.own or not uri else uri
        self.patience = Patience(patience)
        self.offline = False
        self.deleted: str | None = None
        self.former: str | None = None
        self._place: publish.Place | None = None

    def open(self) -> bool:
        """Make database and experiment unless they are there; say whether they can be used.

        Raises:
            LabError: it would have files go elsewhere.
        """
        return self._try("log", lambda _: True) is not None

    def log_run(
        self, folder: Path, choices: Mapping[str, str] | None, sweep: str | None = None, swept: Sequence[str] = ()
    ) -> str:
        """Log a complete run unless it is there for this sweep; return `LOGGED`, `THERE` or `FAILED`.

        Args:
            folder: of the run.
            choices: the names that the sweep calls its parts; None: as in its folder.
            sweep: what it is logged for.
            swept: the settings that differ in that sweep.
        """
        return self._logged("log a run", lambda place: publish.log_run(place, Record(folder, choices), sweep, swept))

    def log_sweep(self, folder: Path) -> str:
        """Log the files of a sweep unless they are there; return `LOGGED`, `THERE` or `FAILED`."""
        return self._logged("log the sweep", lambda place: publish.log_sweep(place, folder))

    @property
    def experiment_id(self) -> str | None:
        """MLflow's number of the experiment, None if it was not reached."""
        return None if self._place is None else self._place.experiment_id

    def place(self) -> publish.Place:
        """Return where to log; database and experiment are made unless they are there."""
        if self._place is None:
            if self.own:
                check_results(self.results)
            client = client_of(self.uri)
            client = self.patience.watch(client) if self._remote else client
            with self._alone():
                number = self._experiment(client)
            self._place = publish.Place(client, number, self.results if self.own else None)
        return self._place

    @property
    def _remote(self) -> bool:
        return not self.uri.startswith("sqlite:")

    @property
    def _database(self) -> Path | None:
        """The file of the database, None for a server, or where its URI has options."""
        if self.own:
            return self.results / DATABASE
        return None if self._remote or "?" in self.uri else Path(self.uri.removeprefix("sqlite:///")).absolute()

    def _alone(self) -> AbstractContextManager[object]:
        """Keep other processes of the lab from logging here meanwhile: a database file has one writer at a time."""
        return nullcontext() if self._database is None else locked(self._database.parent)

    def _experiment(self, client: MlflowClient) -> str:
        """Return the number of the experiment, which is made unless it is there.

        Raises:
            LabError: it was deleted, or its files go to a place that is not ours.
        """
        found = client.get_experiment_by_name(self.experiment)
        if found is not None and found.lifecycle_stage == _DELETED:
            self.deleted = str(found.experiment_id)
            raise LabError(self._way_out())
        if found is not None and self.own:
            found = self._here(client, found)
        if found is not None:
            return str(found.experiment_id)
        tags = {"mlflow.note.content": _NOTE, VIEW: view_of()}
        return str(client.create_experiment(self.experiment, artifact_location=self._home, tags=tags))

    @property
    def _home(self) -> str | None:
        """Where the files of a new experiment go: beside the database; None: where the server has them."""
        return None if self._database is None else (self._database.parent / ARTIFACTS).as_uri()

    def _here(self, client: MlflowClient, found: Experiment) -> Experiment | None:
        """Return the experiment whose files go below this results folder, None if it is to be made.

        MLflow's client moves no experiment: in a folder that was moved or copied, that of before gets another name.
        """
        there = found.artifact_location
        if rebased(there, self.results) == there:
            own_folder(there, self.results, f"the experiment {self.experiment}")
            return found
        self.former = str((folder_of(there) or self.results).parent)
        client.rename_experiment(found.experiment_id, name := f"{self.experiment}, logged in {self.former}")
        self.say(
            f"MLflow: this folder was at {self.former}; what was logged there is the experiment {name!r} now, "
            f"and `{self.again}` logs it here as well"
        )
        back = client.get_experiment_by_name(f"{self.experiment}, logged in {self.results}")
        if back is None or back.lifecycle_stage == _DELETED:
            return None
        own_folder(back.artifact_location, self.results, f"the experiment {back.name}")
        client.rename_experiment(back.experiment_id, self.experiment)
        return back

    def _logged(self, what: str, action: Callable[[publish.Place], bool]) -> str:
        """Do it; what cannot be read, or leads elsewhere, is a line, and the next is tried all the same."""
        try:
            done = self._try(what, action)
        except LabError as error:
            self.say(str(error))
            done = None
        return FAILED if done is None else LOGGED if done else THERE

    def _try(self, what: str, action: Callable[[publish.Place], _T]) -> _T | None:
        def once() -> _T:
            place = self.place()
            with self._alone():
                done = action(place)
                if self._database is not None:
                    settled(self._database)
                return done

        if self.offline:
            return None
        try:
            with nullcontext() if self._remote else at_most(LOCAL):
                found: _T = self.patience.insist(once)
                return found
        except LabError:
            self.offline = self._place is None
            raise
        except Exception as error:  # MLflow, SQLAlchemy, requests and the disk each raise their own
            self.offline = True
            self.say(self._way_out() if self._was_deleted(error) else self._failure(what, error))
            return None

    def _was_deleted(self, error: Exception) -> bool:
        """Say whether MLflow refuses because somebody has deleted the experiment meanwhile."""
        if (
            self._place is not None
            and isinstance(error, mlflow_exceptions.MlflowException)
            and "INVALID" in str(error.error_code)
        ):
            with suppress(Exception):
                found = self._place.client.get_experiment(self._place.experiment_id)
                self.deleted = str(found.experiment_id) if found.lifecycle_stage == _DELETED else None
        return self.deleted is not None

    def _failure(self, what: str, error: Exception) -> str:
        told = without_password(self.uri)
        return f"MLflow: cannot {what} at {told}; the run folders are complete, {self.advice} ({_why(error)})"

    def _way_out(self) -> str:
        """Say what to do about an experiment that was deleted: trying again would not help."""
        told = without_password(self.uri)
        return (
            f"MLflow: the experiment {self.experiment} at {told} was deleted, nothing is logged to it; the run folders "
            f"are complete. Restore it with `MLFLOW_TRACKING_URI={quote(told)} mlflow experiments restore "
            f"--experiment-id {self.deleted}` (or in MLflow's pages), then `{self.again}` logs them; or log to another "
            "one: tracker.experiment=NEW, of sync --experiment NEW"
        )


def _why(error: Exception) -> str:
    """Return a line on what failed: a client's error tells of its retries and objects."""
    network = [c.strerror for c in chain(error) if isinstance(c, (ConnectionError, socket.gaierror)) and c.strerror]
    line = network[-1].lower() if network else " ".join(str(error).split())
    return without_password(line)[:200]
