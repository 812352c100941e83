"""``delaylab evaluate``: estimate an agent's value from a log."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sim.analysis.off_policy.evaluate import evaluate
from sim.analysis.off_policy.labels import PENDING
from sim.errors import LabError, harmless, refusing
from sim.lab.base.console import print_message
from sim.lab.cli._options import add_results, check_files, find_here, folder, write_text
from sim.lab.entry.api import agent_named
from sim.lab.report.text.off_policy import show
from sim.lab.run.rebuild import find_run, rebuild
from sim.lab.store.traced_run import traced_run
from sim.laws.durations import text
from sim.pipeline.agent_error import AgentError

HELP = "estimate what an agent would earn, from the log of another, beside what it would earn in truth"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run's folder with its trace, or the start of its hash")
    parser.add_argument("--agent", required=True, metavar="NAME", help="the target, a name in conf/agent")
    help_at = "instants at which the log is read, such as 1d,3d,7d (the horizon)"
    parser.add_argument("--at", metavar="TIMES", help=help_at)
    help_train = "the agent learns from the log up to then, and is frozen (half of the first instant)"
    parser.add_argument("--train", metavar="TIME", help=help_train)
    help_pending = f"what becomes of pending labels: {', '.join(PENDING)} (all)"
    parser.add_argument("--pending", default=",".join(PENDING), metavar="RULES", help=help_pending)
    parser.add_argument("--replication", type=int, default=0, metavar="R", help="of several, from 0 (0)")
    add_results(parser)
    parser.add_argument("--json", type=folder, metavar="FILE", help="write the numbers to this file too")
    help_trust = "import the run's classes that are not in agents, also from this folder: that runs their code"
    parser.add_argument("--trust", action="store_true", help=help_trust)


def main(options: argparse.Namespace) -> int:
    """Evaluate; print and write the numbers."""
    check_files(options.json)
    try:
        _evaluate(options)
    except (LabError, AgentError) as error:  # messages quote text from untrusted files
        raise LabError(harmless(" ".join(str(error).split()))) from error
    return 0


def _evaluate(options: argparse.Namespace) -> None:
    if options.trust:
        find_here()
    run = rebuild(find_run(options.run, options.results, "evaluate"), options.trust)
    print_message([f"warning: {harmless(line)}" for line in run.warnings])
    traced = traced_run(run, options.replication, "evaluate")
    at = _several(options.at) if options.at else [run.scenario.horizon]
    with refusing("evaluate: {why}", ValueError, TypeError):
        frame = evaluate(
            traced, agent_named(options.agent), at, train=options.train, pending=_several(options.pending),
            replication=options.replication,
        )  # fmt: skip
    title = f"{run.scenario.name}, logged by {type(run.agent.learner).__name__}; target {options.agent}"
    show(frame, harmless(f"{title}, {frame['requests'].max()} requests up to {text(float(frame['read_at'].max()))}"))
    if options.json is not None:
        _write(options.json, frame.astype(object).where(frame.notna(), None).to_dict("records"))


def _several(given: str) -> list[str]:
    return [one.strip() for one in given.split(",")]


def _write(file: Path, rows: object) -> None:
    write_text(file, json.dumps(rows, indent=2, allow_nan=False) + "\n")
