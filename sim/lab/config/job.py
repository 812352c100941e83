"""A job: the checked settings of one run."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from agents import Agent
from sim._version import __version__
from sim.analysis.identity import RESULTS_EPOCH, run_hash
from sim.analysis.jobs.no_effect import warnings_of
from sim.analysis.objective import DEFAULT, Objective, objective_of
from sim.analysis.stopping_rule import StoppingRule, stopping_rule_of
from sim.errors import LabError, refusing, unknown_key, whole
from sim.lab.config.build_agent import build
from sim.lab.config.overrides import KEYS
from sim.laws.durations import text
from sim.lazy import omegaconf
from sim.pipeline.world_labels import check_world_labels
from sim.scenario import Scenario, ScenarioError, find
from sim.simulation import MOST, start_of

GROUPS = ("scenario", "agent", "learner", "correction", "cadence")


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


def job_of(config: omegaconf.DictConfig, hydra: Any) -> Job:
    """Return the job of a configuration without Hydra's own node.

    The scenario's file was checked before, so that errors name its lines; here they name an override's key.
    """
    choices = choices_of(hydra)
    _check_top(config)
    _flag("rerun", config.rerun)
    _flag("quick", config.quick)
    folder = find(str(choices["scenario"])).parent if choices.get("scenario") else None
    until = stopping_rule_of(config.replications) if isinstance(config.replications, Mapping) else None
    replications = whole("replications", config.replications, most=MOST) if until is None else until.least
    try:
        scenario = Scenario.check(plain(config.scenario), folder=folder)
    except ScenarioError as error:
        raise ScenarioError(f"scenario.{line}" for line in error.messages) from None
    agent = agent_of(config, keys_of(hydra))
    check_world_labels(agent, scenario)
    return Job(
        scenario=scenario,
        agent=agent,
        seed=whole("seed", config.seed, 0, MOST, " and below 2**63"),
        replications=replications,
        block=None if config.block is None else whole("block", config.block, most=MOST),
        trace=_flag("trace", config.trace),
        choices={group: str(choices[group]) for group in GROUPS if choices.get(group)},
        folder=folder,
        asked=keys_of(hydra),
        objective=objective_of(plain(config.objective), replications),
        until=until,
        score_from=_start(config.score_from, scenario),
    )


def _start(value: Any, scenario: Scenario) -> float:
    start = value if isinstance(value, str) else float(whole("score_from", value, 0, more=", or text such as 1d"))
    with refusing("score_from: {why}", ValueError):
        return start_of(start, scenario)


def plain(node: Any) -> Any:
    """Return a node of a configuration as plain data."""
    return omegaconf.OmegaConf.to_container(node, resolve=True) if omegaconf.OmegaConf.is_config(node) else node


def parted(config: omegaconf.DictConfig) -> Any:
    """Remove and return Hydra's own node."""
    hydra = config.hydra
    with omegaconf.read_write(config), omegaconf.open_dict(config):
        del config["hydra"]
    return hydra


def choices_of(hydra: Any) -> dict[str, Any]:
    """Return the choice by group; a changed agent has none."""
    choices: dict[str, Any] = dict(hydra.runtime.choices)
    return choices | ({"agent": None} if {"learner", "correction", "cadence"} & {*keys_of(hydra)} else {})


def keys_of(hydra: Any) -> tuple[str, ...]:
    """Return the overridden keys, from Hydra's own node."""
    return tuple(str(o).lstrip("+~").partition("=")[0] for o in hydra.overrides.task)


def agent_of(config: omegaconf.DictConfig, asked: Collection[str] = ()) -> Agent:
    """Return the agent that learner, correction, cadence and ship describe."""
    parts = {part: build(part, config[part], asked) for part in ("learner", "correction", "cadence")}
    with refusing("agent: {why}", TypeError, ValueError):
        return Agent(**parts, ship=config.ship)


def _check_top(config: omegaconf.DictConfig) -> None:
    """Refuse added keys, and the removal of known ones."""
    known = {key.partition(".")[0] for key in KEYS} - {"agent", "experiment", "platform"} | {"sweep"}
    for key in sorted(known - set(config)):
        raise LabError(f"{key}: is missing; it cannot be removed")
    results = config.results if isinstance(config.results, Mapping) else None
    if results is None or not isinstance(results.get("dir"), str):
        raise LabError(f"results: is {config.results}; results.dir=PATH is allowed")
    if not results["dir"].strip():
        raise LabError("results.dir: is empty; results.dir=PATH is allowed")
    for above, node, allowed, shown in (("", config, known, KEYS), ("results.", results, {"dir"}, ("dir",))):
        for key in map(str, set(node) - allowed):
            raise LabError(f"{unknown_key(above + key, shown)}; its value {node[key]!r} would not be read")


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise LabError(f"{key}: is {value!r}; true or false is allowed")
    return value


def results_of(config: omegaconf.DictConfig) -> Path:
    """Return the absolute results folder of a configuration."""
    return Path(config.results.dir).expanduser().absolute()


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
