"""``delaylab replay``: explain why a user saw a slate."""

from __future__ import annotations

import argparse
from typing import Any

from sim.analysis.replay.replay import instant, replay
from sim.analysis.replay.shown import parts, visits_parts
from sim.analysis.settings import run_label
from sim.lab.base.console import out
from sim.lab.cli._options import add_json, check_files, write_json
from sim.lab.cli._stored_run import add_run, stored_run, warn
from sim.lab.report.text.tables import show
from sim.lab.store.run_folder import Stored
from sim.lab.store.traced_visits import against_trace, history

HELP = "say why a user of a run saw a slate: what the model knew, what the user wanted, what would have been better"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_run(parser, "a run's folder")
    parser.add_argument("--user", type=int, required=True, metavar="U", help="the user, from 0")
    parser.add_argument("--visit", type=int, metavar="V", help="which of the user's visits, from 0; without it, a list")
    add_json(parser)


def main(options: argparse.Namespace) -> int:
    """Rebuild the run and explain the request."""
    check_files(options.json)
    with stored_run(options, "replay") as run:
        found = _explain(run, options)
    write_json(options.json, found)
    return 0


def _explain(run: Stored, options: argparse.Namespace) -> Any:
    user, visit, replication = options.user, options.visit, options.replication
    visits, differs = history(run, user, replication)
    warn(differs)
    name = run_label(run.record.config)
    if visit is None:
        show(visits_parts(name, user, visits), out())
        return [vars(v) for v in visits]
    at = instant(visits, user, visit)
    found = replay(run.scenario, run.agent, user, visit, run.seed, replication, at)
    warn(against_trace(run, found, replication))
    show(parts(name, found), out())
    return found.plain()
