"""Progress: a bar on a terminal, else a regular line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from sim.lab.base.console import errors, print_message

if TYPE_CHECKING:
    from rich.progress import Task

EVERY = 30.0  # seconds between two lines
Done = Callable[[bool], None]  # called after each job: whether it was complete before


class TimeLeft(ProgressColumn):
    """Estimated time left, at the speed so far.

    Jobs that were complete before (the task's field ``found``) took no time and are not counted.
    """

    def render(self, task: Task) -> Text:
        """Return the time left, empty before the first job."""
        computed = task.completed - task.fields.get("found", 0)
        if computed <= 0 or task.elapsed is None or not task.remaining:
            return Text("")
        return Text(f"{_clock(task.elapsed / computed * task.remaining)} left", "cyan")


@contextmanager
def progress(what: str, total: int, brief: bool = False) -> Iterator[Done]:
    """Show the number of jobs done and the time left."""
    console = errors()
    if not console.is_terminal:
        lines = Lines(what, total, brief)
        with lines.printed():
            yield lines.done
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeLeft())
    with Progress(*columns, console=console, transient=brief) as bar:
        task, found = bar.add_task(what, total=total), 0

        def done(there: bool) -> None:
            nonlocal found
            found += there
            bar.update(task, advance=1, found=found)

        yield done


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
        elapsed, left = monotonic() - self._began, self._total - self._done
        computed = self._done - self._found
        more = f", about {_clock(elapsed / computed * left)} left" if computed > 0 and left > 0 else ""
        return f"{self._what}: {self._done} of {self._total} done, {left} left, {_clock(elapsed)} so far{more}"

    @contextmanager
    def printed(self) -> Iterator[None]:
        """Print the line regularly, and at the end."""
        over = threading.Event()

        def repeat() -> None:
            while not over.wait(EVERY):
                print_message(self.line())

        printer = threading.Thread(target=repeat, daemon=True)
        printer.start()
        try:
            yield
        finally:
            over.set()
            printer.join()
            if not self._brief:
                elapsed = monotonic() - self._began
                print_message(f"{self._what}: {self._done} of {self._total} done in {_clock(elapsed)}")


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
