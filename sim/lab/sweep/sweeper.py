"""Hydra's sweeper for the lab: a union of grids.

All jobs are checked before the first one runs.

Like Hydra's basic sweeper it takes comma lists from the command line and ``hydra.sweeper.params``. In addition,
``hydra.sweeper.grids`` is a list of such grids, for comparisons that are not one full product; the command line
overrides a key in each of them. Jobs with the same run are made once.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import product
from math import prod
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.plugins import Plugins
from hydra.plugins.launcher import Launcher
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from sim.analysis.claims.checked import ClaimsNotMet, exit_code
from sim.analysis.decision import AskedDecision
from sim.analysis.jobs.command_line import for_hydra, kept, value_text
from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.jobs.plan import Plan
from sim.analysis.jobs.planned import contenders_of_jobs, numbers_of_cells, refused, stopping_rule_of_jobs
from sim.analysis.jobs.questions import Questions
from sim.analysis.stopping_rule import StoppingRule
from sim.errors import LabError
from sim.lab.base.console import print_message
from sim.lab.config.compose import Composer
from sim.lab.config.input_errors import messages
from sim.lab.config.job import Job, choices_of, job_of, parted, plain, results_of
from sim.lab.config.overrides import MOST_JOBS, values
from sim.lab.report.decisions.base import decisions
from sim.lab.store.atomic import writing
from sim.lab.store.run_folder import Record
from sim.lab.store.sweep_file import check_interim_analyses, record_interim_analyses
from sim.lab.sweep.claims import named_agents
from sim.lab.sweep.launcher import LabLauncher, completed
from sim.lab.sweep.outputs import finish
from sim.lab.sweep.sweep import Note, Sweep, start


@dataclass
class SweeperConf:
    """Keys of ``hydra.sweeper``."""

    _target_: str = "hydra_plugins.delaylab.LabSweeper"
    params: dict[str, Any] | None = None
    grids: list[dict[str, Any]] = field(default_factory=list)


class LabSweeper(Sweeper):
    """Sweeper over a union of grids."""

    hydra_context: HydraContext
    config: DictConfig
    launcher: Launcher

    def __init__(self, params: Mapping[str, Any] | None = None, grids: list[Mapping[str, Any]] | None = None) -> None:
        self._composed: dict[tuple[str, ...], bytes] = {}
        self._jobs: list[Job] = []
        self._grids: list[dict[str, Any]] = [{**plain(params or {}), **plain(grid)} for grid in grids or [{}]]

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        """Store what Hydra passes."""
        self.hydra_context, self.config = hydra_context, config
        self._composer = Composer(hydra_context.config_loader, config)
        self.launcher = Plugins.instance().instantiate_launcher(
            hydra_context=hydra_context, task_function=task_function, config=config
        )

    def sweep(self, arguments: list[str]) -> Sweep:
        """Run all jobs."""
        config = self.config
        questions = Questions.of(plain(config.published), plain(config.claims), bool(config.quick))
        self._grids = questions.grids(self._grids)
        asked = None if (told := plain(config.decision)) is None else AskedDecision.of(told, decisions())
        if asked is not None:
            self._ask(asked, arguments)
        plans, until = self._checked(self._expand(arguments))
        questions.check(self._jobs, named_agents())
        if asked is not None:
            asked.decision.check(contenders_of_jobs(self._jobs))
        check_interim_analyses(self._jobs, results_of(config))
        sweep = start(plans, config, until)
        sweep.questions = questions
        if questions.cells:
            sweep.cells = numbers_of_cells(questions.cells, plans, self._jobs)
        sweep.decision = None if asked is None else asked.decision
        own = [s.path for s in config.hydra.runtime.config_sources if s.provider == "command-line"]
        flags = [f"--config-dir={path}" for path in own]  # without it the choices in that folder are not found
        sweep.command = (*flags, *kept([*config.hydra.overrides.hydra, *arguments]))
        try:
            numbers = list(range(len(plans)))
            while numbers:
                with sweep.progress(numbers) as note:
                    self._launch(sweep, numbers, note)
                record_interim_analyses(self._jobs, results_of(config))
                numbers = sweep.grow()
        finally:
            with writing(sweep.folder):
                finish(sweep)
        if config.quick:
            print_message("note: quick=true only shows that it works; read nothing from these numbers")
        sweep.raise_failures(sweep.failures_file)
        if code := exit_code(sweep.checked):
            raise ClaimsNotMet(code)
        return sweep

    def _ask(self, asked: AskedDecision, arguments: list[str]) -> None:
        """Add the settings that a decision sweeps to each grid."""
        given = self._parsed({}, arguments)
        if any(one.get_key_element() == "scenario" and one.is_sweep_override() for one in given):
            raise LabError(f"decision: {asked.decision.name} is asked of one scenario at a time; give scenario=NAME")
        alone = [str(one.input_line) for one in given if not one.is_sweep_override()]
        asked.check_fits(partial(OmegaConf.select, self._composer(alone)))
        _, job = self._compose(alone)
        axes, last = asked.decision.axes(job.scenario), asked.quick if self.config.quick else {}
        self._grids = [{**axes, **grid, **last} for grid in self._grids]

    def _expand(self, arguments: list[str]) -> list[list[str]]:
        jobs: list[list[str]] = []
        for grid in self._grids:
            axes = {o.get_key_element(): values(o) for o in self._parsed(grid, arguments)}
            if (count := len(jobs) + prod(map(len, axes.values()))) > MOST_JOBS:
                raise LabError(f"a sweep of {count:,} jobs; at most {MOST_JOBS:,} are allowed")
            jobs += [list(job) for job in product(*axes.values())]
        return jobs

    def _parsed(self, grid: Mapping[str, Any], arguments: list[str]) -> list[Override]:
        parser = OverridesParser.create(config_loader=self.hydra_context.config_loader)
        params = [for_hydra(f"{key}={value_text(value)}") for key, value in grid.items()]
        return parser.parse_overrides([*params, *arguments])

    def _checked(self, jobs: list[list[str]]) -> tuple[list[Plan], StoppingRule | None]:
        plans: dict[str, Plan] = {}
        wrong: dict[str, list[list[str]]] = {}
        made = self._jobs = []
        for overrides in jobs:
            try:
                plan, job = self._compose(overrides)
                plans.setdefault(plan.hash, plan)
                made.append(job)
            except Exception as error:
                if (lines := messages(error)) is None:
                    raise
                for line in lines:
                    wrong.setdefault(line, []).append(overrides)
        if wrong:
            raise refused(wrong, jobs)
        until = stopping_rule_of_jobs(made)
        print_message(warnings_of(made))
        return list(plans.values()), until

    def _compose(self, overrides: list[str]) -> tuple[Plan, Job]:
        config = self._composer(overrides)
        self._composed[tuple(overrides)] = pickle.dumps(config)  # composing costs as much as a small job
        hydra = parted(config)
        choices, job = choices_of(hydra), job_of(config, hydra)
        plan = Plan(job.hash, tuple(overrides), choices.get("experiment"), job.choices, job.trace, bool(config.rerun))
        if job.until is not None:
            plan = replace(plan, looks={count: job.of(count).hash for count in job.until.looks})
        return plan, job

    def _launch(self, sweep: Sweep, numbers: Sequence[int], note: Note) -> None:
        """Pass incomplete jobs to the launcher; note each result."""
        todo = []
        for number in numbers:
            plan = sweep.plans[number]
            if plan.rerun or not Record.complete(sweep.results / "runs" / plan.hash, plan.trace):
                todo.append(number)
            else:
                note(number, completed())
        if isinstance(self.launcher, LabLauncher):
            orders = ((n, self._pickled(sweep.plans[number])) for n, number in enumerate(todo))
            for n, result in self.launcher.run(orders, len(todo)):
                note(todo[n], result)
            return
        jobs = [[*sweep.plans[number].current, f"sweep={sweep.name}"] for number in todo]
        size = 1 if type(self.launcher).__name__ == "BasicLauncher" or not jobs else len(jobs)
        for first in range(0, len(jobs), size):
            for number, result in enumerate(self.launcher.launch(jobs[first : first + size], first), first):
                note(todo[number], result)

    def _pickled(self, plan: Plan) -> bytes:
        """Return a job's configuration with current replications."""
        composed = self._composed[plan.overrides]
        if plan.replications is None:
            return composed
        config: DictConfig = pickle.loads(composed)  # pickled above
        with read_write(config), open_dict(config):
            config.replications = plan.replications
        return pickle.dumps(config)
