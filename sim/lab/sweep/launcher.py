"""Base of the launchers that run a sweep's jobs."""

from __future__ import annotations

import pickle
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from hydra.core.utils import JobReturn, JobStatus, setup_globals
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

Order = tuple[int, bytes]  # the number of a job within its launch, and its composed configuration, pickled


def completed(came: Mapping[str, str | None] | float | None = None) -> JobReturn:
    """Return what Hydra receives about a job that ended.

    Args:
        came: its objective; or what went wrong, as `sim.lab.config.input_errors.outcome` has it.
    """
    done = JobReturn(status=JobStatus.COMPLETED)
    done.return_value = came
    return done


class LabLauncher(Launcher):
    """A launcher of the lab; implement `play`.

    Attributes:
        on_done: called with each job when it ends.
        composed: returns the pickled configuration of a job; a caller that has composed the jobs replaces it.
        keys: keys to set in each configuration.
    """

    hydra_context: HydraContext
    config: DictConfig
    task_function: TaskFunction

    def __init__(self) -> None:
        self.on_done: Callable[[int, JobReturn], None] | None = None
        self.composed: Callable[[Sequence[str]], bytes] = self._composed
        self.keys: Mapping[str, str] = {}

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Store what Hydra passes."""
        self.hydra_context, self.config, self.task_function = hydra_context, config, task_function

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run the jobs; call ``on_done`` after each.

        Args:
            job_overrides: the overrides of each job.
            initial_job_idx: number of the first job.
        """
        if not job_overrides:
            return []
        setup_globals()
        Path(str(self.config.hydra.sweep.dir)).mkdir(parents=True, exist_ok=True)
        orders = ((number, self.composed(overrides)) for number, overrides in enumerate(job_overrides))
        done: dict[int, JobReturn] = {}
        for number, result in self.play(orders, len(job_overrides), initial_job_idx):
            done[number] = result
            if self.on_done is not None:
                self.on_done(number, result)
        return [done[number] for number in range(len(job_overrides))]

    @abstractmethod
    def play(self, orders: Iterable[Order], count: int, first: int) -> Iterator[tuple[int, JobReturn]]:
        """Yield each job's number and result.

        In the order in which jobs end; a failure is a result too.

        Args:
            orders: the jobs, composed while they are read.
            count: their number.
            first: offset from a job's number to its number in the sweep.
        """

    def _composed(self, overrides: Sequence[str]) -> bytes:
        return pickle.dumps(self.hydra_context.config_loader.load_sweep_config(self.config, list(overrides)))
