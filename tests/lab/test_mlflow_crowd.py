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
from urllib.request import urlopen

import pytest

from sim.lab.cli import main as delaylab
from sim.lab.cli.ui import free_port
from sim.lab.mlflow_client import quiet_environment
from sim.lab.mlflow_read import fetched
from sim.lab.sweep import runs_of, sweeps
from sim.lab.tracker import MlflowTracker

PROCESSES, RUNS = 8, 50
WORK = """
import sys
from pathlib import Path
from sim.lab.record import Record
from sim.lab.tracker import MlflowTracker
results, uri, sweep = Path(sys.argv[1]), sys.argv[2] or None, sys.argv[3]
tracker = MlflowTracker(results, uri, patience=600)
folders = sorted((results / "runs").glob(sweep + "-*"))
print(sum(tracker.log_run(Record(folder), sweep) for folder in folders))
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
def server(folder: Path) -> Iterator[str]:
    """Yield the address of an MLflow server of one worker."""
    quiet_environment()
    port = free_port(5600)
    where = [
        "--backend-store-uri",
        f"sqlite:///{folder / 'server.db'}",
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


def log_at_once(results: Path, uri: str | None) -> None:
    """Log all runs from as many processes as there are, and see that nothing was lost and nothing is there twice."""
    tracker = MlflowTracker(results, uri)
    assert tracker.prepare()
    command = [sys.executable, "-c", WORK, str(results), uri or ""]
    work = [
        subprocess.Popen([*command, f"p{n}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(PROCESSES)
    ]
    assert [process.communicate() for process in work] == [(f"{RUNS}\n", "")] * PROCESSES
    client, found, token = tracker._connect(), [], None
    while token is not None or not found:
        page = client.search_runs([tracker._experiment_id], "tags.kind = 'run'", page_token=token)
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
def test_a_server_has_what_the_folders_have_once(swept: Path, tmp_path: Path, capsys) -> None:
    name = sweeps(swept)[0].name
    with server(tmp_path) as uri:
        for expected in ("5 logged, 0 already there", "0 logged, 5 already there"):
            capsys.readouterr()
            assert delaylab(["sync", "--results", str(swept), "--uri", uri]) == 0
            assert capsys.readouterr().out.startswith(expected)
        files = (tmp_path / "here.csv", tmp_path / "there.csv")
        assert delaylab(["compare", name, "--results", str(swept), "--csv", str(files[0])]) == 0
        assert delaylab(["compare", name, "--uri", uri, "--csv", str(files[1])]) == 0
        with fetched(uri, "delaylab", None) as (found, _):
            assert len(found) == 5
    assert files[0].read_bytes() == files[1].read_bytes()
