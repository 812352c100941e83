"""``delaylab export``: write a run's log for other tools."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.analysis.off_policy.contexts import contexts
from sim.analysis.units import counted
from sim.errors import LabError, refusing
from sim.lab.cli._options import folder
from sim.lab.cli._stored_run import add_run, stored_run
from sim.lab.store.atomic import new_folder, writing
from sim.lab.store.exported import FORMATS
from sim.laws.durations import seconds, text

HELP = "write the log of a run, with context and candidates, for Open Bandit Pipeline, Vowpal Wabbit or Parquet"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_run(parser)
    parser.add_argument("--as", dest="format", required=True, choices=list(FORMATS), help="the format")
    parser.add_argument("--to", type=folder, metavar="DIR", help="a new folder for the files (./HASH-FORMAT)")
    parser.add_argument("--at", metavar="TIME", help="read the log at this instant, such as 3d (the horizon)")


def main(options: argparse.Namespace) -> int:
    """Write the files into a new folder."""
    with stored_run(options, "export") as run:
        target: Path = options.to or Path(f"{run.record.hash}-{options.format}").absolute()
        if target.exists():
            raise LabError(f"export: {target} is there already; a new folder is needed")
        with refusing("export: --at: {why}", ValueError, TypeError):
            at = run.scenario.horizon if options.at is None else seconds(options.at)
        if not 0.0 < at <= run.scenario.horizon:
            allowed = f"an instant above 0 and up to the horizon, {text(run.scenario.horizon)}, is allowed"
            raise LabError(f"export: --at: is {text(at)}; {allowed}")
        run.check_traced(options.replication, "export")
        requests = contexts(run, at, options.replication)
        with writing(target.parent), new_folder(target.parent, target.name) as hidden:
            rows = FORMATS[options.format](hidden, requests)
            if not rows:
                raise LabError(f"export: no request lies before {text(at)}")
    print(f"wrote {counted(rows, 'impression')}, as known at {text(at)}, to {target}")
    return 0
