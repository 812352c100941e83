"""``delaylab evaluate``: estimate an agent's value from a log."""

from __future__ import annotations

import argparse
import inspect
import shlex
from importlib import import_module

from agents import Agent
from sim.analysis.off_policy.evaluate import evaluate
from sim.analysis.off_policy.labels import PENDING
from sim.analysis.off_policy.shown import remarks, table
from sim.analysis.units import counted
from sim.errors import LabError, harmless, refusing
from sim.lab.base.console import out
from sim.lab.cli._options import add_json, as_options, check_files, find_here, write_json
from sim.lab.cli._stored_run import add_run, stored_run
from sim.lab.cli._two_agents import beginning
from sim.lab.entry.api import agent_composed, agent_named
from sim.lab.report.text.tables import show
from sim.laws.durations import text

HELP = "estimate what an agent would earn, from the log of another, beside what it would earn in truth"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_run(parser)
    help_agent = "the target: a name in conf/agent, a class of yours (module:Class), or 'learner=mine cadence=hourly'"
    parser.add_argument("--agent", required=True, metavar="AGENT", help=help_agent)
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of config files of your own, as for delaylab run")
    help_at = "instants at which the log is read, such as 1d,3d,7d (the horizon)"
    parser.add_argument("--at", metavar="TIMES", help=help_at)
    help_train = "the agent learns from the log up to then, and is frozen (half of the first instant)"
    parser.add_argument("--train", metavar="TIME", help=help_train)
    help_pending = f"what is done with pending labels: {', '.join(PENDING)} (all)"
    parser.add_argument("--pending", default=",".join(PENDING), metavar="RULES", help=help_pending)
    add_json(parser)


def main(options: argparse.Namespace) -> int:
    """Evaluate; print and write the numbers."""
    check_files(options.json)
    with stored_run(options, "evaluate") as run:
        run.check_traced(options.replication, "evaluate")
        at = _several(options.at) if options.at else [run.scenario.horizon]
        target = _target(options.agent, options.config_dir)
        with as_options("at", "train", "pending"), refusing("evaluate: {why}", ValueError, TypeError):
            frame = evaluate(
                run, target, at, train=options.train, pending=_several(options.pending), replication=options.replication
            )
        title = f"{run.scenario.name}, logged by {type(run.agent.learner).__name__}; target {options.agent}"
        log = f"{counted(int(frame['requests'].max()), 'request')} up to {text(float(frame['read_at'].max()))}"
        show([table(frame, harmless(f"{title}, {log}")), *remarks(frame, run.scenario)], out(), "")
        write_json(options.json, frame.astype(object).where(frame.notna(), None).to_dict("records"))
    return 0


def _target(given: str, config_dir: str | None) -> Agent:
    """Return the agent of a name, a class or overrides."""
    module, colon, name = given.partition(":")
    if not colon or "=" in given:
        if config_dir is None and "=" not in given:
            return agent_named(given)
        find_here()
        with beginning("--agent"):
            return agent_composed(shlex.split(given if "=" in given else f"agent={given}"), config_dir)
    find_here()
    try:
        made = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise LabError(f"--agent: {given}: {error}") from error
    return Agent.of(made() if inspect.isclass(made) else made)


def _several(given: str) -> list[str]:
    return [one.strip() for one in given.split(",")]
