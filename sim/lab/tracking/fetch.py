"""Runs as they were logged, brought back as run folders.

One search finds them; a sweep brings the small files of all its runs in one zip (`sim.lab.store.archive`). Runs that
are in none are brought file by file, tables over time when somebody asks for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlparse
from urllib.request import url2pathname

from sim.analysis.stopping_rule import StoppingRule, stopping_rule_of
from sim.errors import LabError, unknown
from sim.lab.store.archive import BUNDLE, PACKED, unpack
from sim.lab.store.containment import DATABASE
from sim.lab.store.run_folder import LARGE, Record
from sim.lab.store.sweep_file import about_of
from sim.lab.store.untrusted import plain_name
from sim.lab.tracking.client import client_of, without_password
from sim.lab.tracking.place import rebased
from sim.lab.tracking.retry_budget import Abandoned, at_most
from sim.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

    import mlflow.artifacts as mlflow_artifacts
    import pandas as pd
    from mlflow import MlflowClient
    from mlflow.entities import Run
else:
    mlflow_artifacts = lazy("mlflow.artifacts")

_PAGE = 200  # runs a search: with their scores a busy server needs seconds for these
_THREADS = 8
_MOST_SECONDS = 120.0  # that reading may take in all
_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Logged(Record):
    """A logged run whose tables over time are brought when they are asked for.

    Attributes:
        fetch: brings a file of it into its folder.
    """

    fetch: Callable[[str], object] = print

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the run."""
        if f"{name}.parquet" in LARGE and not (self.folder / f"{name}.parquet").is_file():
            self.fetch(f"{name}.parquet")
        return super().table(name)


@contextmanager
def fetched(
    uri: str, experiment: str, sweep: str | None, curves: bool = False
) -> Iterator[tuple[list[Record], StoppingRule | None]]:
    """Yield logged runs as records, in the order that their folders would have; they vanish at the end.

    Beside them: what the sweep added replications for.

    Args:
        uri: of the tracking server or database.
        experiment: the experiment's name.
        sweep: whose runs; None: all.
        curves: whether the curves of all will be asked for: then they are brought side by side.

    Raises:
        LabError: it cannot be read, or there are no such runs.
    """
    with TemporaryDirectory(prefix="delaylab-") as place:
        with _readable(uri):
            found, until = _records(uri, experiment, sweep, Path(place))
            if curves:
                _side_by_side(lambda record: record.table("curve"), found)
        yield found, until


@contextmanager
def _readable(uri: str) -> Iterator[None]:
    """Turn what goes wrong on the way into a line."""
    began = time.monotonic()
    try:
        with at_most(_MOST_SECONDS):
            yield
    except LabError:
        raise
    except Exception as error:  # MLflow, SQLAlchemy, requests and zipfile each raise their own
        line = without_password(" ".join(str(error).split()))[:200]
        if time.monotonic() - began >= _MOST_SECONDS:  # whatever MLflow makes of it
            raise Abandoned(
                f"--uri: {without_password(uri)} kept us waiting for {_MOST_SECONDS:.0f} s, longer than it may"
            ) from error
        raise LabError(f"--uri: cannot read {without_password(uri)} ({line})") from error


def _records(uri: str, experiment: str, sweep: str | None, place: Path) -> tuple[list[Record], StoppingRule | None]:
    client = client_of(_absolute(uri), write=False)
    there = client.get_experiment_by_name(experiment)
    if there is None:
        raise unknown("experiment", experiment, [e.name for e in client.search_experiments()])
    found = _search(client, there.experiment_id, f"tags.sweep = '{sweep}'" if sweep else "")
    runs = [run for run in _of_kind(found, "run") if plain_name(run.data.tags.get("run_hash", ""))]
    if sweep and not runs:
        every = _search(client, there.experiment_id, "tags.kind = 'sweep'")
        raise unknown("sweep", sweep, sorted({run.data.tags["sweep"] for run in every}))
    if not runs:
        raise LabError(f"compare: no complete run in {without_password(uri)}, experiment {experiment}")
    by_hash = {run.data.tags["run_hash"]: run for run in sorted(runs, key=lambda run: run.info.end_time)}
    swept = _of_kind(found, "sweep")
    packed = {name for part in _side_by_side(lambda run: _unpacked(client, run, place), swept) for name in part}
    _side_by_side(lambda name: _download(client, by_hash[name], place / name), [n for n in by_hash if n not in packed])
    about = _about(client, swept, place) if sweep else {}
    jobs = {job["run"]: job["choices"] for job in about.get("jobs", ())}
    order = {run_hash: choices for run_hash, choices in jobs.items() if run_hash in by_hash}
    names = [*order, *(name for name in by_hash if name not in order)]
    until = stopping_rule_of(about["until"]) if about.get("until") else None
    fetches = {name: _fetch(uri, client, by_hash[name], place / name) for name in names}
    return [Logged(place / name, order.get(name), fetch) for name, fetch in fetches.items()], until


def _of_kind(found: Sequence[Run], kind: str) -> list[Run]:
    return [run for run in found if run.data.tags.get("kind") == kind and run.info.status == "FINISHED"]


def _side_by_side(work: Callable[[_T], _R], found: Sequence[_T]) -> list[_R]:
    """Do it for each, a few at a time: a server answers several at once."""
    if not found:
        return []
    with ThreadPool(_THREADS) as pool:  # unlike those of an executor its threads are not waited for if one hangs
        return pool.map(work, found, chunksize=1)


def _search(client: MlflowClient, experiment_id: str, wanted: str) -> list[Run]:
    found: list[Run] = []
    token = None
    while True:
        page = client.search_runs([experiment_id], wanted, max_results=_PAGE, page_token=token)
        found += page
        token = page.token
        if not token:
            return found


def _unpacked(client: MlflowClient, sweep: Run, place: Path) -> set[str]:
    """Bring the files of a sweep's runs; return the runs that are complete now."""
    if int(sweep.data.tags.get(PACKED, 0)) == 0:
        return set()
    with TemporaryDirectory(dir=place, prefix=".") as own:
        return unpack(_brought(client, sweep, BUNDLE, Path(own)), place)


def _about(client: MlflowClient, sweeps: Sequence[Run], place: Path) -> dict[str, Any]:
    """Return a sweep's ``sweep.json``: its jobs in order, with the names that it calls their parts; empty without."""
    if not sweeps:
        return {}
    with TemporaryDirectory(dir=place, prefix=".") as own:
        return about_of(_brought(client, sweeps[0], "sweep.json", Path(own)))


def _download(client: MlflowClient, run: Run, folder: Path) -> None:
    """Bring the small files of a run into a folder that has its name; where they are here, it is a link to them."""
    if not client.tracking_uri.startswith("http") and run.info.artifact_uri.startswith("file:"):
        folder.symlink_to(url2pathname(urlparse(_place(client, run)).path))
        return
    folder.mkdir(exist_ok=True)
    for file in client.list_artifacts(run.info.run_id):
        if plain_name(file.path) and not file.is_dir and file.path not in LARGE:
            _brought(client, run, file.path, folder)


def _brought(client: MlflowClient, run: Run, name: str, folder: Path) -> Path:
    """Bring one file of a run; the client itself would ask for the run again before each."""
    where = f"{_place(client, run)}/{name}"
    return Path(
        mlflow_artifacts.download_artifacts(artifact_uri=where, dst_path=str(folder), tracking_uri=client.tracking_uri)
    )


def _place(client: MlflowClient, run: Run) -> str:
    """Return where the files of a run are; in a results folder that was moved they are there still."""
    place = str(run.info.artifact_uri)
    database = Path(client.tracking_uri.removeprefix("sqlite:///"))
    return rebased(place, database.parent) if database.name == DATABASE else place


def _fetch(uri: str, client: MlflowClient, run: Run, folder: Path) -> Callable[[str], None]:
    """Return what brings a file of a run into its folder."""

    def fetch(name: str) -> None:
        with _readable(uri):
            _brought(client, run, name, folder)

    return fetch


def _absolute(uri: str) -> str:
    """Return a URI; the path of a database file is one as well."""
    return uri if "://" in uri else f"sqlite:///{Path(uri).expanduser().absolute()}"
