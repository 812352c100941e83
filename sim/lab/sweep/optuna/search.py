"""A search, by Optuna's ask-and-tell interface.

https://optuna.readthedocs.io/en/stable/tutorial/20_recipes/009_ask_and_tell.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.errors import LabError
from sim.lab.config.build_agent import innermost
from sim.lab.sweep.optuna.space import Axis
from sim.lazy import lazy

if TYPE_CHECKING:
    import hydra.utils as hydra_utils
    import optuna
    import optuna.trial as optuna_trial
    from optuna import Study
    from optuna.trial import Trial as Asked
else:
    optuna_trial = lazy("optuna.trial")
    optuna = lazy("optuna")
    hydra_utils = lazy("hydra.utils")

DIRECTIONS = ("minimize", "maximize")


@dataclass
class Trial:
    """One point of the space."""

    number: int  # from 0, in the order in which trials were suggested
    params: Mapping[str, str]  # the value of each key, in the syntax of overrides
    asked: Asked = field(repr=False)  # Optuna's trial
    run: str = ""  # the name of its run
    value: float | None = None  # the objective; None: not known yet, or it failed
    error: str | None = None  # why it failed

    @property
    def overrides(self) -> list[str]:
        """The overrides of the trial."""
        return [f"{key}={value}" for key, value in self.params.items()]


class Search:
    """Trials and their objectives."""

    def __init__(self, axes: Sequence[Axis], sampler: Mapping[str, Any], direction: str) -> None:
        self.axes, self.direction = axes, direction
        self.trials: list[Trial] = []
        self._study = _study(sampler, direction)

    def ask(self, count: int) -> list[Trial]:
        """Return the next trials."""
        return [self._ask() for _ in range(count)]

    def _ask(self) -> Trial:
        asked = self._study.ask({axis.key: axis.distribution for axis in self.axes})
        return Trial(asked.number, {axis.key: axis.value(asked.params[axis.key]) for axis in self.axes}, asked)

    def tell(self, trial: Trial, value: float | None, error: str | None = None) -> None:
        """Record the objective of a trial, None if failed."""
        trial.value, trial.error = value, error
        if value is None:
            self._study.tell(trial.asked, state=optuna_trial.TrialState.FAIL)
        else:
            self._study.tell(trial.asked, value)
        self.trials.append(trial)

    @property
    def best(self) -> Trial | None:
        """The best trial so far, the first of equals."""
        return next(iter(self.ranked()), None)

    def ranked(self) -> list[Trial]:
        """Return the trials with an objective, the best first."""
        known = [(self._sign * trial.value, trial.number, trial) for trial in self.trials if trial.value is not None]
        return [trial for *_, trial in sorted(known)]

    def so_far(self) -> Iterator[float | None]:
        """Yield the best objective up to each trial."""
        best: float | None = None
        for trial in self.trials:
            if trial.value is not None and (best is None or self._sign * trial.value < self._sign * best):
                best = trial.value
            yield best

    @property
    def _sign(self) -> float:
        return 1.0 if self.direction == "minimize" else -1.0


def corners(axes: Sequence[Axis]) -> Iterator[list[str]]:
    """Yield the overrides of points at the space's ends.

    Each end of each axis in turn, with the other axes at their first value.
    """
    first = {axis.key: axis.value(axis.ends()[0]) for axis in axes}
    for axis in axes:
        for end in axis.ends():
            yield [f"{key}={value}" for key, value in (first | {axis.key: axis.value(end)}).items()]


def _study(sampler: Mapping[str, Any], direction: Any) -> Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        return optuna.create_study(sampler=hydra_utils.instantiate(sampler), direction=direction)
    except Exception as error:  # any error of a sampler is about its keys
        raise LabError(f"hydra.sweeper.sampler: {innermost(error)}") from error
