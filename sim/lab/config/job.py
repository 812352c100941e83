"""A job from a composed configuration, checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from agents import Agent
from sim.analysis.jobs.command_line import KEYS
from sim.analysis.jobs.job import Job, config_of
from sim.analysis.objective import objective_of
from sim.analysis.stopping_rule import stopping_rule_of
from sim.errors import LabError, refusing, unknown_key, whole
from sim.lab.config.build_agent import build
from sim.lazy import omegaconf
from sim.pipeline.world_labels import check_world_labels
from sim.scenario import Scenario, ScenarioError, find
from sim.simulation import MOST, start_of

__all__ = ["GROUPS", "Job", "agent_of", "choices_of", "config_of", "job_of", "keys_of", "parted", "plain", "results_of"]
GROUPS = ("scenario", "agent", "learner", "correction", "cadence")


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
