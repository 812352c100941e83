"""What a sweep costs beside its jobs: two at a time, and logged.

CPU time is the jobs' own, as their manifests have it, so that other programs on the machine hardly matter; only the
efficiency needs wall time, and a machine with nothing else to do. The load is in the table.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.timing import Measured

WORKERS = 2
JOB = ["scenario=news_feed", "scenario.users.count=300", "agent=linucb_online"]
TWO, FIVE = "scenario.horizon=4d", "scenario.horizon=7d"  # seconds of CPU, about


@dataclass(frozen=True)
class Swept:
    """What a sweep took, in seconds.

    Attributes:
        wall: of the whole program.
        cpu: of the program and its workers.
        jobs: CPU time of each job.
    """

    wall: float
    cpu: float
    jobs: list[float]


def sweep(*arguments: str) -> Swept:
    """Sweep in a process of its own, into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sim", "-m", *JOB, *arguments, f"results.dir={folder}"]
        before, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        wall, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
        told = [json.loads(file.read_bytes()) for file in Path(folder).glob("runs/*/manifest.json")]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Swept(wall, cpu, [float(about["cpu_seconds"]) for about in told])


def seeds(count: int) -> str:
    """Return an axis of so many jobs."""
    return f"seed=range({count})"


def launchers() -> Iterator[Measured]:
    """Yield the efficiency of two workers, and what logging adds to a job of five seconds."""
    load = os.getloadavg()[0]
    many = sweep(TWO, seeds(40), "tracker=none", f"hydra.launcher.workers={WORKERS}")
    alone = sweep(TWO, seeds(4), "tracker=none", "hydra/launcher=basic")
    work = sum(many.jobs)
    yield Measured("load of the machine before", load, "{:.1f}", ratio=False)
    name = f"efficiency: CPU of 40 jobs of {work / 40:.1f} s / ({WORKERS} x wall)"
    yield Measured(name, work / (WORKERS * many.wall), "{:.2f}", 0.85, ratio=False)
    yield Measured("  share of the jobs in all CPU", work / many.cpu, "{:.2f}", 0.9)
    mean = sum(alone.jobs) / len(alone.jobs)
    yield Measured("  CPU of a job, two at a time / one alone", work / 40 / mean, "{:.2f} x", more=False)
    yield from _logging()


def _logging() -> Iterator[Measured]:
    axes = [FIVE, seeds(6), f"hydra.launcher.workers={WORKERS}"]
    few = [sweep(FIVE, seeds(2), f"tracker={tracker}", "hydra/launcher=basic") for tracker in ("none", "mlflow")]
    plain, logged = (sweep(*axes, f"tracker={tracker}") for tracker in ("none", "mlflow"))
    job = sum(plain.jobs) / len(plain.jobs)
    first = _beside(few[1]) - _beside(few[0])
    each = (_beside(logged) - _beside(plain) - first) / (len(plain.jobs) - 2)
    yield Measured(f"logging to MLflow: share of a job of {job:.1f} s, CPU", each / job, "{:.3f}", 0.1, False, False)
    yield Measured(
        "  wall time of a sweep of 6, logged / not", logged.wall / plain.wall, "{:.2f} x", None, False, False
    )
    yield Measured("  CPU once: imports, database, the first two runs", first, "{:.1f} s", None, False, False)


def _beside(swept: Swept) -> float:
    """Return the CPU time that is not the jobs'."""
    return swept.cpu - sum(swept.jobs)
