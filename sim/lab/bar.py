"""The bar over the jobs of a sweep."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from sim.lab.console import errors

if TYPE_CHECKING:
    from rich.progress import Task


class TimeLeft(ProgressColumn):
    """How long the rest will take if it goes on as it did.

    Jobs that were there already, the task's field ``found``, took no time and say nothing about the others.
    """

    def render(self, task: Task) -> Text:
        """Return the time left; nothing before the first job is done, or after the last."""
        computed = task.completed - task.fields.get("found", 0)
        if computed <= 0 or task.elapsed is None or not task.remaining:
            return Text("")
        return Text(f"{timedelta(seconds=round(task.elapsed / computed * task.remaining))} left", "cyan")


def job_bar() -> Progress:
    """Return a bar on standard error: how many jobs are done, for how long, and the time left."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeLeft())
    return Progress(*columns, console=errors())
