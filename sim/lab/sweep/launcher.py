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
    """Return what Hydra receives about a job that ended."""
    done = JobReturn(status=JobStatus.COMPLETED)
    done.return_value = came
    return done


class LabLauncher(Launcher):
    """A launcher of the lab; implement `play`."""

    hydra_context: HydraContext
    config: DictConfig
    task_function: TaskFunction

    def __init__(self) -> None:
        self.on_done: Callable[[int, JobReturn], None] | None = None  # called with each job when it ends
        self.composed: Callable[[Sequence[str]], bytes] = self._composed  # replaced by a caller that has composed
        self.keys: Mapping[str, str] = {}  # to set in each configuration

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Store what Hydra passes."""
        self.hydra_context, self.config, self.task_function = hydra_context, config, task_function

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run the jobs; call ``on_done`` after each."""
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
        """

    def _composed(self, overrides: Sequence[str]) -> bytes:
        return pickle.dumps(self.hydra_context.config_loader.load_sweep_config(self.config, list(overrides)))
