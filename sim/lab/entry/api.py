"""The Python front door: `simulate` with names or objects."""

from __future__ import annotations

from collections.abc import Mapping
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario import Scenario
from sim.simulation import Run
from sim.simulation import simulate as _simulate

if TYPE_CHECKING:
    from agents import Agent

__all__ = ["Run", "simulate"]


def simulate(
    scenario: Scenario | str | Path | Mapping[str, Any],
    agent: Any = "linucb_online",
    seed: int = 0,
    replications: int = 1,
    block: int | None = None,
    trace: bool = True,
    score_from: float | str = 0.0,
) -> Run:
    """Run an agent in a world and return scores and trace; nothing is written.

    Args:
        scenario: a `Scenario`, the name of one that ships, a path, or its content as a dict.
        agent: a name in ``conf/agent``, an `agents.Agent`, or an object of one's own with ``train`` and ``policy``.
        seed: a whole number >= 0; equal seeds give two agents the same users, tastes and noise.
        replications: independent repetitions; two or more give intervals.
        block: requests computed at once, None to adapt; it has no say in the result.
        trace: keep every request and impression in memory.
        score_from: the end of the warm-up, such as ``1d``; requests before it are not scored.

    Returns:
        Scores, curve, versions, requests, impressions, fingerprint.

    Raises:
        ScenarioError: the scenario is wrong.
        LabError: no agent of that name.
        TypeError: an object that is no agent.
        AgentError: the agent broke its contract.
        ValueError: a number out of range, or a warm-up as long as the run.

    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", agent="uniform", trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    1.0
    """
    made = _agent(agent)
    for line in made.warnings():
        getLogger("delaylab").warning("warning: %s", line)  # to stderr, unless whoever calls says otherwise
    world = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    return _simulate(world, made, seed=seed, replications=replications, block=block, trace=trace, score_from=score_from)


def _agent(agent: Any) -> Agent:
    if isinstance(agent, str):
        from sim.lab.entry.named_agents import agent_named

        return agent_named(agent)
    from agents import Agent

    return Agent.of(agent)
