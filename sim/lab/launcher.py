"""Hydra's launcher for the lab: jobs of a sweep side by side, in processes of this machine.

``hydra/launcher=processes``; ``hydra.launcher.workers`` says how many. A job that fails, and a process that is killed,
cost their jobs only; what is complete stays complete.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from pathlib import Path

from hydra._internal.callbacks import Callbacks
from hydra.core.utils import JobReturn, JobStatus, run_job, setup_globals
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, open_dict, read_write

from sim.lab.errors import LabError
from sim.lab.processes import processes


@dataclass
class LauncherConf:
    """Keys of ``hydra.launcher``."""

    _target_: str = "hydra_plugins.delaylab.ProcessLauncher"
    workers: int | None = None


class ProcessLauncher(Launcher):
    """See the module.

    Args:
        workers: processes; None: one for each processor.

    Raises:
        LabError: not a whole number of processes.

    Attributes:
        on_done: told of each job as it ends.
        composed: returns the pickled configuration of a job; for a caller that has composed the jobs already.
        keys: what to set in each configuration.
    """

    hydra_context: HydraContext
    config: DictConfig
    task_function: TaskFunction

    def __init__(self, workers: int | None = None) -> None:
        if workers is not None and (isinstance(workers, bool) or not isinstance(workers, int) or workers < 1):
            raise LabError(f"hydra.launcher.workers: is {workers!r}; a whole number >= 1, or null, is allowed")
        self.workers = workers
        self.on_done: Callable[[int, JobReturn], None] | None = None
        self.composed: Callable[[Sequence[str]], bytes] = self._composed
        self.keys: Mapping[str, str] = {}

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Take what Hydra hands over."""
        self.hydra_context, self.config, self.task_function = hydra_context, config, task_function

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run the jobs; ``on_done`` hears of each as it ends.

        Args:
            job_overrides: what makes each job.
            initial_job_idx: number of the first.
        """
        if not job_overrides:
            return []
        setup_globals()
        Path(str(self.config.hydra.sweep.dir)).mkdir(parents=True, exist_ok=True)
        done: dict[int, JobReturn] = {}
        workers = min(self.workers or os.cpu_count() or 1, len(job_overrides))
        with processes(workers) as pool:
            numbers = {}
            for number, overrides in enumerate(job_overrides):  # the first job runs while the next is composed
                config = self.composed(overrides)
                work = pool.submit(_work, self.task_function, config, initial_job_idx + number, self.keys)
                numbers[work] = number
            for future in as_completed(numbers):
                number = numbers[future]
                done[number] = _result(future)
                if self.on_done is not None:
                    self.on_done(number, done[number])
        return [done[number] for number in range(len(job_overrides))]

    def _composed(self, overrides: Sequence[str]) -> bytes:
        return pickle.dumps(self.hydra_context.config_loader.load_sweep_config(self.config, list(overrides)))


def _work(task: TaskFunction, composed: bytes, number: int, keys: Mapping[str, str]) -> JobReturn:
    setup_globals()
    config: DictConfig = pickle.loads(composed)  # from the parent process, never from a file
    with read_write(config), open_dict(config):
        config.hydra.job.id = config.hydra.job.num = number
        for key, value in keys.items():
            config[key] = value
    context = HydraContext(config_loader=None, callbacks=Callbacks())  # type: ignore[arg-type]
    done = run_job(
        task_function=task,
        config=config,
        job_dir_key="hydra.sweep.dir",
        job_subdir_key="hydra.sweep.subdir",
        hydra_context=context,
    )
    return JobReturn(overrides=done.overrides, status=done.status, _return_value=done._return_value)


def _result(future: Future[JobReturn]) -> JobReturn:
    error = future.exception()
    if error is None:
        return future.result()
    return JobReturn(status=JobStatus.FAILED, _return_value=error)
