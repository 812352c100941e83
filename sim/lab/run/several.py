"""Several runs in parallel processes, kept when complete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from sim.lab.config.job import Job
from sim.lab.run.run import obtain
from sim.lab.run.twins import player
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
    todo = missing(jobs, results, rerun)
    for _ in range(len(jobs) - len(todo)):
        done(True)
    for _ in player(workers, partial(obtain, results=results, rerun=rerun))(dict(enumerate(todo))):
        done(False)
    return [Record(results / "runs" / job.hash, job.choices) for job in jobs]


def missing(jobs: Sequence[Job], results: Path, rerun: bool) -> list[Job]:
    """Return the jobs that are to be computed."""
    return [job for job in jobs if rerun or not Record.complete(results / "runs" / job.hash, job.trace)]
