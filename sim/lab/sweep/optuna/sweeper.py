"""Hydra's sweeper that searches with Optuna (https://optuna.org).

Optuna chooses the jobs by the objectives of earlier ones. ``n_jobs`` trials are suggested at once, run by the launcher,
and reported in their order, so that the search is reproducible whichever job finishes first. So a search that was
interrupted can continue: the same trials are suggested, and those whose run folder is complete are not run again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omegaconf import MISSING

from sim.analysis.identity import short
from sim.analysis.jobs.command_line import typed
from sim.analysis.jobs.plan import Plan
from sim.analysis.jobs.trials import Trial, Trials
from sim.analysis.objective import Objective, Undefined, on_leaving, wrong_way
from sim.errors import LabError, whole
from sim.lab.base.console import out, print_message
from sim.lab.base.packages import needed
from sim.lab.config.input_errors import messages
from sim.lab.config.job import plain
from sim.lab.report.text.tables import show
from sim.lab.store.atomic import writing
from sim.lab.store.run_folder import Record
from sim.lab.sweep.optuna.search import DIRECTIONS, Search, corners, split
from sim.lab.sweep.optuna.trials import announce, write
from sim.lab.sweep.outputs import finish
from sim.lab.sweep.sweep import Note, Sweep, start
from sim.lab.sweep.sweeper import LabSweeper


@dataclass
class OptunaConf:
    """Keys of ``hydra.sweeper`` with ``hydra/sweeper=optuna``.

    The names are those of Hydra's own Optuna plugin.
    """

    defaults: list[Any] = field(default_factory=lambda: [{"sampler": "tpe"}])
    _target_: str = "hydra_plugins.delaylab.OptunaSweeper"
    _recursive_: bool = False  # the sampler is created after the check that Optuna is installed
    sampler: Any = MISSING  # of the group hydra/sweeper/sampler
    n_trials: Any = 20
    n_jobs: Any = 4
    direction: str = "minimize"
    params: dict[str, Any] | None = None


SAMPLERS = {
    "tpe": {"_target_": "optuna.samplers.TPESampler", "seed": 0, "n_startup_trials": 10},
    "random": {"_target_": "optuna.samplers.RandomSampler", "seed": 0},
}


class OptunaSweeper(LabSweeper):
    """Sweeper that searches with Optuna."""

    def __init__(
        self,
        sampler: Any,
        n_trials: int = 20,
        n_jobs: int = 4,
        direction: str = "minimize",
        params: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(params=params)
        needed("optuna", "optuna", "hydra/sweeper=optuna")
        self.n_trials, self.n_jobs = whole("hydra.sweeper.n_trials", n_trials), whole("hydra.sweeper.n_jobs", n_jobs)
        if direction not in DIRECTIONS:
            raise LabError(f"hydra.sweeper.direction: is {direction!r}; {' or '.join(DIRECTIONS)} is allowed")
        self.direction, self.sampler = direction, plain(sampler)

    def sweep(self, arguments: list[str]) -> Sweep:
        """Search."""
        fixed, axes = split(self._parsed(self._grids[0], arguments))
        search = Search(axes, self.sampler, self.direction)
        ends = [[*fixed, *corner] for corner in corners(axes)]
        (first, *_), until = self._checked(ends)
        if until is not None:
            raise LabError("replications.until: is about a comparison; a search takes a number, replications=5")
        if self.config.claims is not None:
            raise LabError("claims: are about a comparison; a search makes none")
        if self.config.decision is not None:
            raise LabError("decision: is about a comparison; a search makes none")
        job = self._compose(ends[0])[1]
        objective = job.objective
        for line in (wrong_way(objective, self.direction), on_leaving(objective, job.scenario)):
            if line is not None:
                print_message(f"warning: {line}")
        told = [first.hash, [repr(axis) for axis in axes], dict(objective.prices), self.direction, self.sampler]
        # without the trials: more of them belong to the same search
        name = f"{first.experiment or 'search'}-{short(json.dumps([*told, self.n_jobs], default=str))[:8]}"
        sweep = start([], self.config, name=name)
        sweep.swept = tuple(typed(axis.key for axis in axes))
        trials = Trials(objective, self.direction)
        try:
            with sweep.progress([], self.n_trials) as note:
                while (left := self.n_trials - len(trials.each)) > 0:
                    batch = search.ask(min(self.n_jobs, left))
                    self._run(batch, fixed, sweep, note)
                    for trial in batch:
                        search.tell(trial, _worth(trial, sweep, objective))
                        trials.each.append(trial)
        finally:
            with writing(sweep.folder):
                write(trials, sweep.folder)
                finish(sweep, lambda records: show(trials.parts(records), out()))
            announce(trials, sweep.folder)
        sweep.raise_failures(sweep.failures_file)
        return sweep

    def _run(self, batch: Sequence[Trial], fixed: Sequence[str], sweep: Sweep, note: Note) -> None:
        """Run the jobs of a batch that are new."""
        known = {plan.hash for plan in sweep.plans}
        todo = []
        for trial in batch:
            plan = self._planned([*fixed, *trial.overrides], sweep)
            trial.run = plan.hash
            if plan.hash in known or plan.hash in sweep.errors:
                note(0, None)
            else:
                todo.append(len(sweep.plans))
            if plan.hash not in known:
                known.add(plan.hash)
                sweep.plans.append(plan)
        self._launch(sweep, todo, note)

    def _planned(self, overrides: list[str], sweep: Sweep) -> Plan:
        """Return a trial's job, recorded as failed if impossible."""
        try:
            return self._compose(overrides)[0]
        except Exception as error:
            if (lines := messages(error)) is None:
                raise
            plan = Plan(f"impossible-{short(' '.join(overrides))}", tuple(overrides), None)
            sweep.errors[plan.hash] = {"error": "\n".join(lines), "told": lines[0]}
            return plan


def _worth(trial: Trial, sweep: Sweep, objective: Objective) -> float | None:
    """Return a trial's objective, None if it failed."""
    if trial.run in sweep.errors:
        return None
    record = Record(sweep.results / "runs" / trial.run)
    try:
        return objective.value(record.summary, record.config.ship)
    except Undefined as undefined:
        sweep.errors[trial.run] = {"error": str(undefined), "told": None}
        return None
