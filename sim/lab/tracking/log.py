"""The log of one experiment, within a budget of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from sim.errors import LabError
from sim.lab.store.containment import ARTIFACTS, DATABASE, check_results
from sim.lab.store.run_folder import Record
from sim.lab.tracking.client import (
    client_of,
    database_of,
    folder_of,
    locked,
    own_folder,
    reason,
    rebased,
    settled,
    uri_of,
    without_password,
)  # fmt: skip
from sim.lab.tracking.retry_budget import TOTAL, Patience, at_most
from sim.lab.tracking.view import VIEW, view_of
from sim.lazy import lazy, mlflow

if TYPE_CHECKING:
    from sim.lab.tracking import publish
else:
    publish = lazy("sim.lab.tracking.publish")

LOGGED, THERE, FAILED = "logged", "already there", "failed"
LOCAL = 120.0  # seconds for one run into a database file, while other processes log into it
_NOTE = (
    "Runs of delaylab. The run of a sweep (`tags.kind = 'sweep'`) holds table, figure and report as artifacts.\n\n"
    "Curves of a sweep: filter by `tags.sweep = 'NAME' and tags.kind = 'run'`, open the chart view, search the "
    "charts for `curve/regret`, and group by a param such as `cadence` for bands."
)
_DELETED = "deleted"


class Log:
    """Logs runs and sweeps; reports errors and goes on."""

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
        self.uri = uri or uri_of(results / DATABASE)
        self.patience = Patience(patience)
        self.offline = False  # it could not be reached; nothing more is tried
        self.refused = False  # the database would have files go elsewhere
        self.deleted: str | None = None  # the number of the experiment if it was deleted
        self.former: str | None = None  # where the folder was before it was moved
        self._own, self._remote = not uri, not self.uri.startswith("sqlite:")
        self._database = results / DATABASE if self._own else None  # the file, where it is known
        if not (self._own or self._remote or "?" in self.uri):
            self._database = database_of(self.uri)
        self._place: publish.Place | None = None

    @property
    def experiment_id(self) -> str | None:
        """MLflow's number of the experiment, None before it is known."""
        return None if self._place is None else self._place.experiment_id

    def open(self) -> bool:
        """Make database and experiment; return whether they can be used."""
        return self._try("log", lambda _: True) == LOGGED

    def log_run(
        self, folder: str | Path, choices: Mapping[str, str] | None, sweep: str | None = None, swept: Sequence[str] = ()
    ) -> str:
        """Log a complete run once; return `LOGGED`, `THERE` or `FAILED`."""
        record = Record(Path(folder), choices)
        return self._try("log a run", lambda place: publish.log_run(place, record, sweep, swept))

    def log_sweep(self, folder: str | Path) -> str:
        """Log a sweep's files once; return `LOGGED`, `THERE` or `FAILED`."""
        return self._try("log the sweep", lambda place: publish.log_sweep(place, Path(folder)))

    def place(self) -> publish.Place:
        """Return the place to log to; make it if necessary."""
        if self._place is None:
            if self._own:
                check_results(self.results)
            client = client_of(self.uri, answer=self.patience.answer)
            client = self.patience.watch(client) if self._remote else client
            with self._locked():
                number = self._experiment(client)
            self._place = publish.Place(client, number, self.results if self._own else None)
        return self._place

    def _locked(self) -> AbstractContextManager[object]:
        """Lock a database file, which has one writer only."""
        return nullcontext() if self._database is None else locked(self._database.parent)

    def _experiment(self, client: mlflow.MlflowClient) -> str:
        """Return the experiment's number; make it if necessary."""
        found = client.get_experiment_by_name(self.experiment)
        if found is not None and found.lifecycle_stage == _DELETED:
            self.deleted = str(found.experiment_id)
            raise LabError(self._way_out())
        if found is not None and self._own:
            found = self._here(client, found)
        if found is not None:
            return str(found.experiment_id)
        home = None if self._database is None else (self._database.parent / ARTIFACTS).as_uri()
        tags = {"mlflow.note.content": _NOTE, VIEW: view_of()}
        return str(client.create_experiment(self.experiment, artifact_location=home, tags=tags))

    def _here(
        self, client: mlflow.MlflowClient, found: mlflow.entities.Experiment
    ) -> mlflow.entities.Experiment | None:
        """Return the experiment with files in this folder, if any.

        MLflow's client moves no experiment: after a move of the folder the former one gets another name.
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

    def _try(self, what: str, action: Callable[[publish.Place], bool]) -> str:
        def once() -> bool:
            place = self.place()
            with self._locked():
                done = action(place)
                if self._database is not None:
                    settled(self._database)
                return done

        if self.offline:
            return FAILED
        try:
            with nullcontext() if self._remote else at_most(LOCAL):
                return LOGGED if self.patience.insist(once) else THERE
        except LabError as error:  # of one run or sweep: the next one is tried, if there is a place
            self.offline = self._place is None
            self.refused = self.offline and self.deleted is None
            self.say(str(error))
        except Exception as error:  # MLflow, SQLAlchemy, requests and the disk each raise their own
            self.offline = True
            self.say(self._way_out() if self._was_deleted(error) else self._failure(what, error))
        return FAILED

    def _was_deleted(self, error: Exception) -> bool:
        """Return whether the experiment was deleted meanwhile."""
        if self._place is not None and "INVALID" in str(getattr(error, "error_code", "")):
            with suppress(Exception):
                found = self._place.client.get_experiment(self._place.experiment_id)
                self.deleted = str(found.experiment_id) if found.lifecycle_stage == _DELETED else None
        return self.deleted is not None

    def _failure(self, what: str, error: Exception) -> str:
        told = without_password(self.uri)
        return f"MLflow: cannot {what} at {told}; the run folders are complete, {self.advice} ({reason(error)})"

    def _way_out(self) -> str:
        """Say what to do about a deleted experiment."""
        told = without_password(self.uri)
        return (
            f"MLflow: the experiment {self.experiment} at {told} was deleted, nothing is logged to it; the run folders "
            f"are complete. Restore it with `MLFLOW_TRACKING_URI={quote(told)} mlflow experiments restore "
            f"--experiment-id {self.deleted}` (or in MLflow's pages), then `{self.again}` logs them; or log to another "
            "one: tracker.experiment=NEW, of sync --experiment NEW"
        )
