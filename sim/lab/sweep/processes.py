"""Parallel jobs in local processes: ``hydra/launcher=processes``.

``hydra.launcher.workers`` sets their number. A job that fails, or a process that dies (out of memory, a segfault,
``os._exit``, ``kill -9``), does not affect other jobs; complete runs stay complete.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn, run_job, setup_globals
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, open_dict, read_write

from sim.errors import whole
from sim.lab.base.processes import side_by_side
from sim.lab.config.input_errors import outcome
from sim.lab.config.job import parted
from sim.lab.sweep.launcher import LabLauncher, Order, completed


@dataclass
class ProcessesConf:
    """Keys of ``hydra.launcher``."""

    _target_: str = "hydra_plugins.delaylab.ProcessLauncher"
    workers: int | None = None


class ProcessLauncher(LabLauncher):
    """Launcher of jobs in local processes."""

    def __init__(self, workers: int | None = None) -> None:
        super().__init__()
        self.workers = None if workers is None else whole("hydra.launcher.workers", workers, more=", or null,")

    def play(self, orders: Iterable[Order], count: int, first: int) -> Iterator[tuple[int, JobReturn]]:
        """Run the jobs of a sweep.

        The first one runs while the next is composed.
        """
        context = HydraContext(config_loader=None, callbacks=self.hydra_context.callbacks)  # type: ignore[arg-type]
        given = ((n, (self.task_function, config, first + n, self.keys, context)) for n, config in orders)
        for number, came in side_by_side(work, given, min(self.workers or os.cpu_count() or 1, count)):
            yield number, completed(outcome(came) if isinstance(came, BaseException) else came)


def work(task: TaskFunction, composed: bytes, number: int, keys: Mapping[str, str], context: HydraContext) -> Any:
    """Run one job in this process; return its task's result."""
    setup_globals()
    config = _loaded(composed, number, keys)
    if not _bare(config.hydra):
        done = run_job(task, config, "hydra.sweep.dir", "hydra.sweep.subdir", context)
        return done.return_value
    own = _loaded(composed, number, keys)
    parted(own)
    HydraConfig.instance().cfg = config  # type: ignore[assignment]
    return task(own)


def _loaded(composed: bytes, number: int, keys: Mapping[str, str]) -> DictConfig:
    config: DictConfig = pickle.loads(composed)  # from the parent process, never from a file
    with read_write(config), open_dict(config):
        config.hydra.job.id = config.hydra.job.num = number
        for key, value in keys.items():
            config[key] = value
    return config


def _bare(hydra: DictConfig) -> bool:
    """Return whether a job needs nothing that Hydra's ``run_job`` adds.

    ``run_job`` copies the configuration four times, which adds two fifths to the cost of a small job.
    """
    job, logs = hydra.job, hydra.job_logging
    logging = logs is None or logs.root is not None or hydra.verbose
    return not (logging or job.chdir or job.env_set or hydra.callbacks or hydra.output_subdir is not None)
