"""A budget of time for a server that logs.

Results do not wait for it.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn

from sim.errors import LabError

CALL = 8  # seconds that a server has for an answer, at least
FREE = 1.0  # seconds of each call that are not counted
TOTAL = 30.0
PAUSES = (0.5, 1.5)


class TooSlow(RuntimeError):
    """Says that the budget of a server is spent."""


class Abandoned(LabError):
    """Says that reading took too long; threads may still wait."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Limit a block's time, in the main thread only.

    A timeout of the client is not enough: a server that sends a byte each second is never silent.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: object) -> NoReturn:
        raise TooSlow(f"it kept us waiting for {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds, CALL)  # repeated, because a library may catch the first error
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


class Patience:
    """Limits the seconds that a client's calls may take.

    A call takes from it what it lasts longer than `FREE`. It is spent when two more answers could exceed it.
    """

    def __init__(self, total: float = TOTAL) -> None:
        self.total, self.spent, self.answer = total, 0.0, max(CALL, total / 10)

    @property
    def over(self) -> bool:
        """Whether the next call could exceed the budget."""
        return self.spent + 2 * self.answer > self.total

    def insist(self, action: Callable[[], Any]) -> Any:
        """Return the result of an action, repeated twice after errors."""
        for pause in PAUSES:
            try:
                return action()
            except (TooSlow, LabError):
                raise
            except Exception:
                if self.over:
                    raise
            time.sleep(pause)
            self.spent += pause
        return action()

    def watch(self, client: Any) -> Any:
        """Return a client whose calls take from the budget."""
        return _Watched(client, self)

    def time(self, call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Return the result of a call within the budget."""
        if self.over:
            raise TooSlow(f"it kept us waiting for {self.spent:.0f} of {self.total:.0f} s")
        began = time.monotonic()
        try:
            with at_most(self.total - self.spent):
                return call(*arguments, **options)
        finally:
            self.spent += max(0.0, time.monotonic() - began - FREE)


class _Watched:
    def __init__(self, client: Any, patience: Patience) -> None:
        self._client, self._patience = client, patience

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._patience.time, getattr(self._client, name))
