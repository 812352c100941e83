"""``delaylab check``: validate scenario files."""

from __future__ import annotations

import argparse

from sim.lab.base.console import print_message
from sim.scenario import Scenario, ScenarioError

HELP = "validate scenario files; exit code 2 if one is wrong"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a path, or the name of a scenario that ships")


def main(options: argparse.Namespace) -> int:
    """Check each file; print what is wrong with it."""
    wrong = 0
    for file in options.files:
        try:
            warnings = Scenario.load(file).warnings()
        except ScenarioError as error:
            print_message(error.messages)
            wrong += 1
            continue
        print_message([f"{file}: warning: {line}" for line in warnings])
        print(f"{file}: fine")
    return 2 if wrong else 0
