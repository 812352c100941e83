"""The space of a search, as Optuna's distributions.

It is what the overrides leave open. ``interval(low, high)`` is continuous, ``int(interval(low, high))`` whole numbers,
``range(...)`` a grid; ``choice(...)`` and comma lists are names. ``tag(log, ...)`` searches on a logarithmic scale.
Intervals of durations are searched in whole seconds. The grammar is Hydra's: https://hydra.cc/docs/advanced/override_grammar/extended/
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hydra.core.override_parser.types import IntervalSweep, Override, RangeSweep

from sim.errors import LabError
from sim.lab.config.overrides import SECONDS, values
from sim.laws.durations import text
from sim.lazy import lazy

if TYPE_CHECKING:
    import optuna.distributions as optuna_distributions
    from optuna.distributions import BaseDistribution
else:
    optuna_distributions = lazy("optuna.distributions")

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
    distribution: BaseDistribution  # that of its values
    timed: bool = False  # whether they are seconds

    def value(self, found: Any) -> str:
        """Return a suggested value in the syntax of overrides."""
        if isinstance(found, float):
            low, high = self.ends()
            digits = _DIGITS if getattr(self.distribution, "step", None) is None else _GRID_DIGITS
            found = near if low <= (near := float(f"{found:.{digits}g}")) <= high else found
        return text(float(found)) if self.timed else str(found)

    def ends(self) -> list[Any]:
        """Return each choice, or the least and greatest value."""
        if isinstance(self.distribution, optuna_distributions.CategoricalDistribution):
            return list(self.distribution.choices)
        return [getattr(self.distribution, end) for end in ("low", "high")]


def split(overrides: Sequence[Override]) -> tuple[list[str], list[Axis]]:
    """Return the overrides shared by all trials, and axes."""
    last = {override.get_key_element(): override for override in overrides}
    fixed = [value for o in last.values() if not o.is_sweep_override() for value in values(o)]
    for key, why in _SHARED.items():
        if key in last and last[key].is_sweep_override():
            raise LabError(f"{key}: cannot be searched; {why}")
    axes = [axis_of(o) for o in last.values() if o.is_sweep_override()]
    if not axes:
        raise LabError(
            "hydra/sweeper=optuna: there is nothing to search; leave a key open, such as "
            "cadence.interval=interval(10m,1d), learner.alpha=tag(log,interval(0.1,2)) or cadence=online,hourly"
        )
    return fixed, axes


def axis_of(override: Override) -> Axis:
    """Return the axis of an override with open value."""
    key, sweep = override.get_key_element(), override.value()
    try:
        if isinstance(sweep, IntervalSweep):
            return Axis(key, _between(sweep.start, sweep.end, _log(sweep), _timed(sweep)), _timed(sweep))
        if isinstance(sweep, RangeSweep):
            return Axis(key, _grid(list(sweep.range()), sweep.step, _log(sweep)), _timed(sweep))

        names = [choice.removeprefix(f"{key}=") for choice in values(override)]
        return Axis(key, optuna_distributions.CategoricalDistribution(list(dict.fromkeys(names))))
    except ValueError as error:
        if isinstance(error, LabError):
            raise
        raise LabError(f"{key.lstrip('+')}: cannot be searched: {error}") from error


def _between(low: Any, high: Any, log: bool, timed: bool) -> BaseDistribution:
    if isinstance(low, int) and isinstance(high, int):
        return optuna_distributions.IntDistribution(low, high, log=log)
    if timed and low == int(low) and high == int(high):
        return optuna_distributions.IntDistribution(int(low), int(high), log=log)
    return optuna_distributions.FloatDistribution(float(low), float(high), log=log)


def _grid(points: list[Any], step: Any, log: bool) -> BaseDistribution:
    if not points:
        raise ValueError("it is empty")
    low, high = min(points), max(points)
    if all(isinstance(point, int) for point in points):
        return optuna_distributions.IntDistribution(low, high, log=log, step=abs(step))
    return optuna_distributions.FloatDistribution(float(low), float(high), log=log, step=abs(float(step)))


def _log(sweep: Any) -> bool:
    return "log" in sweep.tags


def _timed(sweep: Any) -> bool:
    return SECONDS in sweep.tags
