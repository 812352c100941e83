"""Progress: a bar on a terminal, else a regular line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import Protocol

from sim.lab.base.console import errors, print_message
from sim.lazy import rich

EVERY = 30.0  # seconds between two lines
SOON = 3.0  # seconds of a run before anything is shown
_LOOK = 0.5  # seconds between two looks at its clock


class Clock(Protocol):
    """What says how far a replication is."""

    @property
    def now(self) -> float:
        """Simulated seconds."""


Done = Callable[[bool], None]  # called after each job: whether it was complete before


@contextmanager
def progress(what: str, total: int, brief: bool = False) -> Iterator[Done]:
    """Show jobs done and time left; ``brief`` leaves no line."""
    console = errors()
    if not console.is_terminal:
        lines = Lines(what, total, brief)
        with lines.printed():
            yield lines.done
        return
    with _bar(console, brief, rich.progress.MofNCompleteColumn()) as bar:
        task, found = bar.add_task(what, total=total), 0

        def done(there: bool) -> None:
            nonlocal found
            found += there
            bar.update(task, advance=1, found=found)

        yield done


@contextmanager
def running(what: str, replications: int, horizon: float) -> Iterator[Callable[[Clock], None]]:
    """Show how far a run is, on a terminal only.

    Nothing is shown of a short run, and nothing stays. A thread reads the clock, so that the run is not held up. Yields
    what takes the clock of each replication.
    """
    clocks: list[Clock] = []
    console, began = errors(), monotonic()
    if not console.is_terminal:
        yield clocks.append
        return

    def show(over: threading.Event) -> None:
        if over.wait(SOON):
            return
        with _bar(console, True, rich.progress.TaskProgressColumn(), 1 / _LOOK) as bar:
            task = bar.add_task(what, total=replications)
            bar.tasks[0].start_time = began
            while not over.wait(_LOOK):
                bar.update(task, completed=len(clocks) - 1 + clocks[-1].now / horizon if clocks else 0)

    with _meanwhile(show):
        yield clocks.append


@contextmanager
def _meanwhile(show: Callable[[threading.Event], None]) -> Iterator[None]:
    """Show something in a thread until the block ends."""
    over = threading.Event()
    thread = threading.Thread(target=show, args=(over,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _bar(
    console: rich.console.Console, brief: bool, done: rich.progress.ProgressColumn, often: float = 10.0
) -> rich.progress.Progress:
    what, time = rich.progress.TextColumn("{task.description}"), rich.progress.TimeElapsedColumn()
    columns = (what, rich.progress.BarColumn(), done, time, time_left())
    return rich.progress.Progress(*columns, console=console, transient=brief, refresh_per_second=often)


def time_left() -> rich.progress.ProgressColumn:
    """Return the column of the time left.

    It is empty before the first job; jobs in a task's field ``found`` took no time.
    """

    class TimeLeft(rich.progress.ProgressColumn):
        def render(self, task: rich.progress.Task) -> rich.text.Text:
            computed = task.completed - task.fields.get("found", 0)
            return rich.text.Text(_left(task.elapsed or 0.0, computed, task.remaining or 0), "cyan")

    return TimeLeft()


class Lines:
    """Progress as lines, printed also during a long job."""

    def __init__(self, what: str, total: int, brief: bool = False) -> None:
        self._what, self._total, self._brief = what, total, brief
        self._began = monotonic()
        self._done = self._found = 0

    def done(self, there: bool) -> None:
        """Count a job."""
        self._done += 1
        self._found += there

    def line(self) -> str:
        """Return the progress as a line."""
        elapsed, open_jobs = monotonic() - self._began, self._total - self._done
        left = _left(elapsed, self._done - self._found, open_jobs)
        more = f", about {left}" if left else ""
        return f"{self._what}: {self._done} of {self._total} done, {open_jobs} left, {_clock(elapsed)} so far{more}"

    @contextmanager
    def printed(self) -> Iterator[None]:
        """Print the line regularly, and at the end."""

        def repeat(over: threading.Event) -> None:
            while not over.wait(EVERY):
                print_message(self.line())

        try:
            with _meanwhile(repeat):
                yield
        finally:
            if not self._brief:
                elapsed = monotonic() - self._began
                print_message(f"{self._what}: {self._done} of {self._total} done in {_clock(elapsed)}")


def _left(elapsed: float, computed: float, left: float) -> str:
    """Return the time left at the speed so far."""
    return f"{_clock(elapsed / computed * left)} left" if computed > 0 and left > 0 else ""


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
