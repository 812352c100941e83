"""``delaylab compare``: the comparison table of runs that are there."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sim.lab.cli._options import add_results
from sim.lab.console import out
from sim.lab.errors import LabError, unknown

HELP = "compare the runs of a results folder, or of one sweep"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_results(parser)
    parser.add_argument("--sweep", metavar="NAME", help="only the runs of this sweep")
    parser.add_argument("--csv", action="store_true", help="all scores as CSV")
    parser.add_argument("--figure", metavar="PNG", type=Path, help="write a figure too")


def main(options: argparse.Namespace) -> int:
    """Print the table, or CSV."""
    from sim.lab.record import records
    from sim.lab.sweep import runs_of, sweeps
    from sim.lab.table import compare, show

    names = [folder.name for folder in sweeps(options.results)]
    if options.sweep and options.sweep not in names:
        raise unknown("sweep", options.sweep, names)
    found = runs_of(options.results, options.sweep) if options.sweep else records(options.results)
    if not found:
        raise LabError(f"compare: no complete run in {options.results / 'runs'}")
    if options.csv:
        compare(found).to_csv(sys.stdout, index=False)
    else:
        show(found, out())
    if options.figure:
        from sim.lab.figure import draw

        draw(found, options.figure.expanduser().absolute())
    return 0
