"""Logged runs, brought back as run folders.

One search finds them; a sweep has the small files of all its runs in one zip (`sim.lab.store.archive`). Other runs are
brought file by file, and large tables on demand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.pool import ThreadPool
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import TypeVar

from sim.analysis.stopping_rule import StoppingRule
from sim.analysis.stored.plain_data import plain_name
from sim.analysis.stored.sweep_list import SweepList
from sim.errors import LabError, unknown
from sim.lab.store.archive import BUNDLE, PACKED, unpack
from sim.lab.store.containment import DATABASE
from sim.lab.store.run_folder import LARGE, Record
from sim.lab.store.sweep_file import about_of
from sim.lab.tracking.client import client_of, database_of, folder_of, reason, rebased, without_password
from sim.lab.tracking.retry_budget import Abandoned, at_most
from sim.lazy import mlflow, pd

_PAGE = 200  # runs a search: with their scores a busy server needs seconds for these
_THREADS = 8
MOST_SECONDS = 120.0  # for reading in all
_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Logged(Record):
    """A logged run that brings its large tables on demand."""

    bring: Callable[[str], object] = print  # brings a file into its folder

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the run."""
        file = f"{name}.parquet"
        if file in LARGE and not (self.folder / file).is_file():
            self.bring(file)
        return super().table(name)


@contextmanager
def fetched(
    uri: str, experiment: str, sweep: str | None, curves: bool = False
) -> Iterator[tuple[list[Record], StoppingRule | None]]:
    """Yield logged runs, in temporary folders, and their stopping rule."""
    with TemporaryDirectory(prefix="delaylab-") as place:
        with _readable(uri):
            found, until = _records(uri, experiment, sweep, Path(place))
            if curves:
                _in_parallel(lambda record: record.table("curve"), found)
        yield found, until


@contextmanager
def _readable(uri: str) -> Iterator[None]:
    """Limit the time of reading; convert errors to `LabError`."""
    began = time.monotonic()
    try:
        with at_most(MOST_SECONDS):
            yield
    except LabError:
        raise
    except Exception as error:  # MLflow, SQLAlchemy, requests and zipfile each raise their own
        server = without_password(uri)
        if time.monotonic() - began >= MOST_SECONDS:  # whatever MLflow makes of it
            raise Abandoned(f"--uri: {server} kept us waiting for {MOST_SECONDS:.0f} s, longer than it may") from error
        raise LabError(f"--uri: cannot read {server} ({reason(error)})") from error


def _records(uri: str, experiment: str, sweep: str | None, place: Path) -> tuple[list[Record], StoppingRule | None]:
    client = client_of(uri if "://" in uri else f"sqlite:///{Path(uri).expanduser().absolute()}", write=False)
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
    packed = set().union(*_in_parallel(lambda run: _unpacked(client, run, place), swept))
    _in_parallel(lambda name: download(client, by_hash[name], place / name), [n for n in by_hash if n not in packed])
    about = about_of(brought(client, swept[0], "sweep.json", _hidden(place))) if sweep and swept else SweepList(())
    jobs = {one.run: one.choices for one in about.runs if one.run in by_hash}

    def record(name: str) -> Logged:
        return Logged(place / name, jobs.get(name), partial(_bring, uri, client, by_hash[name], place / name))

    return [record(name) for name in dict.fromkeys([*jobs, *by_hash])], about.until


def _of_kind(found: Sequence[mlflow.entities.Run], kind: str) -> list[mlflow.entities.Run]:
    return [run for run in found if run.data.tags.get("kind") == kind and run.info.status == "FINISHED"]


def _in_parallel(work: Callable[[_T], _R], found: Sequence[_T]) -> list[_R]:
    """Return the results for each, some at a time."""
    if not found:
        return []
    with ThreadPool(_THREADS) as pool:  # unlike an executor it does not wait for threads that hang
        return pool.map(work, found, chunksize=1)


def _search(client: mlflow.MlflowClient, experiment_id: str, wanted: str) -> list[mlflow.entities.Run]:
    page = client.search_runs([experiment_id], wanted, max_results=_PAGE)
    found = [*page]
    while page.token:
        page = client.search_runs([experiment_id], wanted, max_results=_PAGE, page_token=page.token)
        found += page
    return found


def _hidden(place: Path) -> Path:
    """Return a new folder that is no run."""
    return Path(mkdtemp(dir=place, prefix="."))


def _unpacked(client: mlflow.MlflowClient, sweep: mlflow.entities.Run, place: Path) -> set[str]:
    """Bring a sweep's run files; return the complete runs."""
    if int(sweep.data.tags.get(PACKED, 0)) == 0:
        return set()
    return unpack(brought(client, sweep, BUNDLE, _hidden(place)), place)


def download(client: mlflow.MlflowClient, run: mlflow.entities.Run, folder: Path) -> None:
    """Bring a run's small files; link to local ones."""
    if not client.tracking_uri.startswith("http") and (local := folder_of(_place(client, run))) is not None:
        folder.symlink_to(local)
        return
    folder.mkdir(exist_ok=True)
    for file in client.list_artifacts(run.info.run_id):
        if plain_name(file.path) and not file.is_dir and file.path not in LARGE:
            brought(client, run, file.path, folder)


def brought(client: mlflow.MlflowClient, run: mlflow.entities.Run, name: str, folder: Path) -> Path:
    """Bring one file, without asking for its run again."""
    where, uri = f"{_place(client, run)}/{name}", client.tracking_uri
    return Path(mlflow.artifacts.download_artifacts(artifact_uri=where, dst_path=str(folder), tracking_uri=uri))


def _bring(uri: str, client: mlflow.MlflowClient, run: mlflow.entities.Run, folder: Path, name: str) -> None:
    with _readable(uri):
        brought(client, run, name, folder)


def _place(client: mlflow.MlflowClient, run: mlflow.entities.Run) -> str:
    """Return where a run's files are, even after a move."""
    place = str(run.info.artifact_uri)
    database = database_of(client.tracking_uri)
    return rebased(place, database.parent) if database.name == DATABASE else place
