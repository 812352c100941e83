"""Entry points: ``python -m sim`` and ``delaylab``."""

from __future__ import annotations

import os
import sys

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def _calm() -> None:
    """Let linear algebra run on one thread: its matrices are small, and its bits then do not depend on the machine."""
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")


def main() -> int:
    """Run one job or a sweep: ``python -m sim [overrides]``."""
    _calm()
    from sim.lab.app import main as run

    return run(sys.argv[1:])


def delaylab() -> int:
    """Run a subcommand: ``delaylab COMMAND``."""
    _calm()
    from sim.lab.cli import main as command

    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
