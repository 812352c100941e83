"""``delaylab run``: the same as ``python -m sim``."""

from __future__ import annotations

import argparse
import os
import sys

HELP = "run one job or a sweep; the same as python -m sim"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("overrides", nargs=argparse.REMAINDER, help="Hydra overrides; see delaylab run --help")


def main(options: argparse.Namespace) -> int:
    """Run."""
    from sim.lab.app import main as run

    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.insert(0, os.getcwd())  # as python -m has it, so that agents of one's own are found
    return run(options.overrides, "delaylab run")
