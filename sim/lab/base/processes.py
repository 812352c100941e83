"""Worker processes that end with the process that started them.

Each worker has one job at a time and its own pipe, so that a worker that dies loses only its own job.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Any, TypeVar

from sim.errors import Died
from sim.lab.base.console import print_message

Key = TypeVar("Key", bound=Hashable)
Order = tuple[Any, ...]  # the arguments of the work

_PATIENCE = 2.0  # seconds
_LOOK = 0.5  # seconds between checks for dead workers whose pipe a forked process holds open
_LOST = 74  # the exit code of a worker that cannot answer


def side_by_side(
    work: Callable[..., Any], orders: Iterable[tuple[Key, Order]], workers: int
) -> Iterator[tuple[Key, Any]]:
    """Do work in fresh processes; yield keys and results.

    Results come in the order in which the orders end.

    A result is what the work returned or raised. An order whose process dies is done once more, alone (two together may
    have needed too much memory); its result is `Died` if the process dies again.
    """
    crew = _Crew(work, workers)
    again: list[tuple[Key, Order]] = []
    try:
        for key, arguments, came in crew.play(orders):
            if isinstance(came, Died):
                print_message(f"{came}; the job is done once more, alone, after the others")
                again.append((key, arguments))
            else:
                yield key, came
        for order in again:
            yield from ((key, came) for key, _, came in crew.play([order]))
    except BaseException:
        crew.end(at_once=True)
        raise
    crew.end()


class _Crew:
    def __init__(self, work: Callable[..., Any], most: int) -> None:
        self._work, self._most = work, most
        self._idle: list[_Worker] = []
        self._busy: dict[_Worker, tuple[Any, Order]] = {}

    def play(self, orders: Iterable[tuple[Key, Order]]) -> Iterator[tuple[Key, Order, Any]]:
        """Yield key, arguments and result of each order."""
        waiting = iter(orders)
        while True:
            while len(self._busy) < self._most and (order := next(waiting, None)) is not None:
                worker = self._idle.pop() if self._idle else _Worker()
                self._busy[worker] = order
                worker.give(self._work, order[1])
            if not self._busy:
                return
            for worker in self._ready():
                key, arguments = self._busy.pop(worker)
                came = worker.answer()
                if isinstance(came, Died):
                    worker.end(at_once=True)
                else:
                    self._idle.append(worker)
                yield key, arguments, came

    def _ready(self) -> list[_Worker]:
        """Wait for workers that answered or died; return them."""
        while True:
            pipes = {worker.pipe: worker for worker in self._busy}
            ready = [pipes[pipe] for pipe in wait(list(pipes), _LOOK)]  # type: ignore[index]
            if found := ready or [worker for worker in self._busy if not worker.process.is_alive()]:
                return found

    def end(self, at_once: bool = False) -> None:
        """End all workers."""
        for worker in (*self._idle, *self._busy):
            worker.pipe.close()
            if at_once:
                worker.process.terminate()
        for worker in (*self._idle, *self._busy):
            worker.end(at_once)


class _Worker:
    """A process with a pipe to it."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,))
        self.process.start()
        theirs.close()

    def give(self, work: Callable[..., Any], arguments: Order) -> None:
        """Send an order; a failure to send looks like death."""
        with suppress(BrokenPipeError, ConnectionError):
            self.pipe.send((work, arguments))

    def answer(self) -> Any:
        """Return the result of the order."""
        with suppress(EOFError, OSError):
            if self.pipe.poll():
                return pickle.loads(self.pipe.recv_bytes())  # from a process of ours, never from a file
        self.process.join(_PATIENCE)
        return Died(_how(self.process.exitcode))

    def end(self, at_once: bool = False) -> None:
        """Wait for its end; kill all if needed."""
        self.pipe.close()
        if at_once:
            self.process.terminate()
        self.process.join(_PATIENCE)  # not reliable while a process that it forked is alive
        with suppress(OSError, TypeError):
            if self.process.is_alive() or at_once:
                os.killpg(self.process.pid, signal.SIGKILL)  # type: ignore[arg-type]
        if self.process.is_alive():
            self.process.kill()
        self.process.join()


def _how(code: int | None) -> str:
    """Say how a process ended."""
    if code is None or code == _LOST:
        return "its process lost its pipe: something closed the files that it held open"
    if code >= 0:
        return f"its process ended with exit code {code} in the middle of the job"
    name = signal.Signals(-code).name if -code in {*signal.Signals} else f"signal {-code}"
    why = " (from outside, or memory ran out)" if -code == signal.SIGKILL else ""
    return f"its process was killed by {name}{why}"


def _serve(pipe: Connection) -> None:
    """Do the orders from the pipe until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C and ends the workers
    with suppress(OSError):
        os.setpgid(0, 0)  # what the work starts ends with it
    Thread(target=_end_with_parent, daemon=True).start()
    home, own = os.getcwd(), os.getpid()
    while True:
        try:
            work, arguments = pipe.recv()
        except (EOFError, OSError):
            break
        came = _done(work, arguments)
        if os.getpid() != own:  # a process forked by the work has returned here
            os._exit(0)
        try:
            pipe.send_bytes(came)
        except OSError:
            os._exit(_LOST)
        os.chdir(home)
    gc.freeze()  # Python would collect once more at its end
    _end_children()


def _done(work: Callable[..., Any], arguments: Order) -> bytes:
    """Return the pickled result of a piece of work."""
    try:
        return pickle.dumps(work(*arguments))
    except BaseException as error:
        error.add_note("".join(traceback.format_exception(error)))
        try:
            pickle.loads(came := pickle.dumps(error))
        except Exception:
            came = pickle.dumps(RuntimeError(f"{type(error).__name__}, which no other process can read"))
        return came


def _end_children() -> None:
    """End the processes that the work started and left."""
    if os.getpgid(0) == os.getpid():
        with suppress(Exception):  # the work may have closed it
            sys.stdout.flush()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)


def _end_with_parent() -> None:
    if (parent := parent_process()) is not None:
        try:
            parent.join()
            os.fstat(parent.sentinel)
        except OSError:  # not the parent's end, but the work closed our files: `_serve` ends with the code for that
            return
        if os.getpgid(0) == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)
