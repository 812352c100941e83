"""Launchers of a sweep's jobs: their base, and ``hydra/launcher=processes``.

A job that fails, or a process that dies (out of memory, a segfault, ``os._exit``, ``kill -9``), does not affect other
jobs; complete runs stay complete.
"""

from __future__ import annotations

import os
import pickle
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.utils import JobReturn, JobStatus, run_job, setup_globals
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, open_dict, read_write

from sim.errors import whole
from sim.lab.base.processes import side_by_side
from sim.lab.config.input_errors import outcome

Order = tuple[int, bytes]  # the number of a job within its launch, and its composed configuration, pickled


def completed(came: Mapping[str, str | None] | float | None = None) -> JobReturn:
    """Return what Hydra receives: a job's objective, or its `outcome`."""
    done = JobReturn(status=JobStatus.COMPLETED)
    done.return_value = came
    return done


class LabLauncher(Launcher):
    """A launcher of the lab; implement `play`."""

    hydra_context: HydraContext
    config: DictConfig
    task_function: TaskFunction

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Store what Hydra passes."""
        self.hydra_context, self.config, self.task_function = hydra_context, config, task_function

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run the jobs of another sweeper than ours."""
        load = self.hydra_context.config_loader.load_sweep_config
        orders = ((n, pickle.dumps(load(self.config, list(one)))) for n, one in enumerate(job_overrides))
        done = dict(self.run(orders, len(job_overrides), initial_job_idx))
        return [done[number] for number in range(len(job_overrides))]

    def run(self, orders: Iterable[Order], count: int, first: int = 0) -> Iterator[tuple[int, JobReturn]]:
        """Yield number and result of jobs as they end."""
        if count:
            setup_globals()
            Path(str(self.config.hydra.sweep.dir)).mkdir(parents=True, exist_ok=True)
            yield from self.play(orders, count, first)

    @abstractmethod
    def play(self, orders: Iterable[Order], count: int, first: int) -> Iterator[tuple[int, JobReturn]]:
        """Yield number and result of jobs as they end.

        The orders are composed while they are read; job ``n`` of ``count`` is number ``first + n`` of the sweep.
        """


@dataclass
class ProcessesConf:
    """Keys of ``hydra.launcher``."""

    _target_: str = "hydra_plugins.delaylab.ProcessLauncher"
    workers: int | None = None  # None: one for each processor


class ProcessLauncher(LabLauncher):
    """Launcher of jobs in local processes."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = None if workers is None else whole("hydra.launcher.workers", workers, more=", or null,")

    def play(self, orders: Iterable[Order], count: int, first: int) -> Iterator[tuple[int, JobReturn]]:
        """Run the jobs, while the next ones are composed."""
        context = HydraContext(config_loader=None, callbacks=self.hydra_context.callbacks)  # type: ignore[arg-type]
        keys = {"sweep": self.config.get("sweep")}
        given = ((n, (self.task_function, config, first + n, keys, context)) for n, config in orders)
        for number, came in side_by_side(work, given, min(self.workers or os.cpu_count() or 1, count)):
            yield number, completed(outcome(came) if isinstance(came, BaseException) else came)


def work(task: TaskFunction, composed: bytes, number: int, keys: Mapping[str, str], context: HydraContext) -> Any:
    """Run one job in this process; return its task's result."""
    setup_globals()
    config: DictConfig = pickle.loads(composed)  # from the parent process, never from a file
    with read_write(config), open_dict(config):
        config.hydra.job.id = config.hydra.job.num = number
        config.update(keys)
    return run_job(task, config, "hydra.sweep.dir", "hydra.sweep.subdir", context).return_value
