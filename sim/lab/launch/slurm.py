"""Run jobs on a SLURM cluster: ``hydra/launcher=slurm``.

submitit (https://github.com/facebookincubator/submitit) submits them as an array. They write into ``results.dir``,
which all nodes share: complete runs are kept even if the sweep that waited for them has ended.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import LabError, unknown, whole
from sim.lab.base.packages import needed
from sim.lab.config.job import Job, plain
from sim.lab.launch.remote import Answer, RemoteLauncher
from sim.lab.launch.remote_job import ONE_THREAD, packaged, run_remote
from sim.lab.store.containment import check_inside

EXECUTORS = ("slurm", "local")
_PAUSE = 0.2  # seconds between checks for results


@dataclass
class SlurmConf:
    """Keys of ``hydra.launcher``."""

    _target_: str = "hydra_plugins.delaylab.SlurmLauncher"
    executor: str = "slurm"  # local: processes of this machine instead, for tests
    minutes: int = 60  # limit of a job
    cpus: int = 1  # for each job
    memory_gb: float | None = 4.0  # limit of a job; None: the cluster's default
    partition: str | None = None  # None: the cluster's default
    at_once: int | None = None  # None: 256, or the processors of this machine
    retries: int = 3  # of a job that ended without a result, by preemption, say
    sbatch: Any = None  # more options of sbatch, such as {account: lab, qos: long}


class SlurmLauncher(RemoteLauncher):
    """Launcher of jobs on a SLURM cluster."""

    def __init__(self, **keys: Any) -> None:
        conf = SlurmConf(**keys)
        if conf.executor not in EXECUTORS:
            raise unknown("hydra.launcher.executor", conf.executor, EXECUTORS)
        self.local, self.executor = conf.executor == "local", conf.executor
        self.retries = whole("hydra.launcher.retries", conf.retries, 0)
        self.at_once = (os.cpu_count() or 1) if self.local else 256
        if conf.at_once is not None:
            self.at_once = whole("hydra.launcher.at_once", conf.at_once, more=", or null,")
        options = plain(conf.sbatch or {})
        if not isinstance(options, dict):
            raise LabError(f"hydra.launcher.sbatch: is {options!r}; options such as {{account: lab}} are allowed")
        self.asked: dict[str, Any] = {
            "name": "delaylab",
            "timeout_min": whole("hydra.launcher.minutes", conf.minutes),
            "cpus_per_task": whole("hydra.launcher.cpus", conf.cpus),
            "mem_gb": conf.memory_gb,
            "slurm_partition": conf.partition,
            "slurm_array_parallelism": self.at_once,
            "slurm_setup": [f"export {name}=1" for name in ONE_THREAD],
            "slurm_additional_parameters": options,
        }
        self.submitit = needed("submitit", "slurm", "hydra/launcher=slurm")

    def answers(self, jobs: Mapping[int, Job]) -> Iterator[Answer]:
        """Submit the jobs; yield results, and resubmit lost jobs."""
        executor = self._executor()
        running = {}
        if not self.local:
            with executor.batch():  # one array
                running = {n: executor.submit(run_remote, packaged(job, self.results)) for n, job in jobs.items()}
        waiting = [number for number in jobs if number not in running]
        again = dict.fromkeys(jobs, self.retries)
        try:
            while running or waiting:
                while waiting and (not self.local or len(running) < self.at_once):
                    number = waiting.pop(0)
                    running[number] = executor.submit(run_remote, packaged(jobs[number], self.results))
                for number in [n for n, submitted in running.items() if submitted.done()]:
                    answer = self._answer(running.pop(number), executor.folder)
                    if isinstance(answer, self.submitit.core.utils.UncompletedJobError) and again[number]:
                        again[number] -= 1
                        waiting.append(number)
                    else:
                        yield number, answer
                time.sleep(_PAUSE)
        finally:
            for submitted in running.values():
                submitted.cancel(check=False)

    def _executor(self) -> Any:
        folder = self.results / "sweeps" / str(self.config.get("sweep") or "sweep") / "jobs"
        check_inside(folder, self.results)
        try:
            executor = self.submitit.AutoExecutor(folder, cluster=self.executor)
            executor.update_parameters(**self.asked)
        except RuntimeError as error:
            raise LabError(f"hydra.launcher.executor: {error}; local tries it out on this machine") from error
        except (AssertionError, NameError, TypeError, ValueError) as error:
            raise LabError(f"hydra.launcher: {' '.join(str(error).split())}") from error
        return executor

    def _answer(self, submitted: Any, folder: Path) -> Any:
        """Return a job's result; after an exception keep files."""
        try:
            result = submitted.result()
        except Exception as error:
            return error
        if result.outcome["error"] is None:
            for file in folder.glob(f"{submitted.job_id}_*"):
                file.unlink(missing_ok=True)
            with suppress(OSError):
                folder.rmdir()
        return result
