"""Tasks one after another: how analyses run replications in memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Task = TypeVar("Task")
Result = TypeVar("Result")


def in_turn(work: Callable[[Task], Result]) -> Callable[[Mapping[Key, Task]], Iterator[tuple[Key, Result]]]:
    """Return the function that does tasks one after another.

    It yields key and result, and raises what ``work`` raises.

    >>> dict(in_turn(abs)({"a": -1, "b": 2}))
    {'a': 1, 'b': 2}
    """

    def play(tasks: Mapping[Key, Task]) -> Iterator[tuple[Key, Result]]:
        yield from ((key, work(task)) for key, task in tasks.items())

    return play
