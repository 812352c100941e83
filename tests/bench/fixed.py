"""What a run costs before it computes anything."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from statistics import median

from tests.bench.timing import Measured

TINY = ["scenario=bernoulli_bandit", "scenario.horizon=100s", "agent=uniform"]


def seconds(*arguments: str, results: str | None = None) -> float:
    """Return CPU seconds of ``python -m sim`` with arguments, in a folder that is thrown away unless one is given."""
    with nullcontext(results) if results else tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sim", *arguments, f"results.dir={folder}"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command if "--help" not in arguments else command[:-1], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fixed_costs() -> Iterator[Measured]:
    """Yield CPU seconds of start-up, of a tiny run with MLflow, and of each further job of a sweep."""
    yield Measured("python -m sim --help", median(seconds("--help") for _ in range(3)), "{:.2f} s", 2.0, False, False)
    one = median(seconds(*TINY) for _ in range(3))
    yield Measured("a tiny run, logged to a new MLflow database", one, "{:.2f} s", 2.5, more=False, ratio=False)
    with tempfile.TemporaryDirectory() as folder:
        _, *again = (seconds(*TINY, f"seed={n}", results=folder) for n in range(4))
    yield Measured("  to one that is there", median(again), "{:.2f} s", 2.5, more=False, ratio=False)
    few, many = (seconds("-m", *TINY, f"seed={','.join(map(str, range(n)))}") for n in (2, 42))
    yield Measured("each further job of a sweep", (many - few) / 40, "{:.3f} s", 0.15, more=False, ratio=False)
