"""Worker processes of this machine, which end with the process that started them.

Each worker has one job at a time and a pipe of its own, so that one that dies costs the job that it had and no other.
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
from sim.lab.base.console import complain

Key = TypeVar("Key", bound=Hashable)
Order = tuple[Any, ...]  # the arguments of the work

_PATIENCE = 2.0  # seconds
_LOOK = 0.5  # seconds between looks for workers that died while a process they forked holds their pipe
_LOST = 74  # the exit code of a worker that cannot answer


def side_by_side(
    work: Callable[..., Any], orders: Iterable[tuple[Key, Order]], workers: int
) -> Iterator[tuple[Key, Any]]:
    """Do work in fresh processes; yield the key of each order and what came of it, as they end.

    What came of it is what the work returned or raised. An order whose process dies is done once more, when no other
    is being done (two may have been too large for the memory); it comes to `Died` if that dies too.

    Args:
        work: a function of a module.
        orders: keys and arguments; they are read while the first are being done.
        workers: processes side by side.
    """
    crew = _Crew(work, workers)
    again: list[tuple[Key, Order]] = []
    try:
        for key, arguments, came in crew.play(orders):
            if isinstance(came, Died):
                complain(f"{came}; the job is done once more, alone, after the others")
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
        """Yield key, arguments and outcome of each order as it ends."""
        waiting = iter(orders)
        while True:
            while len(self._busy) < self._most and (order := next(waiting, None)) is not None:
                self._give(order)
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

    def _give(self, order: tuple[Any, Order]) -> None:
        worker = self._idle.pop() if self._idle else _Worker()
        self._busy[worker] = order
        worker.give(self._work, order[1])

    def _ready(self) -> list[_Worker]:
        """Return the workers that have answered or died, once there is one."""
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
                worker.ask_to_end()
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
        """Hand it an order; one that cannot be handed over shows as death."""
        with suppress(BrokenPipeError, ConnectionError):
            self.pipe.send((work, arguments))

    def answer(self) -> Any:
        """Return what came of its order."""
        with suppress(EOFError, OSError):
            if self.pipe.poll():
                return pickle.loads(self.pipe.recv_bytes())  # from a process of ours, never from a file
        self.process.join(_PATIENCE)
        return Died(_how(self.process.exitcode))

    def ask_to_end(self) -> None:
        """Ask it to end, if it is there."""
        with suppress(OSError):
            self.process.terminate()

    def end(self, at_once: bool = False) -> None:
        """Wait for its end; by force if that takes long, with whatever it started."""
        self.pipe.close()
        if at_once:
            self.ask_to_end()
        self.process.join(_PATIENCE)  # not to be relied on while a process that it forked lives
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
    """Do what comes through the pipe until it is closed."""
    _begin()
    home, own = os.getcwd(), os.getpid()
    while True:
        try:
            work, arguments = pipe.recv()
        except (EOFError, OSError):
            break
        came = _done(work, arguments)
        if os.getpid() != own:  # forked within the work, and come back
            os._exit(0)
        try:
            pipe.send_bytes(came)
        except OSError:
            os._exit(_LOST)
        os.chdir(home)
    gc.freeze()  # Python would collect once more at its end
    _leave_nobody()


def _done(work: Callable[..., Any], arguments: Order) -> bytes:
    """Return what came of a piece of work, pickled."""
    try:
        return pickle.dumps(work(*arguments))
    except BaseException as error:
        error.add_note("".join(traceback.format_exception(error)))
        try:
            pickle.loads(came := pickle.dumps(error))
        except Exception:
            came = pickle.dumps(RuntimeError(f"{type(error).__name__}, which no other process can read"))
        return came


def _begin() -> None:
    """Leave Ctrl-C to the parent, which ends the workers, and end with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError):
        os.setpgid(0, 0)  # what the work starts ends with it
    Thread(target=_outlive_nobody, daemon=True).start()


def _leave_nobody() -> None:
    """End what the work started and left."""
    if os.getpgid(0) == os.getpid():
        with suppress(Exception):  # the work may have closed it
            sys.stdout.flush()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)


def _outlive_nobody() -> None:
    if (parent := parent_process()) is not None:
        with suppress(OSError):
            parent.join()
        if os.getpgid(0) == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)
