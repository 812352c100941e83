"""CPU time of pieces of work, in pairs that take turns: machines are noisy, ratios within one run less so."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Work = Callable[[], float]  # returns how much was done: requests, jobs


@dataclass(frozen=True)
class Measured:
    """One line of the table.

    Attributes:
        name: what was measured.
        value: the number.
        form: how to print it, a format for the number.
        target: what it should be, None for orientation only.
        more: whether more is better.
        ratio: whether it is a ratio within this run, and so comparable with other machines and days.
        limit: a value beyond which the benchmark fails, whatever the reference says: below it where more is better,
            else above it; None for none.
    """

    name: str
    value: float
    form: str
    target: float | None = None
    more: bool = True
    ratio: bool = True
    limit: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.target is None:
            return None
        return self.value >= self.target if self.more else self.value <= self.target

    @property
    def beyond(self) -> bool:
        """Whether the value is beyond its limit."""
        if self.limit is None:
            return False
        return self.value < self.limit if self.more else self.value > self.limit


def spent(work: Work) -> tuple[float, float]:
    """Return CPU seconds of a piece of work, and how much it did."""
    start = time.process_time()
    done = work()
    return time.process_time() - start, done


def per_unit(work: Work) -> float:
    """Return CPU seconds per unit of work."""
    seconds, done = spent(work)
    return seconds / done


def rate(work: Work, rounds: int = 3) -> float:
    """Return units of work a CPU second, the median of some rounds."""
    return median(1.0 / per_unit(work) for _ in range(rounds))


def times(slow: Work, fast: Work, rounds: int = 3) -> float:
    """Return how many times the cost per unit of one piece of work that of another is, taking turns."""
    fast()  # what is imported or compiled once is no part of it
    return median(per_unit(slow) / per_unit(fast) for _ in range(rounds))


def child(code: str) -> tuple[list[str], float, float]:
    """Run code in a process of its own; return the words it printed, its CPU seconds and its peak MiB (Linux only)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run([sys.executable, "-c", code + PEAK], capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = said.split()
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return words[:-1], seconds, float(words[-1]) / 1024


# of this program alone: what `resource` tells on Linux begins with the peak of the process that started it
PEAK = """
import re
from pathlib import Path
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
