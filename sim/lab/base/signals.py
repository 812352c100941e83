"""Graceful shutdown on Ctrl-C and SIGTERM."""

from __future__ import annotations

import signal
import threading
from types import TracebackType
from typing import Any, NoReturn


class GracefulShutdown:
    """Raises `KeyboardInterrupt` on SIGINT and SIGTERM within the block.

    So hidden folders are removed and workers ended.

    A signal that is ignored already (Ctrl-C in a shell's background job) stays ignored. Outside the main thread the
    block does nothing.
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> GracefulShutdown:
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
