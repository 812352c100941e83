"""Several runs in parallel processes, kept when complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.lab.base.processes import Order, side_by_side
from sim.lab.config.job import Job
from sim.lab.run.run import obtain
from sim.lab.store.atomic import clean, usable
from sim.lab.store.run_folder import Record


def obtain_all(
    jobs: Sequence[Job], results: Path, workers: int, *, rerun: bool = False, done: Callable[[bool], None]
) -> list[Record]:
    """Return the runs of some jobs, computed unless complete.

    Args:
        jobs: different ones; those that take longest first.
        results: the results folder.
        workers: parallel processes.
        rerun: compute also those that are complete.
        done: called after each with whether it was complete before.
    """
    usable(results)
    clean(results / "runs")
    todo = [n for n, job in enumerate(jobs) if rerun or not Record.complete(results / "runs" / job.hash, job.trace)]
    for _ in range(len(jobs) - len(todo)):
        done(True)
    for came in _played([(jobs[n], results, rerun) for n in todo], min(workers, len(todo))):
        if isinstance(came, BaseException):
            raise came
        done(False)
    return [Record(results / "runs" / job.hash, job.choices) for job in jobs]


def _played(orders: Sequence[Order], workers: int) -> Iterator[Any]:
    """Yield what each run returned or raised, as they end."""
    if workers <= 1:
        yield from (_run(*order) for order in orders)
    else:
        yield from (came for _, came in side_by_side(_run, enumerate(orders), workers))


def _run(job: Job, results: Path, rerun: bool) -> bool:
    return obtain(job, results, rerun)[1]
