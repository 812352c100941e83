"""Eight processes that log fifty runs each at once lose nothing: into the database file, and to a server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from uuid import uuid4

import pytest
from requests import PreparedRequest, Response, Session

from sim.lab.cli import main as delaylab
from sim.lab.cli.ui import free_port
from sim.lab.store.sweep_file import runs_of, sweeps
from sim.lab.tracking.client import quiet_environment
from sim.lab.tracking.fetch import fetched
from tests.lab.mlflow_there import there

PROCESSES, RUNS = 8, 50
POSTGRES = os.environ.get("DELAYLAB_TEST_POSTGRES")
WORK = """
import sys
from pathlib import Path
from sim.lab.store.run_folder import Record
from sim.lab.tracking.tracker import MlflowTracker
results, uri, experiment, sweep = Path(sys.argv[1]), sys.argv[2] or None, *sys.argv[3:]
tracker = MlflowTracker(results, uri, experiment, patience=600)
for folder in sorted((results / "runs").glob(sweep + "-*")):
    tracker.log_run(Record(folder), sweep)
print(tracker.finish()["logged"])
"""


@pytest.fixture(scope="module")
def crowd(swept: Path, tmp_path_factory) -> Path:
    """A results folder of 400 runs: copies of one, each under a name of its own."""
    results = tmp_path_factory.mktemp("crowd")
    run = runs_of(swept, sweeps(swept)[0].name)[0].folder
    for process in range(PROCESSES):
        for number in range(RUNS):
            shutil.copytree(run, results / "runs" / f"p{process}-{number}")
    return results


@contextmanager
def server(folder: Path, store: str | None = None) -> Iterator[str]:
    """Yield the address of an MLflow server of one worker, on an SQLite file or on the store given."""
    quiet_environment()
    port = free_port(5600)
    where = [
        "--backend-store-uri",
        store or f"sqlite:///{folder / 'server.db'}",
        "--artifacts-destination",
        str(folder / "files"),
    ]
    command = [sys.executable, "-m", "mlflow", "server", *where, "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (folder / "server.log").open("wb") as log:
        started = subprocess.Popen([*command, "--workers", "1"], env=environment, stdout=log, stderr=log, cwd=folder)
        try:
            _wait(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            started.terminate()
            started.wait(timeout=30)


def _wait(address: str) -> None:
    for _ in range(240):
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(address)


def log_at_once(results: Path, uri: str | None, experiment: str = "delaylab") -> None:
    """Log all runs from as many processes as there are, and see that nothing was lost and nothing is there twice."""
    command = [sys.executable, "-c", WORK, str(results), uri or "", experiment]
    work = [
        subprocess.Popen([*command, f"p{n}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(PROCESSES)
    ]
    assert [process.communicate() for process in work] == [(f"{RUNS}\n", "")] * PROCESSES
    (client, number), found, token = there(results, uri, experiment), [], None
    while token is not None or not found:
        page = client.search_runs([number], "tags.kind = 'run'", page_token=token)
        found, token = found + page, page.token
        if not token:
            break
    assert {run.info.status for run in found} == {"FINISHED"}
    assert Counter(run.data.tags["run_hash"] for run in found) == Counter(f.name for f in (results / "runs").iterdir())
    assert len({(len(r.data.params), len(r.data.metrics), len(r.inputs.dataset_inputs)) for r in found}) == 1
    assert {len(client.list_artifacts(run.info.run_id)) for run in found[:: len(found) // 10]} == {7}


@pytest.mark.slow
def test_into_the_database_file(crowd: Path) -> None:
    log_at_once(crowd, None)


@pytest.mark.slow
def test_to_a_server(crowd: Path, tmp_path: Path) -> None:
    with server(tmp_path) as uri:
        log_at_once(crowd, uri)


@pytest.mark.slow
@pytest.mark.skipif(
    POSTGRES is None, reason="DELAYLAB_TEST_POSTGRES names no database, such as postgresql://me@host/mlflow"
)
def test_to_a_server_with_postgresql(crowd: Path, swept: Path, tmp_path: Path, capsys) -> None:
    experiment = f"crowd {uuid4().hex[:8]}"  # the database may have been used before
    with server(tmp_path, POSTGRES) as uri:
        log_at_once(crowd, uri, experiment)
        same_from_there(swept, uri, tmp_path, f"{experiment} swept", capsys)


@pytest.mark.slow
def test_a_server_has_what_the_folders_have_once(swept: Path, tmp_path: Path, capsys) -> None:
    with server(tmp_path) as uri:
        same_from_there(swept, uri, tmp_path, "delaylab", capsys)


def same_from_there(swept: Path, uri: str, place: Path, experiment: str, capsys) -> None:
    """Log a results folder, twice, and see that what is read back is the same, and with how many requests."""
    name, there = sweeps(swept)[0].name, ["--uri", uri, "--experiment", experiment]
    for expected in ("5 logged, 0 already there", "0 logged, 5 already there"):
        capsys.readouterr()
        assert delaylab(["sync", "--results", str(swept), *there]) == 0
        assert capsys.readouterr().out.startswith(expected)
    files = {end: (place / f"here.{end}", place / f"there.{end}") for end in ("csv", "html")}
    here, logged = ([f"--{end}={both[n]}" for end, both in files.items()] for n in (0, 1))
    assert delaylab(["compare", name, "--results", str(swept), *here]) == 0
    assert delaylab(["compare", name, *there, *logged]) == 0
    for ours, theirs in files.values():
        assert ours.read_bytes() == theirs.read_bytes()
    with asked() as requests, fetched(uri, experiment, name) as (found, _):
        assert [record.hash for record in found] == [record.hash for record in runs_of(swept, name)]
    assert sum(request.endswith("runs/search") for request in requests) == 1
    assert len(requests) <= 7
    with fetched(uri, experiment, None) as (found, _):
        assert len(found) == 5


@contextmanager
def asked() -> Iterator[list[str]]:
    """Yield the addresses that are asked from here, as they are asked."""
    found: list[str] = []
    send = Session.send

    def noted(self: Session, request: PreparedRequest, **options: Any) -> Response:
        found.append(str(request.url))
        return send(self, request, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "send", noted)
        yield found
