"""A job: the checked settings of one run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from agents import Agent
from sim._version import __version__
from sim.analysis.identity import RESULTS_EPOCH, run_hash
from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.objective import DEFAULT, Objective
from sim.analysis.stopping_rule import StoppingRule
from sim.laws.durations import text
from sim.scenario import Scenario


@dataclass(frozen=True)
class Job:
    """One run to make."""

    scenario: Scenario  # the world
    agent: Agent  # learner x correction x cadence
    seed: int  # the run's seed
    replications: int  # how many; with a stopping rule, those at the first interim analysis
    block: int | None  # requests computed at once, None to adapt
    trace: bool  # whether to write every request and impression
    choices: Mapping[str, str]  # the name chosen in each config group, to show
    folder: Path | None  # the folder of the files that the scenario names
    objective: Objective = DEFAULT  # the number to minimise
    asked: tuple[str, ...] = ()  # the keys that the user set, dotted
    until: StoppingRule | None = None  # the stopping rule; None: the number of replications is fixed
    score_from: float = 0.0  # seconds; requests before it are not scored

    def warnings(self) -> list[str]:
        """Return warnings about this run, a line each."""
        return warnings_of([self])

    @cached_property
    def hash(self) -> str:
        """The name of the run: see `sim.analysis.identity`."""
        return run_hash(self.scenario, self.agent, self.seed, self.replications, self.score_from)

    def of(self, replications: int) -> Job:
        """Return the job with another, fixed number of replications."""
        return replace(self, replications=replications, until=None)


def config_of(job: Job) -> dict[str, Any]:
    """Return the resolved configuration of a job, plain data."""
    return {
        "run": job.hash,
        "version": __version__,
        "epoch": RESULTS_EPOCH,
        "choices": dict(job.choices),
        "seed": job.seed,
        "replications": job.replications,
        "score_from": text(job.score_from),
        "block": job.block,
        "trace": job.trace,
        "agent": json.loads(json.dumps(job.agent.describe(), default=str)),
        "scenario": job.scenario.plain(),
    }
