"""What a learner's trainings cost on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.units import counted, digits, span
from sim.laws.durations import text
from sim.lazy import lazy
from sim.ports import Experience, fresh_copy
from sim.scenario import Scenario
from sim.simulation import simulate

if TYPE_CHECKING:
    from scipy import optimize
else:
    optimize = lazy("scipy.optimize")

Floats = NDArray[np.float64]
Clock = Callable[[], float]
FEWEST = 5  # trainings
_APART = 2.0  # the largest over the smallest, at least


@dataclass(frozen=True)
class TrainingCost:
    """The cost of a training: ``fixed + per_example * examples``.

    Attributes:
        fixed: seconds.
        per_example: seconds for each matured impression that a training reads.
        examples: ``(n,)`` of each training.
        seconds: ``(n,)`` that it took.
        error: median of ``abs(predicted / measured - 1)``.
    """

    fixed: float
    per_example: float
    examples: Floats
    seconds: Floats
    error: float

    def in_words(self) -> str:
        """Return the cost in words, and as lines to paste."""
        fixed, each = (text(float(f"{one:.3g}")) for one in (self.fixed, self.per_example))
        sizes, times = (
            [show(one.min()), show(one.max())] for one, show in ((self.examples, digits), (self.seconds, span))
        )
        return "\n".join(
            (
                f"{len(self.seconds)} trainings of {' to '.join(sizes)} matured impressions took {' to '.join(times)}.",
                f"Half of them are within {self.error:.0%} of this line:",
                f"scenario.platform.training.fixed={fixed} scenario.platform.training.per_example={each}",
                f"training: {{fixed: {fixed}, per_example: {each}}}",
            )
        )


def time_learner(scenario: Scenario, agent: Any, *, seed: int = 0, clock: Clock = time.process_time) -> TrainingCost:
    """Time the trainings of a run and fit their cost.

    Timed are ``train``, with the reading of what it asks for, and ``policy``. The run is that of `simulate`, but for
    fast paths, which are not used.

    Args:
        scenario: the world; what matters is how much its log holds.
        agent: learner x correction x cadence.
        seed: of the run.
        clock: returns seconds; by default CPU time, which other programs do not stretch.

    Raises:
        ValueError: too few trainings, or all of one size.
    """
    timed = _Timed(agent.learner, clock, [])
    simulate(scenario, replace(agent, learner=timed), seed=seed)
    return fit(np.array(timed.measured[1:]).reshape(-1, 2))  # the first one also imports and allocates


def fit(measured: Floats) -> TrainingCost:
    """Fit fixed and per-example seconds, neither negative.

    Least squares of relative errors: a training of seconds does not outweigh many of milliseconds.

    Args:
        measured: ``(n, 2)`` examples and seconds of each training.

    Raises:
        ValueError: too few trainings, or all of one size.

    >>> found = fit(np.array([[n, 0.5 + 0.001 * n] for n in (10, 100, 200, 400, 1000)]))
    >>> round(found.fixed, 6), round(found.per_example, 6)
    (0.5, 0.001)
    """
    measured = measured[(measured > 0).all(axis=1)]
    examples, took = measured.T
    if len(took) < FEWEST:
        raise ValueError(
            f"{counted(len(took), 'training')} with examples after the first; at least {FEWEST} are needed"
        )
    if examples.max() < _APART * examples.min():
        raise ValueError(f"trainings of {examples.min():g} to {examples.max():g} examples tell no cost of one")
    design = np.column_stack([np.ones(len(took)), examples])
    (fixed, per_example), _ = optimize.nnls(design / took[:, None], np.ones(len(took)))
    error = np.median(np.abs((fixed + per_example * examples) / took - 1.0))
    return TrainingCost(float(fixed), float(per_example), examples, took, float(error))


class _Timed:
    """A learner whose trainings are timed."""

    def __init__(self, learner: Any, clock: Clock, measured: list[tuple[int, float]]) -> None:
        self._learner, self._clock, self.measured = learner, clock, measured

    def train(self, experience: Experience) -> None:
        """Train the learner, and note when."""
        examples, start = len(experience.news.matured), self._clock()
        self._learner.train(experience)
        self.measured.append((examples, self._clock() - start))

    def policy(self) -> Any:
        """Return the learner's policy; its time counts too."""
        start = self._clock()
        made = self._learner.policy()
        if self.measured:
            examples, took = self.measured[-1]
            self.measured[-1] = examples, took + self._clock() - start
        return deepcopy(made) if made is self._learner else made

    def incremental(self) -> None:
        """Offer no fast path, so that all trainings are timed."""

    def fresh(self) -> _Timed:
        """Return a copy that notes in the same list."""
        return _Timed(fresh_copy(self._learner), self._clock, self.measured)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._learner, name)
