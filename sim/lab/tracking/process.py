"""The process that logs, as the simulating process sees it.

The simulating process never waits for MLflow.

It is started as early as possible (`ahead`), because importing MLflow takes longer than a small run.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

SILENCE = 90.0  # seconds for an answer, in addition to the budget of a server
_END = 5.0  # seconds from its last answer to its end
_LAST = 2.0  # seconds from SIGTERM to its end
STATE = ("offline", "deleted", "refused", "former", "experiment_id")  # of the log, in each answer
_WORKER = "sim.lab.tracking.worker"
Answer = dict[str, Any]


class Process:
    """Starts a process that logs; speaks JSON lines with it."""

    def __init__(self) -> None:
        paths = [str(Path(__file__).parents[3]), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            process_group=0,  # Ctrl-C is for this process alone
        )
        self._busy = False
        self._orders: SimpleQueue[bytes | None] = SimpleQueue()
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        self._threads = [Thread(target=work, daemon=True) for work in (self._write, self._read)]
        for thread in self._threads:
            thread.start()

    def order(self, do: str, **how: Any) -> None:
        """Order something; it follows what was ordered before."""
        self._busy |= do != "open"
        self._orders.put(json.dumps({"do": do, **how}).encode() + b"\n")

    def answer(self, patience: float = 0.0) -> Answer | None:
        """Return the next answer; the last one has ``lost``."""
        try:
            return self._answers.get(block=patience > 0, timeout=patience)
        except Empty:
            return {"lost": f"gave no answer for {patience:.0f} s"} if patience else None

    def end(self) -> None:
        """End it after its orders, within a few seconds."""
        self._orders.put(None)
        for seconds in (_END if self._busy else 0.0, _LAST):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
            self._process.terminate()
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._orders.put(None)
        self._process.kill()
        for thread in self._threads:
            thread.join(_END)
        if self in _running:
            _running.remove(self)

    def _write(self) -> None:
        """Write orders in a thread: a pipe holds some hundred."""
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as pipe:  # `_read` reports a dead process
            while (line := self._orders.get()) is not None:
                pipe.write(line)
                pipe.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError), self._process.stdout as pipe:  # half a line of one that died
            for line in pipe:
                self._answers.put(json.loads(line))
        code = self._process.wait()
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        self._answers.put({"lost": how})


_ahead: list[Process] = []
_running: list[Process] = []


def ahead() -> None:
    """Start a process before its orders are known, if possible."""
    with suppress(OSError):
        _ahead.append(Process())


def process() -> Process:
    """Return the process started ahead, else a new one."""
    _running.append(found := _ahead.pop() if _ahead else Process())
    return found


def dismiss() -> None:
    """End all processes that log."""
    for left in (*_ahead, *_running):
        left.end()
    _ahead.clear()
