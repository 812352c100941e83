"""Being ended: Ctrl-C and SIGTERM alike leave nothing half done."""

from __future__ import annotations

import signal
import threading
from types import TracebackType
from typing import Any, NoReturn


class Ending:
    """While it lasts, either signal raises `KeyboardInterrupt`: hidden folders are removed, workers ended.

    A signal that is ignored (a shell's background job is deaf to Ctrl-C) stays ignored; outside the main thread nothing
    can be done.

    Attributes:
        asked: whether a signal came. A library interrupted in the middle may raise an error of its own instead.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Ending:
        if threading.current_thread() is threading.main_thread():
            for sent in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(sent) not in (signal.SIG_IGN, None):
                    self._before[sent] = signal.signal(sent, self._end)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for sent, handler in self._before.items():
            signal.signal(sent, handler)

    def _end(self, *_: object) -> NoReturn:
        self.asked = True
        raise KeyboardInterrupt
