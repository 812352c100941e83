"""A job from a composed configuration, checked."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from agents import Agent
from sim.analysis.jobs.checked import checked_job
from sim.analysis.jobs.job import Job, config_of
from sim.analysis.stored.agent_classes import check
from sim.errors import LabError, innermost, refusing
from sim.lazy import hydra, omegaconf
from sim.scenario import find

__all__ = ["GROUPS", "Job", "agent_of", "choices_of", "config_of", "job_of", "keys_of", "parted", "plain", "results_of"]
GROUPS = ("scenario", "agent", "learner", "correction", "cadence")


def job_of(config: omegaconf.DictConfig, hydra: Any) -> Job:
    """Return the job of a configuration without Hydra's own node.

    The scenario's file was checked before, so that errors name its lines; here they name an override's key.
    """
    choices, asked = choices_of(hydra), keys_of(hydra)
    folder = find(str(choices["scenario"])).parent if choices.get("scenario") else None
    chosen = {group: str(choices[group]) for group in GROUPS if choices.get(group)}
    return checked_job(plain(config), lambda: agent_of(config, asked), chosen, asked, folder)


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


def build(part: str, node: omegaconf.DictConfig, asked: Collection[str] = ()) -> Any:
    """Return a node's object; errors name the wrong key.

    ``asked`` are the dotted keys that were set on the command line.
    """
    given: Any = omegaconf.OmegaConf.to_container(node, resolve=True)
    if not isinstance(given, dict) or not isinstance(given.get("_target_"), str):
        raise LabError(f"{part}: names no class; _target_: package.Class is needed")
    check(part, given, asked)
    try:
        return hydra.utils.instantiate(node)
    except (Exception, SystemExit) as error:  # whatever a constructor may raise is about the keys it was given
        raise LabError(f"{part}: {innermost(error)}") from error


def results_of(config: omegaconf.DictConfig) -> Path:
    """Return the absolute results folder of a configuration."""
    return Path(config.results.dir).expanduser().absolute()
