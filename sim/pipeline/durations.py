"""How long trainings and pushes take, and what trainings cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child, root
from sim.laws import Law
from sim.laws.instants import plus
from sim.scenario import Replication

Floats = NDArray[np.float64]


class Durations:
    """An agent's durations, and the sum of its trainings.

    Args:
        replication: the scenario and its draws.
        in_place: whether versions are live when they are trained.
    """

    def __init__(self, replication: Replication, in_place: bool) -> None:
        self._training = replication.scenario.platform.training
        self._law = self._training.in_place if in_place else self._training.fixed
        self._keys = {s: root(replication.seed, replication.number, s) for s in (Stream.TRAINING, Stream.PUSH)}
        self._at_once, self._spent = replication.tuning.updates_priced, 0.0
        self._unpriced: tuple[list[int], list[float], list[int]] = [], [], []  # numbers, instants, examples

    def course(self, stream: Stream, law: Law, number: int, start: float) -> tuple[float, float]:
        """Return the duration and end of something that starts.

        Args:
            stream: of the draw.
            law: of the duration.
            number: of the version.
            start: seconds.
        """
        if law.certain is not None:
            return law.certain, plus(start, law.certain)
        durations, ends = law.course(child(self._keys[stream], np.array([number])), np.array([start]))
        return float(durations[0]), float(ends[0])

    def spend(self, seconds: float) -> None:
        """Add the time of a training."""
        self._spent += seconds

    def charge(self, numbers: Sequence[int], at: list[float], examples: list[int]) -> None:
        """Record what updates in place cost.

        They delay nothing, so that many are drawn at once.

        Args:
            numbers: of the versions.
            at: when each was updated, seconds.
            examples: of each, the log entries that it is charged for.
        """
        of, since, read = self._unpriced
        of += numbers
        since += at
        read += examples
        if len(of) >= self._at_once:
            self._settle()

    def _settle(self) -> None:
        numbers, starts, examples = self._unpriced
        if numbers:
            keys = child(self._keys[Stream.TRAINING], np.array(numbers))
            durations = self._law.duration(keys, np.array(starts)) + self._training.per_example * np.array(examples)
            self._spent = np.add.accumulate([self._spent, *durations]).item(-1)  # as one after another
            self._unpriced = [], [], []

    @property
    def spent(self) -> float:
        """Training time in seconds, the price of updates included."""
        self._settle()
        return self._spent
