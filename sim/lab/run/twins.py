"""Run twins in parallel processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.analysis.attribution.replications import Key, Player, Task, run_in_turn, run_replication
from sim.lab.base.processes import side_by_side
from sim.score.metrics.base import Scores


def player(workers: int) -> Player:
    """Return the function that runs tasks in parallel, in order."""

    def spread(tasks: Mapping[Key, Task]) -> Iterator[tuple[Key, Scores]]:
        many = min(workers, len(tasks))
        for key, came in side_by_side(run_replication, ((key, (task,)) for key, task in tasks.items()), many):
            if isinstance(came, BaseException):
                raise came
            yield key, came

    return lambda tasks: run_in_turn(tasks) if workers == 1 or len(tasks) < 2 else spread(tasks)
