"""``delaylab export``: write a run's log for other tools."""

from __future__ import annotations

import argparse
from pathlib import Path

from sim.analysis.off_policy.contexts import contexts
from sim.errors import LabError, harmless, refusing
from sim.lab.base.console import print_message
from sim.lab.cli._options import add_results, find_here, folder
from sim.lab.run.rebuild import find_run, rebuild
from sim.lab.store.atomic import new_folder, writing
from sim.lab.store.exported import FORMATS
from sim.lab.store.traced_run import traced_run
from sim.laws.durations import seconds, text

HELP = "write the log of a run, with context and candidates, for Open Bandit Pipeline, Vowpal Wabbit or Parquet"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("run", metavar="RUN", help="a run's folder with its trace, or the start of its hash")
    parser.add_argument("--as", dest="format", required=True, choices=list(FORMATS), help="the format")
    parser.add_argument("--to", type=folder, metavar="DIR", help="a new folder for the files (./HASH-FORMAT)")
    parser.add_argument("--at", metavar="TIME", help="read the log at this instant, such as 3d (the horizon)")
    parser.add_argument("--replication", type=int, default=0, metavar="R", help="of several, from 0 (0)")
    add_results(parser)
    text_of_trust = "import the run's classes that are not in agents, also from this folder: that runs their code"
    parser.add_argument("--trust", action="store_true", help=text_of_trust)


def main(options: argparse.Namespace) -> int:
    """Write the files into a new folder."""
    try:
        return _export(options)
    except LabError as error:  # messages quote text from untrusted files
        raise LabError(harmless(" ".join(str(error).split()))) from error


def _export(options: argparse.Namespace) -> int:
    if options.trust:
        find_here()
    run = rebuild(find_run(options.run, options.results, "export"), options.trust)
    print_message([f"warning: {harmless(line)}" for line in run.warnings])
    target: Path = options.to or Path(f"{run.record.hash}-{options.format}").absolute()
    if target.exists():
        raise LabError(f"export: {target} is there already; a new folder is needed")
    with refusing("export: --at: {why}", ValueError, TypeError):
        at = run.scenario.horizon if options.at is None else seconds(options.at)
    if not 0.0 < at <= run.scenario.horizon:
        allowed = f"instants above 0 and up to the horizon, {text(run.scenario.horizon)}, are allowed"
        raise LabError(f"export: --at: {allowed}")
    requests = contexts(traced_run(run, options.replication, "export"), at, options.replication)
    with writing(target.parent), new_folder(target.parent, target.name) as hidden:
        rows = FORMATS[options.format](hidden, requests)
        if not rows:
            raise LabError(f"export: no request lies before {text(at)}")
    print(f"wrote {rows} impressions, as known at {text(at)}, to {target}")
    return 0
