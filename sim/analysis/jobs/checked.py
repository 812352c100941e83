"""A job from plain settings, each of them checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agents import Agent
from sim.analysis.jobs.command_line import KEYS
from sim.analysis.jobs.job import Job
from sim.analysis.objective import objective_of
from sim.analysis.stopping_rule import stopping_rule_of
from sim.errors import LabError, refusing, unknown_key, whole
from sim.pipeline.world_labels import check_world_labels
from sim.scenario import Scenario, ScenarioError
from sim.simulation import MOST, start_of

_KNOWN = {key.partition(".")[0] for key in KEYS} - {"agent", "experiment", "platform"} | {"sweep"}


def checked_job(
    settings: Mapping[str, Any],
    agent_of: Callable[[], Agent],
    choices: Mapping[str, str],
    asked: tuple[str, ...],
    folder: Path | None,
) -> Job:
    """Return the job of the settings of a command line.

    Args:
        settings: values by key, `sim.analysis.jobs.command_line.KEYS`.
        agent_of: makes the agent, once the settings before it are checked.
        choices: the name chosen in each config group.
        asked: the keys that the user set, dotted.
        folder: the folder of the files that the scenario names.

    Raises:
        LabError: a key is unknown or missing, or a value is not allowed.
        ScenarioError: the scenario is wrong; its lines begin with ``scenario.``.
    """
    _check_keys(settings)
    for key in ("rerun", "quick"):
        _flag(settings, key)
    wanted = settings["replications"]
    until = stopping_rule_of(wanted) if isinstance(wanted, Mapping) else None
    replications = whole("replications", wanted, most=MOST) if until is None else until.least
    try:
        scenario = Scenario.check(settings["scenario"], folder=folder)
    except ScenarioError as error:
        raise ScenarioError(f"scenario.{line}" for line in error.messages) from None
    agent = agent_of()
    check_world_labels(agent, scenario)
    return Job(
        scenario=scenario,
        agent=agent,
        seed=whole("seed", settings["seed"], 0, MOST, " and below 2**63"),
        replications=replications,
        block=None if settings["block"] is None else whole("block", settings["block"], most=MOST),
        trace=_flag(settings, "trace"),
        choices=choices,
        folder=folder,
        asked=asked,
        objective=objective_of(settings["objective"], replications),
        until=until,
        score_from=_start(settings["score_from"], scenario),
    )


def _start(value: Any, scenario: Scenario) -> float:
    start = value if isinstance(value, str) else float(whole("score_from", value, 0, more=", or text such as 1d"))
    with refusing("score_from: {why}", ValueError):
        return start_of(start, scenario)


def _check_keys(settings: Mapping[str, Any]) -> None:
    """Refuse added keys, and the removal of known ones."""
    for key in sorted(_KNOWN - set(settings)):
        raise LabError(f"{key}: is missing; it cannot be removed")
    results = settings["results"]
    if not isinstance(results, Mapping) or not isinstance(results.get("dir"), str):
        raise LabError(f"results: is {results}; results.dir=PATH is allowed")
    if not results["dir"].strip():
        raise LabError("results.dir: is empty; results.dir=PATH is allowed")
    for above, node, allowed, shown in (("", settings, _KNOWN, KEYS), ("results.", results, {"dir"}, ("dir",))):
        for key in map(str, set(node) - allowed):
            raise LabError(f"{unknown_key(above + key, shown)}; its value {node[key]!r} would not be read")


def _flag(settings: Mapping[str, Any], key: str) -> bool:
    value = settings[key]
    if not isinstance(value, bool):
        raise LabError(f"{key}: is {value!r}; true or false is allowed")
    return value
