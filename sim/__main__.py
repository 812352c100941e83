"""Entry points: ``python -m sim`` and ``delaylab``."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_INTERRUPTED = 130
_GC_THRESHOLD = 50_000  # new objects between two collections; Python's own number, 700, is for less than we import


def main() -> int:
    """Run one job or a sweep: ``python -m sim [overrides]``."""
    return _entered(_job)


def delaylab() -> int:
    """Run a subcommand: ``delaylab COMMAND``."""
    return _entered(_command)


def _job() -> int:
    _start_ahead(sys.argv[1:])
    from sim.lab.entry.app import main as run

    return run(sys.argv[1:])


def _command() -> int:
    if sys.argv[1:2] == ["run"]:
        _start_ahead(sys.argv[2:])
    from sim.lab.cli import main as command

    return command(sys.argv[1:])


def _start_ahead(arguments: list[str]) -> None:
    """Start the process that logs, before anything slow."""
    from sim.lab.tracking.tracker import start_ahead

    start_ahead(arguments)


def _entered(work: Callable[[], int]) -> int:
    """Run the command; Ctrl-C prints one line at any moment.

    Also while packages are being imported or results tidied up.
    """
    try:
        _calm()
        from sim.lab.base.streams import sturdy
        from sim.lab.config.grammar import with_asserts

        with sturdy() as lost:
            with_asserts()
            code = work()
        return code or int(bool(lost))
    except KeyboardInterrupt:
        print("interrupted; complete runs are kept and not computed again", file=sys.stderr)
        return _INTERRUPTED
    finally:
        if (logging := sys.modules.get("sim.lab.tracking.process")) is not None and hasattr(logging, "dismiss"):
            logging.dismiss()
        gc.freeze()  # Python would collect once more at its end


def _calm() -> None:
    """Limit linear algebra to one thread.

    Its matrices are small, and its bits then do not depend on the machine.
    """
    from sim.lab.base.packages import leave_home_alone

    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    leave_home_alone()
    gc.set_threshold(_GC_THRESHOLD)


def _leave(code: int) -> None:
    """End the process; Ctrl-C has no effect any more.

    All work is done.
    """
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if code == _INTERRUPTED:  # sys.exit would end by the signal instead, if it came while text was being executed
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    _leave(main())
