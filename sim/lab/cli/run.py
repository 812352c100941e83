"""``delaylab run``: the same as ``python -m sim``."""

from __future__ import annotations

import argparse

from sim.lab.cli._options import find_here
from sim.lab.entry import app

HELP = "run one job or a sweep; the same as python -m sim"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("overrides", nargs=argparse.REMAINDER, help="Hydra overrides; see delaylab run --help")


def main(options: argparse.Namespace) -> int:
    """Run one job or a sweep."""
    find_here()
    return app.main(options.overrides, "delaylab run")
