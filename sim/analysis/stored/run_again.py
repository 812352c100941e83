"""World, agent and numbers of a stored run, built again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents import Agent
from sim.analysis.identity import RESULTS_EPOCH, epoch_of, run_hash
from sim.analysis.settings import score_from
from sim.analysis.stored.agent_again import agent_again
from sim.errors import LabError, refusing
from sim.scenario import Scenario, ScenarioError
from sim.simulation import MOST, start_of


@dataclass(frozen=True)
class RunAgain:
    """What a stored run was computed from."""

    scenario: Scenario
    agent: Agent
    seed: int
    replications: int
    name: str  # that the run has by the present code


def run_again(config: Mapping[str, Any], folder: Path, trust: bool = False) -> RunAgain:
    """Return what a stored configuration describes.

    Args:
        config: it; a stranger may have written it.
        folder: where the files are that the laws of its scenario name.
        trust: whether classes that are not ours are imported, which runs their code.

    Raises:
        LabError: it describes no run, or one with classes that are not trusted.
        ScenarioError: its scenario is wrong.
    """
    scenario = scenario_of(config, folder)
    agent = agent_again(config.get("agent"), trust)
    seed, replications = _whole(config, "seed", 0), _whole(config, "replications", 1)
    with refusing("config.yaml: score_from: {why}", ValueError):
        start = start_of(score_from(config), scenario)
    return RunAgain(scenario, agent, seed, replications, run_hash(scenario, agent, seed, replications, start))


def scenario_of(config: Mapping[str, Any], folder: Path) -> Scenario:
    """Return the world of a stored run."""
    stored = config.get("scenario")
    if not isinstance(stored, dict):
        raise LabError("config.yaml: scenario: is missing")
    try:
        return Scenario.check(stored, folder=folder)
    except ScenarioError as error:
        raise ScenarioError(f"config.yaml: scenario.{line}" for line in error.messages) from None


def certainty(config: Mapping[str, Any], name: str, of_this_code: Callable[[], bool]) -> tuple[bool, tuple[str, ...]]:
    """Return whether our code computed a run, and doubts.

    Args:
        config: the stored configuration.
        name: that the run has by the present code.
        of_this_code: whether its manifest names the present code.
    """
    try:
        epoch, same = epoch_of(config)[:40], of_this_code()
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return False, ("the folder does not say which code the run was computed by: results may differ",)
    if epoch != str(RESULTS_EPOCH):
        why = f"the run is of results epoch {epoch!r}, and this code of {RESULTS_EPOCH}: results may differ"
        return False, (why,)
    if config.get("run") != name:
        return False, (f"config.yaml describes the run {name}, and not {config.get('run')!r}: it was changed",)
    return same, ()


def _whole(config: Mapping[str, Any], key: str, least: int) -> int:
    value = config.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= MOST:
        raise LabError(f"config.yaml: {key}: is {value!r}; a whole number from {least} to 2**63 - 1 is allowed")
    return value
