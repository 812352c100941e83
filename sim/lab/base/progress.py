"""How far work has come: a bar on a terminal, a line every half minute in a log."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from sim.lab.base.console import complain, errors

if TYPE_CHECKING:
    from rich.progress import Task

EVERY = 30.0  # seconds between two lines
Done = Callable[[bool], None]  # called after each piece of work: was it there already?


class TimeLeft(ProgressColumn):
    """How long the rest will take if it goes on as it did.

    Jobs that were there already, the task's field ``found``, took no time and say nothing about the others.
    """

    def render(self, task: Task) -> Text:
        """Return the time left; nothing before the first job is done, or after the last."""
        computed = task.completed - task.fields.get("found", 0)
        if computed <= 0 or task.elapsed is None or not task.remaining:
            return Text("")
        return Text(f"{_clock(task.elapsed / computed * task.remaining)} left", "cyan")


@contextmanager
def progress(what: str, total: int, brief: bool = False) -> Iterator[Done]:
    """Show on standard error how many pieces of work are done, for how long, and the time left.

    Args:
        what: is being done.
        total: pieces.
        brief: whether nothing of it stays when all is done.
    """
    console = errors()
    if not console.is_terminal:
        lines = Lines(what, total, brief)
        with lines.told():
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
    """Lines of progress, also while a single piece takes long.

    Args:
        what: is being done.
        total: pieces.
        brief: whether there is no line in the end.
    """

    def __init__(self, what: str, total: int, brief: bool = False) -> None:
        self._what, self._total, self._brief = what, total, brief
        self._began = monotonic()
        self._done = self._found = 0

    def done(self, there: bool) -> None:
        """Count a piece."""
        self._done += 1
        self._found += there

    def line(self) -> str:
        """Return how far it has come."""
        elapsed, left = monotonic() - self._began, self._total - self._done
        computed = self._done - self._found
        more = f", about {_clock(elapsed / computed * left)} left" if computed > 0 and left > 0 else ""
        return f"{self._what}: {self._done} of {self._total} done, {left} left, {_clock(elapsed)} so far{more}"

    @contextmanager
    def told(self) -> Iterator[None]:
        """Print the line now and then, and in the end."""
        over = threading.Event()

        def tell() -> None:
            while not over.wait(EVERY):
                complain(self.line())

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        try:
            yield
        finally:
            over.set()
            teller.join()
            if not self._brief:
                elapsed = monotonic() - self._began
                complain(f"{self._what}: {self._done} of {self._total} done in {_clock(elapsed)}")


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
