"""SLURM's launcher on submitit's local executor: the same results, a killed job is submitted again."""

import os
import signal
import sys
import time

import pytest

from tests.faults.processes import WORLD, complete, end, start, workers
from tests.faults.test_ray import LONG, SWEEP, found, swept

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals")]
pytest.importorskip("submitit")
SLURM = ["hydra/launcher=slurm", "hydra.launcher.executor=local", "hydra.launcher.at_once=2"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    (tmp_path / "tiny.yaml").write_text(WORLD.format(horizon="2d"))
    return tmp_path


def test_the_same_results_as_on_this_machine(place) -> None:
    more = ["seed=range(3)", "replications=2", "trace=true"]
    assert swept(place, *SWEEP, *more, *SLURM, results="there") == swept(place, *SWEEP, *more, results="here")
    assert not list((place / "there").rglob("jobs"))


def busy(place) -> set[int]:
    """Return the processes that have a job: they fill a scratch folder."""
    return {pid for scratch in place.glob("delaylab-*/.tmp-*") for pid in workers(scratch)}


def test_a_killed_job_is_submitted_again(place) -> None:
    process = start([*LONG, *SLURM, "results.dir=there"], place)
    while not (pids := busy(place)) and process.poll() is None:
        time.sleep(0.01)
    os.kill(pids.pop(), signal.SIGKILL)
    done = end(process)
    assert done.code == 0, done.error
    assert found(place / "there") == swept(place, *LONG, results="here")


def test_a_sweep_that_is_ended_ends_its_jobs(place) -> None:
    process = start([*LONG, *SLURM, "results.dir=there"], place)
    while not busy(place) and process.poll() is None:
        time.sleep(0.01)
    done = end(process, signal.SIGTERM)
    assert done.code == 130, done.error
    limit = time.monotonic() + 20
    while (pids := busy(place)) and any(os.path.exists(f"/proc/{pid}") for pid in pids) and time.monotonic() < limit:
        time.sleep(0.1)
    kept = complete(place / "there")
    assert len(kept) < 4
    assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)
