"""The process that logs, seen from the one that simulates: orders go, answers come, and nothing here waits for MLflow.

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

SILENCE = 90.0  # seconds that it may take for an answer, beside the patience with a server
_END = 5.0  # seconds from its last answer to its end
_LAST = 2.0  # seconds to tidy up
_WORKER = "sim.lab.tracking.worker"
Answer = dict[str, Any]


class Lost(RuntimeError):
    """The process died or is stuck; the message says how."""


class Process:
    """A process that logs."""

    def __init__(self) -> None:
        paths = [str(Path(__file__).parents[3]), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            process_group=0,  # Ctrl-C is for us alone
        )
        self._runs = 0
        self._orders: SimpleQueue[bytes | None] = SimpleQueue()
        self._answers: SimpleQueue[Answer | None] = SimpleQueue()
        self._threads = [Thread(target=work, daemon=True) for work in (self._write, self._read)]
        for thread in self._threads:
            thread.start()

    def order(self, do: str, **how: Any) -> None:
        """Order something; it is done after what was ordered before."""
        self._runs += do != "open"
        self._orders.put(json.dumps({"do": do, **how}).encode() + b"\n")

    def answer(self, patience: float = 0.0) -> Answer | None:
        """Return the next answer.

        Args:
            patience: seconds to wait for it; 0: None if there is none yet.

        Raises:
            Lost: there will be none.
        """
        try:
            found = self._answers.get(timeout=patience) if patience else self._answers.get_nowait()
        except Empty:
            if patience:
                raise Lost(f"the process that logs gave no answer for {patience:.0f} s") from None
            return None
        if found is None:
            raise Lost(f"the process that logs {self._how()}")
        return found

    def end(self) -> None:
        """End it; what was ordered has a few seconds to be done."""
        self._orders.put(None)
        for seconds in (_END if self._runs else 0.0, _LAST):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
            self._process.terminate()
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._orders.put(None)
        self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(_END)
        if self in _running:
            _running.remove(self)

    def _how(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(_END)
            names = {-sent: sent.name for sent in signal.Signals}
            return f"was killed by {names[code]}" if code in names else f"ended with exit code {code}"
        return "gives no answers"

    def _write(self) -> None:
        """Hand over the orders; in a thread, because a pipe holds a few hundred of them only."""
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as pipe:  # if it is dead, who waits for answers hears it
            while (line := self._orders.get()) is not None:
                pipe.write(line)
                pipe.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError), self._process.stdout as pipe:  # half a line of one that died
            for line in pipe:
                self._answers.put(json.loads(line))
        self._answers.put(None)


_ahead: list[Process] = []
_running: list[Process] = []


def ahead() -> None:
    """Start one before it is known what it is to do; where that is not possible, nothing is said yet."""
    with suppress(OSError):
        _ahead.append(Process())


def process() -> Process:
    """Return the one that was started ahead, else a new one."""
    _running.append(found := _ahead.pop() if _ahead else Process())
    return found


def dismiss() -> None:
    """End those that are still there."""
    for left in (*_ahead, *_running):
        left.end()
    _ahead.clear()
