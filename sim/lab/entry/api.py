"""The Python interface: `simulate` with names or objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from logging import getLogger
from pathlib import Path
from typing import Any

from agents import Agent
from sim import simulation
from sim.errors import unknown
from sim.lab.config.job import Job, agent_of, job_of, parted
from sim.lab.entry import hydra_plugin
from sim.lab.report.one_run import html_table
from sim.lab.report.panels import over_time
from sim.lazy import hydra, matplotlib, omegaconf
from sim.scenario import Scenario
from sim.scenario.library import data_dir

__all__ = ["Run", "simulate"]


@dataclass(frozen=True, repr=False)
class Run(simulation.Run):
    """A run that notebooks show as table and figure.

    It is a `sim.simulation.Run`.
    """

    def plot(self) -> matplotlib.figure.Figure:
        """Return the figure of regret and staleness over time.

        Bands are 95 % intervals over replications.

        Raises:
            ValueError: the run has variants, which a figure has no room for.

        >>> from sim import simulate
        >>> simulate("bernoulli_bandit", agent="ucb1_online", trace=False).plot().axes[0].get_ylabel()
        'regret at the base rate,\\nreward a request'
        """
        if isinstance(self.agent, Mapping):
            raise ValueError("a run with variants has no figure; its curves are in run.curve, by column variant")
        return over_time.plot(self.curve, self._title, () if self.scenario is None else self.scenario.incidents)

    def _repr_html_(self) -> str:
        if not isinstance(self.agent, Mapping):
            return html_table(self.summary, self._title)
        own = {name: {k.removeprefix(f"{name}/"): v for k, v in self.summary.items()} for name in self.agent}
        return "".join(html_table(scores, f"{self._title}, {name}") for name, scores in own.items())

    @property
    def _title(self) -> str:
        world = "" if self.scenario is None else f"{self.scenario.name}: "
        many = f", {len(self.replicates)} replications" if len(self.replicates) > 1 else ""
        return f"{world}{self.agent!r}, seed {self.seed}{many}"


def simulate(
    scenario: Scenario | str | Path | Mapping[str, Any],
    agent: Any = "linucb_online",
    seed: int = 0,
    replications: int = 1,
    block: int | None = None,
    trace: bool = True,
    score_from: float | str = 0.0,
    split: Mapping[str, float] | None = None,
    log: str = "own",
) -> Run:
    """Run an agent in a world; return scores and trace.

    Nothing is written.

    Args:
        scenario: a `Scenario`, the name of one that ships, a path, or its content as a dict.
        agent: a name in ``conf/agent``, an `agents.Agent`, or your own object with ``train`` and ``policy``; a dict of
            such for the variants of an A/B test in one world.
        seed: a whole number >= 0; equal seeds give two agents the same users, tastes and noise.
        replications: independent repetitions; two or more give intervals.
        block: requests computed at once, None to adapt; it does not change the result.
        trace: keep every request and impression in memory.
        score_from: the end of the warm-up, such as ``1d``; requests before it are not scored.
        split: the share of the users that each variant serves, by name; None for equal shares.
        log: what a variant learns from: ``own``, the requests of its users, or ``shared``, those of all.

    Returns:
        Scores, curve, versions, requests, impressions, fingerprint.

    Raises:
        ScenarioError: the scenario is wrong.
        LabError: there is no agent of that name.
        TypeError: the object is not an agent.
        AgentError: the agent broke its contract.
        ValueError: a number out of range, or a warm-up as long as the run.

    >>> from sim import simulate
    >>> run = simulate("bernoulli_bandit", agent="uniform", trace=False)
    >>> round(run.summary["regret/normalised"], 1)
    1.0
    """
    variants = {name: _made(one) for name, one in agent.items()} if isinstance(agent, Mapping) else None
    made = variants or _made(agent)
    world = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    _warn(made.values() if isinstance(made, Mapping) else [made], world)
    run = simulation.simulate(
        world, made, split=split, log=log, seed=seed, replications=replications, block=block, trace=trace,
        score_from=score_from,
    )  # fmt: skip
    return Run(**{field.name: getattr(run, field.name) for field in fields(run)})


def _warn(agents: Iterable[Agent], world: Scenario) -> None:
    """Log warnings, to standard error unless the caller configured logging."""
    for one in agents:
        for line in one.warnings(reversals=world.feedback.learnt.reversal is not None):
            getLogger("delaylab").warning("warning: %s", line)


def _made(agent: Any) -> Agent:
    return agent_named(agent) if isinstance(agent, str) else Agent.of(agent)


def agent_named(name: str) -> Agent:
    """Return the agent of a name in ``conf/agent``.

    Raises:
        LabError: there is no such agent; the message has the nearest name.
    """
    names = [file.stem for file in (data_dir("conf") / "agent").glob("*.yaml")]
    if name not in names:
        raise unknown("agent", name, names)
    return agent_composed([f"agent={name}"])


def agent_composed(overrides: Sequence[str], config_dir: str | None = None) -> Agent:
    """Return the agent that overrides describe.

    Args:
        overrides: as on the command line, such as ``learner=popular cadence=hourly``.
        config_dir: a folder of config files of one's own.
    """
    return agent_of(_composed(overrides, config_dir))


def job_composed(overrides: Sequence[str], config_dir: str | None = None) -> Job:
    """Return the job that overrides describe.

    Args:
        overrides: as on the command line.
        config_dir: a folder of config files of one's own.
    """
    config = _composed(overrides, config_dir, return_hydra_config=True)
    return job_of(config, parted(config))


def _composed(overrides: Sequence[str], config_dir: str | None, **how: Any) -> omegaconf.DictConfig:
    own = [f"hydra.searchpath=[file://{Path(config_dir).resolve()}]"] if config_dir else []
    hydra_plugin.register()
    held = hydra.core.global_hydra.GlobalHydra.instance()
    theirs, held.hydra = held.hydra, None  # a Hydra program of the caller is suspended
    try:
        with hydra.initialize_config_dir(str(data_dir("conf")), job_name="delaylab", version_base="1.3"):
            return hydra.compose("config", [*overrides, *own, "tracker=none"], **how)
    finally:
        hydra.core.global_hydra.GlobalHydra.instance().hydra = theirs  # composing has replaced the instance
