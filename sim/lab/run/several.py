"""Many runs or replications, in parallel processes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from sim.analysis.in_turn import in_turn
from sim.lab.base.processes import side_by_side
from sim.lab.config.job import Job
from sim.lab.run.run import obtain
from sim.lab.store.atomic import clean, usable
from sim.lab.store.run_folder import Record

Key = TypeVar("Key", bound=Hashable)
Task = TypeVar("Task")
Result = TypeVar("Result")


def player(
    workers: int, work: Callable[[Task], Result]
) -> Callable[[Mapping[Key, Task]], Iterator[tuple[Key, Result]]]:
    """Return the function that does tasks in parallel.

    It yields key and result, in the order in which they end.
    """

    def play(tasks: Mapping[Key, Task]) -> Iterator[tuple[Key, Result]]:
        if (many := min(workers, len(tasks))) < 2:
            yield from in_turn(work)(tasks)
            return
        for key, came in side_by_side(work, ((key, (task,)) for key, task in tasks.items()), many):
            if isinstance(came, BaseException):
                raise came
            yield key, came

    return play


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
