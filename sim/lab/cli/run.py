"""``delaylab run``: the same as ``python -m sim``."""

from __future__ import annotations

import argparse

from sim.lab.cli._options import find_here

HELP = "run one job or a sweep; the same as python -m sim"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("overrides", nargs=argparse.REMAINDER, help="Hydra overrides; see delaylab run --help")


def main(options: argparse.Namespace) -> int:
    """Run."""
    from sim.lab.entry.app import main as run

    find_here()
    return run(options.overrides, "delaylab run")
