"""Real processes of the lab that can be ended at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.lab.store.atomic import PREFIX

TREE = Path(__file__).resolve().parents[2]
START = """\
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are deaf to it
print("up", flush=True)
runpy.run_module("sim", run_name="__main__", alter_sys=True)
"""
WORLD = """\
name: tiny
horizon: {horizon}
users: {{count: 5, visits: {{every: 10m}}}}
items: {{click_rates: [0.7, 0.4, 0.2]}}
slate: {{size: 2, choice: bernoulli}}
feedback: {{click: {{delay: "exponential(mean=2m)", window: 5m}}, learn_from: click}}
platform: {{ingest: constant(1s), training: {{fixed: 1m, per_example: 0s}}, push: constant(2m)}}
"""


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Attributes:
        code: its exit code; negative for a signal.
        error: what it said on standard error.
        seconds: from the signal to the end, or from the start if none was sent.
    """

    code: int
    error: str
    seconds: float


def start(arguments: list[str], cwd: Path) -> subprocess.Popen[str]:
    """Start ``python -m sim`` and return once the interpreter is up, before the lab is imported."""
    process = subprocess.Popen(
        [sys.executable, "-c", START, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(TREE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def end(process: subprocess.Popen[str], sent: signal.Signals | None = None) -> Ended:
    """Send a signal, or none, and wait for the end."""
    clock = time.monotonic()
    if sent is not None:
        process.send_signal(sent)
    _, error = process.communicate(timeout=120)
    return Ended(process.returncode, error, time.monotonic() - clock)


def end_after(arguments: list[str], cwd: Path, seconds: float, sent: signal.Signals) -> Ended:
    """Start a process and end it so many seconds later."""
    process = start(arguments, cwd)
    time.sleep(seconds)
    return end(process, sent)


def end_when(arguments: list[str], cwd: Path, happened: Callable[[], bool], sent: signal.Signals) -> Ended:
    """Start a process and end it once something has happened."""
    process = start(arguments, cwd)
    while not happened() and process.poll() is None:
        time.sleep(0.005)
    return end(process, sent)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a run folder, less what tells of the clock."""
    return {f.name: f.read_bytes() for f in sorted(folder.iterdir()) if f.name != "manifest.json"}


def complete(results: Path) -> dict[str, dict[str, bytes]]:
    """Return what the runs hold that can be taken for results."""
    runs = results / "runs"
    return {f.name: contents(f) for f in runs.iterdir() if f.name[0] != "."} if runs.is_dir() else {}


def workers(results: Path) -> set[int]:
    """Return the ids of the living processes that are filling a hidden folder."""
    return {int(f.name.removeprefix(PREFIX).split("-")[0]) for f in (results / "runs").glob(f"{PREFIX}*-*-*")}


def gone(pids: set[int], within: float) -> bool:
    """Wait until none of some processes lives; say whether that came true."""
    limit = time.monotonic() + within
    while alive := [pid for pid in pids if _alive(pid)]:
        if time.monotonic() > limit:
            return False
        pids = set(alive)
        time.sleep(0.05)
    return True


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
