"""``delaylab replay``: explain why a user saw a slate."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from typing import Any

from sim.analysis.replay.replay import instant, replay
from sim.errors import LabError, harmless
from sim.lab.base.console import print_message
from sim.lab.cli._options import add_results, check_files, find_here, folder, write_text
from sim.lab.report.text.replay import show, show_visits
from sim.lab.run.rebuild import find_run, rebuild
from sim.lab.store.traced_visits import against_trace, history
from sim.pipeline.agent_error import AgentError
from sim.scenario import ScenarioError

HELP = "say why a user of a run saw a slate: what the model knew, what the user wanted, what would have been better"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run's folder, or the start of its hash")
    parser.add_argument("--user", type=int, required=True, metavar="U", help="the user, from 0")
    parser.add_argument("--visit", type=int, metavar="V", help="which of the user's visits, from 0; without it, a list")
    parser.add_argument("--replication", type=int, default=0, metavar="R", help="of several, from 0 (0)")
    add_results(parser)
    parser.add_argument("--json", type=folder, metavar="FILE", help="write what is found to this file too")
    text = "import the run's classes that are not in agents, also from this folder: that runs their code"
    parser.add_argument("--trust", action="store_true", help=text)


def main(options: argparse.Namespace) -> int:
    """Rebuild the run and explain the request."""
    check_files(options.json)
    try:
        found = _explain(options)
    except ScenarioError as error:
        raise ScenarioError([harmless(line) for line in error.messages]) from error
    except (LabError, AgentError) as error:  # messages quote text from untrusted files
        raise LabError(harmless(" ".join(str(error).split()))) from error
    if options.json is not None:
        write_text(options.json, json.dumps(found, indent=2, allow_nan=False) + "\n")
    return 0


def _explain(options: argparse.Namespace) -> Any:
    if options.trust:
        find_here()
    run = rebuild(find_run(options.run, options.results), options.trust)
    _warn(run.warnings)
    user, visit, replication = options.user, options.visit, options.replication
    visits, differs = history(run, user, replication)
    _warn(differs)
    if visit is None:
        show_visits(run, user, visits)
        return [vars(v) for v in visits]
    at = instant(visits, user, visit)
    found = replay(run.scenario, run.agent, user, visit, run.seed, replication, at)
    _warn(against_trace(run, found, replication))
    show(run, found)
    return found.plain()


def _warn(lines: Iterable[str]) -> None:
    print_message([f"warning: {harmless(line)}" for line in lines])
