"""Hydra's sweeper for the lab: a union of grids, checked as a whole before the first job runs.

Like Hydra's basic sweeper it takes comma lists from the command line and ``hydra.sweeper.params``. Beyond that,
``hydra.sweeper.grids`` is a list of such grids, for comparisons that are not one full product; the command line
overrides a key in each of them. Jobs that come to the same run are made once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
from hydra.core.override_parser.overrides_parser import OverridesParser
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from sim.lab.errors import LabError, messages
from sim.lab.job import Job, job_of
from sim.lab.overrides import quoted
from sim.lab.sweep import Plan, Sweep, finish, start


@dataclass
class SweeperConf:
    """Keys of ``hydra.sweeper``."""

    _target_: str = "hydra_plugins.delaylab.LabSweeper"
    max_batch_size: int | None = None
    params: dict[str, Any] | None = None
    grids: list[dict[str, Any]] = field(default_factory=list)


class LabSweeper(BasicSweeper):
    """See the module.

    Args:
        max_batch_size: jobs handed to the launcher at once; None: one for Hydra's basic launcher, all for others.
        params: what every job of the sweep takes, values or comma lists.
        grids: what the jobs of each grid take besides.
    """

    def __init__(
        self,
        max_batch_size: int | None = None,
        params: Mapping[str, Any] | None = None,
        grids: list[Mapping[str, Any]] | None = None,
    ) -> None:
        super().__init__(max_batch_size=max_batch_size, params=dict(params or {}))
        self._grids = [dict(grid) for grid in grids or [{}]]

    def sweep(self, arguments: list[str]) -> Sweep:
        """Run all jobs.

        Args:
            arguments: overrides from the command line.

        Raises:
            LabError: some job is not possible; nothing was run.
            SweepFailed: some jobs failed; the others are complete.
        """
        plans = self._checked(self._expand(arguments))
        config = self.config
        assert config is not None
        sweep = start(plans, config)
        with read_write(config), open_dict(config):
            config.sweep = sweep.name
        try:
            self._launch(sweep)
        finally:
            finish(sweep)
        sweep.raise_failures()
        return sweep

    def _expand(self, arguments: list[str]) -> list[list[str]]:
        assert self.hydra_context is not None
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        jobs: list[list[str]] = []
        for grid in self._grids:
            params = [quoted(f"{key}={_value(value)}") for key, value in {**self.params, **grid}.items()]
            parsed = parser.parse_overrides(params + list(arguments))
            jobs += self.split_arguments(parsed, None)[0]
        return jobs

    def _checked(self, jobs: list[list[str]]) -> list[Plan]:
        plans: dict[str, Plan] = {}
        wrong: list[str] = []
        for overrides in jobs:
            try:
                job, experiment = self._compose(overrides)
                plans.setdefault(job.hash, Plan(job.hash, tuple(overrides), dict(job.choices), experiment))
            except Exception as error:
                lines = messages(error)
                if lines is None:
                    raise
                wrong += [line for line in lines if line not in wrong]
        if wrong:
            raise LabError("\n".join(wrong))
        return list(plans.values())

    def _compose(self, overrides: list[str]) -> tuple[Job, str | None]:
        assert self.hydra_context is not None
        loader = self.hydra_context.config_loader
        config = loader.load_sweep_config(self.config, list(overrides))  # type: ignore[arg-type]
        choices: Any = OmegaConf.to_container(config.hydra.runtime.choices)
        return job_of(_without_hydra(config), choices), choices.get("experiment")

    def _launch(self, sweep: Sweep) -> None:
        assert self.launcher is not None
        size = self.max_batch_size or (1 if type(self.launcher).__name__ == "BasicLauncher" else len(sweep.plans))
        with sweep.progress() as advance:
            for first in range(0, len(sweep.plans), size):
                batch = sweep.plans[first : first + size]
                jobs = [[*plan.overrides, *sweep.extra] for plan in batch]
                for plan, job in zip(batch, self.launcher.launch(jobs, first), strict=True):
                    sweep.note(plan, job.return_value)
                    advance()


LabSweeper.__module__ = "hydra_plugins.delaylab"  # Hydra instantiates sweepers of this namespace only


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ",".join(_value(v) for v in value)
    return "null" if value is None else str(value)


def _without_hydra(config: DictConfig) -> DictConfig:
    with read_write(config), open_dict(config):
        del config["hydra"]
    return config
