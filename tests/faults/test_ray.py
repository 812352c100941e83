"""A real Ray cluster of two nodes on this machine: killed workers, killed nodes, no shared disk.

The second node sees neither our sources nor the results, where the system lets it have a file system of its own.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from sim.lab.store.atomic import PREFIX
from sim.lab.store.sweep_file import sweeps
from tests.faults.processes import TREE, WORLD, complete, end, end_when, gone, start

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals")]
pytest.importorskip("ray")

PORT = 6397
ADDRESS = f"127.0.0.1:{PORT}"
SWEEP = ["-m", "scenario=./tiny.yaml", "tracker=none", "learner=beta_thompson", "cadence=online,hourly"]
RAY = ["hydra/launcher=ray", f"hydra.launcher.address={ADDRESS}"]
LONG = [*SWEEP, "scenario.horizon=8d", "seed=0,1"]


HIDE = """for folder in $HIDDEN; do mount -t tmpfs none "$folder" || exit 1; done; exec "$@\""""


def own_file_system() -> bool:
    """Say whether a process can be given mounts of its own."""
    try:
        return subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], check=False).returncode == 0
    except OSError:
        return False


class Node:
    """A node of one processor; its jobs' scratch folders are below ``place``."""

    def __init__(self, place: Path, *arguments: str, hidden: tuple[Path, ...] = ()) -> None:
        place.mkdir()
        self.place = place
        command = [str(Path(sys.executable).with_name("ray")), "start", "--block", "--num-cpus=1", *arguments]
        if hidden and own_file_system():
            command = ["unshare", "-m", "sh", "-c", HIDE, "sh", *command]
        self.log = (place / "log").open("w")
        environment = {**os.environ, "TMPDIR": str(place), "HIDDEN": " ".join(map(str, hidden))}
        self.process = subprocess.Popen(
            command, env=environment, cwd=place, stdout=self.log, stderr=self.log, start_new_session=True
        )
        limit = time.monotonic() + 120
        while "Ray runtime started" not in (place / "log").read_text():
            assert self.process.poll() is None, (place / "log").read_text()
            assert time.monotonic() < limit
            time.sleep(0.2)

    def workers(self) -> set[int]:
        """Return the processes that have a job."""
        return {int(f.name.removeprefix(PREFIX).split("-")[0]) for f in self.place.glob(f"delaylab-*/{PREFIX}*")}

    def end(self, sent: signal.Signals = signal.SIGTERM) -> None:
        """End the node and all that it started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, sent)
            self.process.wait(timeout=60)
        self.log.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two nodes, in short paths: sockets have names of 107 bytes at most."""
    place = Path(tempfile.mkdtemp(prefix="dl"))
    hidden = (TREE / "sim", TREE / "agents", tmp_path_factory.getbasetemp())
    nodes = []
    try:
        head = ["--head", f"--port={PORT}", "--include-dashboard=false", f"--temp-dir={place / 'ray'}"]
        nodes.append(Node(place / "head", *head, "--node-ip-address=127.0.0.1"))
        nodes.append(Node(place / "second", f"--address={ADDRESS}", "--node-ip-address=127.0.0.2", hidden=hidden))
        yield nodes
    finally:
        for node in reversed(nodes):
            node.end()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "tiny.yaml").write_text(WORLD.format(horizon="2d"))
    return tmp_path


def swept(place: Path, *arguments: str, results: str) -> tuple[bytes, dict[str, dict[str, bytes]]]:
    """Sweep, and return the table and the runs."""
    done = end(start([*arguments, f"results.dir={results}"], place))
    assert done.code == 0, done.error
    return found(place / results)


def found(results: Path) -> tuple[bytes, dict[str, dict[str, bytes]]]:
    (sweep,) = sweeps(results)
    return (sweep / "comparison.csv").read_bytes(), complete(results)


def test_the_same_results_as_on_this_machine(cluster, place) -> None:
    more = ["seed=range(4)", "replications=2", "trace=true"]
    assert swept(place, *SWEEP, *more, *RAY, results="there") == swept(place, *SWEEP, *more, results="here")
    for node in cluster:
        assert list(node.place.glob("delaylab-*"))  # both had jobs
        assert not list(node.place.glob("delaylab-*/*"))  # and left nothing


def test_a_killed_worker_costs_its_job_some_time_and_nothing_else(cluster, place) -> None:
    process = start([*LONG, *RAY, "results.dir=there"], place)
    while not (busy := cluster[1].workers()) and process.poll() is None:
        time.sleep(0.01)
    (victim,) = busy
    os.kill(victim, signal.SIGKILL)
    done = end(process)
    assert done.code == 0, done.error
    assert found(place / "there") == swept(place, *LONG, results="here")


def test_a_sweep_that_is_ended_ends_its_jobs_and_goes_on_later(cluster, place) -> None:
    busy: set[int] = set()

    def one_is_done() -> bool:
        busy.update(*(node.workers() for node in cluster))
        return bool(complete(place / "there"))

    ended = end_when([*LONG, *RAY, "results.dir=there"], place, one_is_done, signal.SIGTERM)
    assert ended.code == 130, ended.error
    assert "Traceback" not in ended.error
    assert busy
    assert gone({pid for node in cluster for pid in node.workers()}, within=20)
    kept = {name: (place / "there" / "runs" / name).stat().st_mtime_ns for name in complete(place / "there")}
    assert 1 <= len(kept) < 4
    assert swept(place, *LONG, *RAY, results="there") == swept(place, *LONG, results="here")
    assert {name: (place / "there" / "runs" / name).stat().st_mtime_ns for name in kept} == kept


OWN = """\
import os

from agents import Uniform


class Telling(Uniform):
    def train(self, experience):
        told = ("MLFLOW_TRACKING_URI", "OPENBLAS_NUM_THREADS", "DELAYLAB_COMMIT")
        raise RuntimeError(" ".join(os.environ.get(name, "none") for name in told))
"""


def test_variables_and_agents_of_ones_own_reach_the_workers(cluster, place, monkeypatch) -> None:
    (place / "my_agents.py").write_text(OWN)
    (place / "conf" / "learner").mkdir(parents=True)
    (place / "conf" / "learner" / "telling.yaml").write_text("_target_: my_agents.Telling\n")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://tracker:5000")
    monkeypatch.setenv("DELAYLAB_COMMIT", "c0ffee")
    arguments = ["--config-dir", "conf", *SWEEP, "learner=telling", "cadence=hourly,nightly", *RAY]
    done = end(start(arguments, place))
    assert done.code == 2, done.error
    (sweep,) = (place / "results" / "sweeps").iterdir()
    assert "http://tracker:5000 1 c0ffee" in (sweep / "failures.txt").read_text()


def test_a_killed_node_costs_its_jobs_some_time_and_nothing_else(cluster, place) -> None:
    process = start([*LONG, *RAY, "results.dir=there"], place)
    while not cluster[1].workers() and process.poll() is None:
        time.sleep(0.01)
    cluster[1].end(signal.SIGKILL)
    done = end(process)
    assert done.code == 0, done.error
    assert found(place / "there") == swept(place, *LONG, results="here")


def test_no_cluster_is_a_line(place) -> None:
    done = end(start([*SWEEP, "hydra/launcher=ray", "hydra.launcher.address=127.0.0.1:6398"], place))
    assert done.code == 2
    assert done.error.splitlines()[-1].startswith("hydra.launcher.address: no Ray cluster at 127.0.0.1:6398; ")
