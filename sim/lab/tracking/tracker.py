"""The tracker to which runs are logged: MLflow or none.

Run folders are complete without it.

A run is logged when it is complete, once for each sweep that it belongs to, by another process
(`sim.lab.tracking.worker`) while jobs go on; `finish` waits for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from sim.errors import LabError
from sim.lab.base.console import print_message
from sim.lab.store.containment import DATABASE
from sim.lab.tracking import process
from sim.lab.tracking.client import without_password
from sim.lab.tracking.process import SILENCE, STATE, Process
from sim.lab.tracking.retry_budget import TOTAL
from sim.lab.tracking.view import link
from sim.lazy import hydra, omegaconf

if TYPE_CHECKING:
    from sim.lab.store.run_folder import Record

_NOT_MLFLOW = ("tracker=none", "--help", "-h", "--hydra-help", "--version", "--cfg", "-c", "--info", "-i", "--resolve")


class NoTracker:
    """Logs nothing; defines the interface of all trackers."""

    def __init__(self, results: Path, **_: Any) -> None:
        self.results = results

    def prepare(self) -> None:
        """Start to prepare database and experiment, before any job."""

    def log_run(self, record: Record, sweep: str | None, swept: Sequence[str] = ()) -> None:
        """Order a complete run to be logged once, without waiting."""

    def log_sweep(self, folder: Path) -> None:
        """Order a sweep's files to be logged once, without waiting."""

    def finish(self) -> Counter[str]:
        """Wait; return how many runs were ``logged``, ``already there``, ``failed``."""
        return Counter()

    def where(self) -> str:
        """Say where runs are logged and how to open them."""
        return f"MLflow  not logged; this does it: delaylab sync --results {quote(str(self.results))}"


def start_ahead(arguments: Sequence[str]) -> None:
    """Start the process that logs, if arguments need it."""
    if not any(argument.startswith(_NOT_MLFLOW) for argument in arguments):
        process.ahead()


def tracker_of(config: omegaconf.DictConfig, results: Path) -> NoTracker:
    """Return the tracker that ``conf/tracker`` describes."""
    check_uri("tracker.uri", config.get("uri"))
    experiment, patience = config.get("experiment", "delaylab"), config.get("patience", TOTAL)
    if not isinstance(experiment, str) or not experiment.strip():
        raise LabError(f"tracker.experiment: is {experiment!r}; a name is allowed")
    if isinstance(patience, bool) or not isinstance(patience, (int, float)) or not 0 < patience < float("inf"):
        raise LabError(f"tracker.patience: is {patience!r}; seconds above 0 are allowed")
    try:
        found: NoTracker = hydra.utils.instantiate(config, results=results)
    except (hydra.errors.HydraException, TypeError) as error:
        raise LabError(f"tracker: {next(iter(str(error).splitlines()), '')}") from error
    return found


def check_uri(key: str, uri: object) -> None:
    """Check the URI of a tracking server."""
    if uri not in (None, "") and not (isinstance(uri, str) and "://" in uri):
        raise LabError(f"{key}: is {uri!r}; http://host:port, sqlite:////PATH/mlflow.db, or null are allowed")


class MlflowTracker(NoTracker):
    """Logs to MLflow, in another process."""

    offline = refused = False
    deleted: str | None = None
    former: str | None = None
    experiment_id: str | None = None

    def __init__(
        self,
        results: Path,
        uri: str | None = None,
        experiment: str = "delaylab",
        patience: float = TOTAL,
        advice: str = "sync them later",
    ) -> None:
        super().__init__(results)
        self.experiment, self.patience, self.advice = experiment, patience, advice
        own = f"sqlite:///{results / DATABASE}"
        self.uri = uri or own
        self.local = self.uri == own
        self._process: Process | None = None
        self._ordered = self._waiting = 0  # runs; orders without an answer
        self._runs: Counter[str] = Counter()

    def prepare(self) -> None:
        """Start the process; order database and experiment."""
        if self._process is not None or self.offline:
            return
        try:
            self._process = process.process()
        except OSError as error:
            self._give_up(f"cannot be started ({error.strerror})")
        uri = None if self.local else self.uri
        how = {"experiment": self.experiment, "patience": self.patience, "advice": self.advice, "again": self._again}
        self._order("open", results=str(self.results), uri=uri, **how)

    def log_run(self, record: Record, sweep: str | None, swept: Sequence[str] = ()) -> None:
        """Order a complete run to be logged once."""
        self.prepare()
        self._ordered += 1
        choices = None if record.choices is None else dict(record.choices)
        self._order("log_run", folder=str(record.folder), choices=choices, sweep=sweep, swept=[*swept])
        self._hear()

    def log_sweep(self, folder: Path) -> None:
        """Order a sweep's files to be logged once."""
        self.prepare()
        self._order("log_sweep", folder=str(folder))

    def finish(self) -> Counter[str]:
        """Wait; return how many runs were ``logged``, ``already there``, ``failed``."""
        try:
            while self._waiting:
                self._hear(SILENCE + self.patience)
        finally:
            if self._process is not None:
                self._process.end()
                self._process = None
        self._runs["failed"] += self._ordered - self._runs.total()
        return self._runs

    def where(self) -> str:
        """Say where runs are logged and how to open them."""
        if self.deleted or self.refused:
            return "MLflow  not logged"
        if self.offline:
            return f"MLflow  not logged; this does it: {self._again}"
        if self.local:
            return f"MLflow  {self.results / DATABASE}; open it with: delaylab ui --results {quote(str(self.results))}"
        uri = without_password(self.uri)
        pages = uri.startswith("http") and self.experiment_id is not None
        return f"MLflow  {link(uri, str(self.experiment_id)) if pages else uri}"

    def _order(self, do: str, **how: Any) -> None:
        if self._process is not None:
            self._process.order(do, **how)
            self._waiting += 1

    def _hear(self, patience: float = 0.0) -> None:
        """Take all answers; wait for the first one."""
        while self._process is not None and (answer := self._process.answer(patience)) is not None:
            patience = 0.0
            if "lost" in answer:
                self._give_up(answer["lost"])
            elif "told" in answer:
                print_message(answer["told"])
            else:
                self._waiting -= 1
                self._runs.update([answer["outcome"]] if answer["done"] == "log_run" else [])
                for name in STATE:
                    setattr(self, name, answer[name])

    def _give_up(self, why: str) -> None:
        print_message(f"MLflow: the process that logs {why}; the run folders are complete, {self.advice}")
        self.offline, self._waiting = True, 0
        if self._process is not None:
            self._process.kill()
            self._process = None

    @property
    def _again(self) -> str:
        """The command that logs what is missing."""
        uri = "" if self.local else f" --uri {quote(without_password(self.uri))}"
        name = "" if self.experiment == "delaylab" else f" --experiment {quote(self.experiment)}"
        return f"delaylab sync --results {quote(str(self.results))}{uri}{name}"
