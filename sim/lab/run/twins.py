"""Run replications in parallel processes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TypeVar

from sim.analysis.in_turn import in_turn
from sim.lab.base.processes import side_by_side

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
