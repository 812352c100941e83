"""Runs as they were logged, brought back as run folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sim.lab.errors import LabError, unknown
from sim.lab.mlflow_client import client_of, without_password
from sim.lab.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mlflow import MlflowClient
    from mlflow.entities import Run

_PAGE = 1000


@contextmanager
def fetched(uri: str, experiment: str, sweep: str | None) -> Iterator[list[Record]]:
    """Yield logged runs as records, in the order that their folders would have; they vanish at the end.

    Args:
        uri: of the tracking server or database.
        experiment: the experiment's name.
        sweep: whose runs; None: all.

    Raises:
        LabError: it cannot be read, or there are no such runs.
    """
    with TemporaryDirectory(prefix="delaylab-") as place:
        try:
            found = _records(uri, experiment, sweep, Path(place))
        except LabError:
            raise
        except Exception as error:  # MLflow, SQLAlchemy and requests each raise their own
            line = without_password(" ".join(str(error).split()))[:200]
            raise LabError(f"--uri: cannot read {without_password(uri)} ({line})") from error
        yield found


def _records(uri: str, experiment: str, sweep: str | None, place: Path) -> list[Record]:
    client = client_of(_absolute(uri), write=False)
    there = client.get_experiment_by_name(experiment)
    if there is None:
        raise unknown("experiment", experiment, [e.name for e in client.search_experiments()])
    wanted = f"tags.sweep = '{sweep}'" if sweep else "tags.kind = 'run'"
    found = _search(client, there.experiment_id, wanted)
    runs = [run for run in found if run.data.tags.get("kind") == "run" and run.info.status == "FINISHED"]
    if sweep and not runs:
        every = _search(client, there.experiment_id, "tags.kind = 'sweep'")
        raise unknown("sweep", sweep, sorted({run.data.tags["sweep"] for run in every}))
    if not runs:
        raise LabError(f"compare: no complete run in {without_password(uri)}, experiment {experiment}")
    by_hash = {run.data.tags["run_hash"]: run for run in sorted(runs, key=lambda run: run.info.end_time)}
    jobs = _jobs(client, [run for run in found if run.data.tags.get("kind") == "sweep"], place)
    order = {run_hash: choices for run_hash, choices in jobs.items() if run_hash in by_hash}
    names = [*order, *(name for name in by_hash if name not in order)]
    return [Record(_download(client, by_hash[name], place / name), order.get(name)) for name in names]


def _search(client: MlflowClient, experiment_id: str, wanted: str) -> list[Run]:
    found: list[Run] = []
    token = None
    while True:
        page = client.search_runs([experiment_id], wanted, max_results=_PAGE, page_token=token)
        found += page
        token = page.token
        if not token:
            return found


def _jobs(client: MlflowClient, sweeps: Sequence[Run], place: Path) -> dict[str, Mapping[str, str]]:
    """Return the jobs of a sweep in its order, with the names that it calls their parts; none without its list."""
    names = [run.info.run_id for run in sweeps if run.info.status == "FINISHED"]
    if not names:
        return {}
    (place / "sweep").mkdir()
    file = Path(client.download_artifacts(names[0], "sweep.json", dst_path=str(place / "sweep")))
    return {job["run"]: job["choices"] for job in json.loads(file.read_text(encoding="utf-8"))["jobs"]}


def _download(client: MlflowClient, run: Run, folder: Path) -> Path:
    """Bring the files of a run into a folder that has its name."""
    folder.mkdir()
    client.download_artifacts(run.info.run_id, "", dst_path=str(folder))
    return folder


def _absolute(uri: str) -> str:
    """Return a URI; the path of a database file is one as well."""
    return uri if "://" in uri else f"sqlite:///{Path(uri).expanduser().absolute()}"
