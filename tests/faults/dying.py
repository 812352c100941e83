"""Work whose process dies, each in its own way; light, for a fresh process imports it."""

import os
import signal
import sys
import time
from pathlib import Path


def do(how: str) -> str:
    """Do it; most do not come back."""
    ways = {
        "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "term": lambda: os.kill(os.getpid(), signal.SIGTERM),
        "segv": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        "exit": lambda: os._exit(3),
        "zero": lambda: os._exit(0),
        "files": lambda: os.closerange(3, 4096),
        "quit": lambda: sys.exit(0),
        "raise": lambda: int("x"),
        "fork": os.fork,
        "away": lambda: os.chdir("/"),
        "deaf": lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN),
        "where": lambda: None,
    }
    ways[how]()
    return os.getcwd()


def leave_child(file: str) -> None:
    """Fork a process that stays, and write its number into a file."""
    if (child := os.fork()) == 0:
        time.sleep(1000)
    Path(file).write_text(str(child))


def once(file: str) -> str:
    """Die the first time."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return "done"
    os._exit(9)


def big(value: int) -> bytes:
    """Return much."""
    return bytes(value)
