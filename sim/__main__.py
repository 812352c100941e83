"""Entry points: ``python -m sim`` and ``delaylab``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run one job or a sweep: ``python -m sim [overrides]``."""
    from sim.lab.app import main as run

    return run(sys.argv[1:])


def delaylab() -> int:
    """Run a subcommand: ``delaylab COMMAND``."""
    from sim.lab.cli import main as command

    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
