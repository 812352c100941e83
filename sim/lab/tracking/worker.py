"""The process that logs: ``python -m sim.lab.tracking.worker``, started by `sim.lab.tracking.process`.

It imports MLflow while the simulation runs. Each line of its standard input is an order, each line of its output an
answer. The orders are our own; the folders that they name may be a stranger's.
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

from sim.lab.tracking.client import quiet_environment
from sim.lab.tracking.log import Log
from sim.lab.tracking.process import STATE, Answer

_LOOK = 1.0  # seconds between checks of the parent process


def main() -> NoReturn:
    """Log until there are no more orders."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an exception, so that nothing is left half made
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer

    def answer(**told: Any) -> None:
        with suppress(BrokenPipeError):  # the orders of a parent that died are carried out
            print(json.dumps(told), file=answers, flush=True)

    orders: SimpleQueue[str | None] = SimpleQueue()
    Thread(target=_read, args=(orders,), daemon=True).start()
    code = 1
    try:
        quiet_environment()
        import_module("sim.lab.tracking.publish")  # and with it MLflow, before the first order
        gc.freeze()
        work = Work(lambda line: answer(told=line))
        for order in _until_ended(orders):
            answer(**work.do(**json.loads(order)))
        code = 0
    except Exception as error:  # a broken installation
        answer(told=f"MLflow: {type(error).__name__}: {error}")
    finally:
        os._exit(code)  # the thread that reads would block a normal exit


def _read(orders: SimpleQueue[str | None]) -> None:
    """Read orders at once: they outlive the parent."""
    for line in sys.stdin:
        orders.put(line)
    orders.put(None)


def _until_ended(orders: SimpleQueue[str | None]) -> Iterator[str]:
    """Yield orders until the end or the parent's death."""
    parent = os.getppid()  # another process of the program may keep the pipe open after its death
    while os.getppid() == parent or not orders.empty():
        with suppress(Empty):
            if (order := orders.get(timeout=_LOOK)) is None:
                return
            yield order


class Work:
    """Carries out orders."""

    _log: Log

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say

    def do(self, do: str, **how: Any) -> Answer:
        """Carry out an order; return its outcome and the state."""
        outcome = self._open(**how) if do == "open" else getattr(self._log, do)(**how)
        return {"done": do, "outcome": outcome} | {name: getattr(self._log, name) for name in STATE}

    def _open(self, results: str, uri: str | None, **how: Any) -> bool:
        with suppress(OSError):  # the log reports it
            Path(results).mkdir(parents=True, exist_ok=True)
            os.chdir(results)  # MLflow's own place for files is the working directory
        self._log = Log(Path(results), uri, say=self._say, **how)
        return self._log.open()


if __name__ == "__main__":
    main()
