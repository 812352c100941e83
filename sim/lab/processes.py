"""Worker processes of this machine, which end with the process that started them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

from sim.lab.garbage import search_seldom

_PATIENCE = 2.0  # seconds


@contextmanager
def processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool of fresh processes; whatever ends the block early ends them too.

    Args:
        workers: how many.
    """
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield pool
    except BaseException:
        _kill(pool)
        raise
    pool.shutdown()


def _begin() -> None:
    """Leave Ctrl-C to the parent, which ends the workers, and end with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    search_seldom()
    Thread(target=_outlive_nobody, daemon=True).start()


def _outlive_nobody() -> None:
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _kill(pool: ProcessPoolExecutor) -> None:
    processes: dict[int, Any] = dict(pool._processes or {})
    tidier: Any = pool._executor_manager_thread
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes.values():
        process.terminate()
    if tidier is not None:
        tidier.join(_PATIENCE)  # it gives semaphores back, if this process lives on long enough
