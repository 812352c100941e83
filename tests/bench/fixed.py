"""What a run costs before it computes anything."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from statistics import median

from tests.bench.timing import Measured

TINY = ["scenario=bernoulli_bandit", "scenario.horizon=100s", "agent=uniform"]


def seconds(*arguments: str, results: str | None = None) -> float:
    """Return the seconds that ``python -m sim`` takes on the clock: MLflow is imported beside the run.

    Args:
        arguments: of the command line.
        results: a results folder; None: one that is thrown away.
    """
    with nullcontext(results) if results else tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "sim", *arguments, f"results.dir={folder}"]
        began = time.perf_counter()
        subprocess.run(command if "--help" not in arguments else command[:-1], capture_output=True, check=True)
        return time.perf_counter() - began


def fixed_costs() -> Iterator[Measured]:
    """Yield seconds of start-up, of a tiny run without and with MLflow, and of each further job of a sweep."""
    yield Measured("python -m sim --help", median(seconds("--help") for _ in range(3)), "{:.2f} s", 2.0, False, False)
    none = median(seconds(*TINY, "tracker=none") for _ in range(3))
    yield Measured("a tiny run, not logged", none, "{:.2f} s", more=False, ratio=False)
    most = min(6.0, 1.3 * none + 2.0)
    one = median(seconds(*TINY) for _ in range(3))
    yield Measured("  logged to a new MLflow database", one, "{:.2f} s", most, more=False, ratio=False)
    with tempfile.TemporaryDirectory() as folder:
        _, *again = (seconds(*TINY, f"seed={n}", results=folder) for n in range(4))
    yield Measured("  to one that is there", median(again), "{:.2f} s", most, more=False, ratio=False)
    few, many = (seconds("-m", *TINY, f"seed={','.join(map(str, range(n)))}") for n in (2, 42))
    yield Measured("each further job of a sweep", (many - few) / 40, "{:.3f} s", 0.3, more=False, ratio=False)
