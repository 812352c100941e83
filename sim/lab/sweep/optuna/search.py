"""A search by Optuna of what the overrides leave open.

``interval(low, high)`` is continuous, ``int(interval(low, high))`` whole numbers, ``range(...)`` a grid;
``choice(...)`` and comma lists are names. ``tag(log, ...)`` searches on a logarithmic scale, intervals of durations in
whole seconds. The grammar is Hydra's: https://hydra.cc/docs/advanced/override_grammar/extended/, the interface
https://optuna.readthedocs.io/en/stable/tutorial/20_recipes/009_ask_and_tell.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hydra.core.override_parser.types import IntervalSweep, Override, RangeSweep

from sim.analysis.jobs.command_line import SECONDS
from sim.analysis.jobs.trials import Trial
from sim.errors import LabError, innermost, refusing
from sim.lab.config.overrides import values
from sim.laws.durations import text
from sim.lazy import hydra, optuna

DIRECTIONS = ("minimize", "maximize")
_SHARED = {
    "objective": "all trials are compared on one",
    "seed": "the luckiest would win; with replications= a trial is the mean over several",
}
_DIGITS = 6  # of a continuous value: more are noise in names and tables
_GRID_DIGITS = 12  # of a value of a grid, which is not to leave it


@dataclass(frozen=True)
class Axis:
    """One key of the space."""

    key: str  # that of the override
    distribution: optuna.distributions.BaseDistribution
    timed: bool = False  # whether its values are seconds

    def override(self, found: Any) -> str:
        """Return the override of a suggested value."""
        if isinstance(found, float):
            low, high = self.ends()
            digits = _DIGITS if getattr(self.distribution, "step", None) is None else _GRID_DIGITS
            found = near if low <= (near := float(f"{found:.{digits}g}")) <= high else found
        return f"{self.key}={text(float(found)) if self.timed else found}"

    def ends(self) -> list[Any]:
        """Return each choice, or the least and greatest value."""
        if isinstance(self.distribution, optuna.distributions.CategoricalDistribution):
            return list(self.distribution.choices)
        return [getattr(self.distribution, end) for end in ("low", "high")]


def split(overrides: Sequence[Override]) -> tuple[list[str], list[Axis]]:
    """Return the overrides shared by all trials, and axes."""
    last = {override.get_key_element(): override for override in overrides}
    fixed = [value for o in last.values() if not o.is_sweep_override() for value in values(o)]
    for key, why in _SHARED.items():
        if key in last and last[key].is_sweep_override():
            raise LabError(f"{key}: cannot be searched; {why}")
    axes = [_axis(o) for o in last.values() if o.is_sweep_override()]
    if not axes:
        raise LabError(
            "hydra/sweeper=optuna: there is nothing to search; leave a key open, such as "
            "cadence.interval=interval(10m,1d), learner.alpha=tag(log,interval(0.1,2)) or cadence=online,hourly"
        )
    return fixed, axes


def _axis(override: Override) -> Axis:
    """Return the axis of an override with open value."""
    key, sweep = override.get_key_element(), override.value()
    tags = getattr(sweep, "tags", ())
    timed, log = SECONDS in tags, "log" in tags
    with refusing(f"{key.lstrip('+')}: cannot be searched: {{why}}", ValueError):
        if isinstance(sweep, IntervalSweep):
            ends: list[Any] = [sweep.start, sweep.end]
            ends = [int(end) if timed and end == int(end) else end for end in ends]
            return Axis(key, _numbers(ends, None, log), timed)
        if isinstance(sweep, RangeSweep):
            return Axis(key, _numbers(list(sweep.range()), sweep.step, log), timed)
        names = [choice.removeprefix(f"{key}=") for choice in values(override)]
        return Axis(key, optuna.distributions.CategoricalDistribution(list(dict.fromkeys(names))))


def _numbers(points: list[Any], step: Any, log: bool) -> optuna.distributions.BaseDistribution:
    """Return the numbers between the ends of points, in steps."""
    if not points:
        raise ValueError("it is empty")
    low, high = (min(points), max(points)) if step is not None else points  # Optuna refuses ends the wrong way round
    if all(isinstance(point, int) for point in points):
        return optuna.distributions.IntDistribution(low, high, log=log, step=1 if step is None else abs(step))
    width = None if step is None else abs(float(step))
    return optuna.distributions.FloatDistribution(float(low), float(high), log=log, step=width)


class Search:
    """Optuna's study of some axes."""

    def __init__(self, axes: Sequence[Axis], sampler: Mapping[str, Any], direction: str) -> None:
        self._axes = axes
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        try:
            way: Any = direction
            self._study = optuna.create_study(sampler=hydra.utils.instantiate(sampler), direction=way)
        except Exception as error:  # any error of a sampler is about its keys
            raise LabError(f"hydra.sweeper.sampler: {innermost(error)}") from error

    def ask(self, count: int) -> list[Trial]:
        """Return the next trials."""
        space = {axis.key: axis.distribution for axis in self._axes}
        asked = [self._study.ask(space) for _ in range(count)]
        return [Trial(one.number, tuple(axis.override(one.params[axis.key]) for axis in self._axes)) for one in asked]

    def tell(self, trial: Trial, value: float | None) -> None:
        """Record the objective of a trial, None if failed."""
        trial.value = value
        self._study.tell(trial.number, value, state=optuna.trial.TrialState.FAIL if value is None else None)


def corners(axes: Sequence[Axis]) -> Iterator[list[str]]:
    """Yield points with one axis at an end."""
    first = {axis.key: axis.override(axis.ends()[0]) for axis in axes}
    for axis in axes:
        for end in axis.ends():
            yield [*(first | {axis.key: axis.override(end)}).values()]
