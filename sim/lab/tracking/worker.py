"""The process that logs: ``python -m sim.lab.tracking.worker``, started by `sim.lab.tracking.process`.

It imports MLflow while the simulation runs, reads an order a line from its standard input, and answers each with a
line. What comes by a line is our own; what lies in the folders that it names may be anybody's.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, NoReturn

from sim.errors import LabError
from sim.lab.tracking.client import quiet_environment
from sim.lab.tracking.log import FAILED, LOGGED, Log

_LOOK = 1.0  # seconds between looks for a parent that has died
Answer = dict[str, Any]


def main() -> NoReturn:
    """Log until there are no more orders."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    signal.signal(signal.SIGTERM, _ended)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # whatever a library prints is no answer

    def answer(**told: Any) -> None:
        with suppress(BrokenPipeError):  # nobody hears it; what was ordered is logged all the same
            print(json.dumps(told), file=answers, flush=True)

    orders: SimpleQueue[str | None] = SimpleQueue()
    Thread(target=_read, args=(orders,), daemon=True).start()
    code = 0
    try:
        _import()
        work = Work(lambda line: answer(told=line))
        for order in _until_ended(orders):
            answer(**work.do(**json.loads(order)))
    except Exception as error:  # an installation that is broken
        answer(told=f"MLflow: {type(error).__name__}: {error}")
        code = 1
    except SystemExit:  # nothing is left half made
        code = 1
    os._exit(code)  # the thread that reads would be in the way of a proper end


def _ended(*_: object) -> NoReturn:
    raise SystemExit


def _import() -> None:
    """Import MLflow, without garbage collection: what that makes stays."""
    quiet_environment()
    gc.disable()
    import_module("sim.lab.tracking.publish")
    gc.freeze()
    gc.enable()


def _read(orders: SimpleQueue[str | None]) -> None:
    """Read at once what is ordered, so that who orders never waits."""
    for line in sys.stdin:
        orders.put(line)
    orders.put(None)


def _until_ended(orders: SimpleQueue[str | None]) -> Iterator[str]:
    """Yield orders until there are no more, or whoever gives them is dead and left the pipe to another process."""
    parent = os.getppid()
    while os.getppid() == parent or not orders.empty():
        try:
            order = orders.get(timeout=_LOOK)
        except Empty:
            continue
        if order is None:
            return
        yield order


class Work:
    """What each order does.

    Args:
        say: takes lines for people.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._log: Log | None = None
        self._refused = False

    def do(self, do: str, **how: Any) -> Answer:
        """Do what is ordered; return what came of it."""
        try:
            outcome = getattr(self, f"_{do}")(**how)
        except Exception as error:
            known = isinstance(error, LabError)
            self._say(str(error) if known else f"MLflow: cannot log ({type(error).__name__}: {error})")
            outcome = FAILED
            self._refused = known and do == "open" and self._log is not None and self._log.deleted is None
        return {"done": do, "outcome": outcome, **self._state()}

    def _open(self, results: str, uri: str | None, **how: Any) -> str:
        with suppress(OSError):  # the log says it better
            Path(results).mkdir(parents=True, exist_ok=True)
            os.chdir(results)  # MLflow's own place for files is the working directory
        self._log = Log(Path(results), uri, say=self._say, **how)
        return LOGGED if self._log.open() else FAILED

    def _run(self, folder: str, **how: Any) -> str:
        assert self._log is not None
        return self._log.log_run(Path(folder), **how)

    def _sweep(self, folder: str) -> str:
        assert self._log is not None
        return self._log.log_sweep(Path(folder))

    def _state(self) -> Answer:
        names = ("offline", "deleted", "former", "experiment_id")
        return {"refused": self._refused, **{name: getattr(self._log, name, None) for name in names}}


if __name__ == "__main__":
    main()
