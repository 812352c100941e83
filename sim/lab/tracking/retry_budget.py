"""How long a server that logs may keep us waiting, in all: results do not wait for it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from sim.errors import LabError

CALL = 8  # seconds that a server has for an answer
FREE = 1.0  # seconds that any call may take
TOTAL = 30.0
_PAUSES = (0.5, 1.5)


class TooSlow(RuntimeError):
    """The server kept us waiting for as long as it may."""


class Abandoned(LabError):
    """A server kept us waiting for too long; threads may still wait for it, and must not be waited for."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Have what is done within end after some seconds: a server that sends a byte a second never is silent.

    Outside the main thread nothing can be done.

    Raises:
        TooSlow: they are over.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: object) -> NoReturn:
        raise TooSlow(f"it kept us waiting for {seconds:g} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds, CALL)  # and again, if a library swallows it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


class Patience:
    """A budget of seconds. A call of a client takes from it what it lasts longer than `FREE`.

    Args:
        total: seconds in all; what is left must do for the two answers that a call may have to wait for.

    Attributes:
        spent: seconds so far.
    """

    def __init__(self, total: float = TOTAL) -> None:
        self.total, self.spent = total, 0.0

    def insist(self, action: Callable[[], Any]) -> Any:
        """Do it, and after an error again, twice at most; it must be safe to do again.

        Raises:
            TooSlow: the budget is spent.
            Exception: what the last try raised.
        """
        for pause in _PAUSES:
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

    @property
    def over(self) -> bool:
        """Whether another call might last longer than what is left."""
        return self.spent + 2 * CALL > self.total

    def watch(self, client: Any) -> Any:
        """Return a client whose calls take from the budget, and are refused when it is spent."""
        return _Watched(client, self)

    def time(self, call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Make a call.

        Raises:
            TooSlow: the budget is spent.
        """
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

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        return (lambda *a, **k: self._patience.time(found, *a, **k)) if callable(found) else found
