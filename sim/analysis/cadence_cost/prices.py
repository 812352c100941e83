"""Prices of rewards, hours of training and pushes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from sim.analysis.objective import PUSHES, Objective
from sim.errors import LabError, unknown

REWARD, TRAINING, PUSHED = "lost reward", "training", "pushes"
_SCORES = {REWARD: "reward/total", TRAINING: "cost/training_time", PUSHED: PUSHES}
_HOUR = 3600.0
_EXAMPLE = "per_reward=0.02, per_training_hour=3, per_push=0.5"


@dataclass(frozen=True)
class Prices:
    """Prices in one currency; what is not priced is free.

    Attributes:
        per_reward: of a reward: a click, or what it is worth where the scenario has values.
        per_training_hour: of an hour of the trainer, or of updates in place.
        per_push: of a version that is pushed.
    """

    per_reward: float = 0.0
    per_training_hour: float = 0.0
    per_push: float = 0.0

    @property
    def by_part(self) -> dict[str, float]:
        """The price of a unit, by part of the cost."""
        each = (self.per_reward, self.per_training_hour, self.per_push)
        return dict(zip(_SCORES, each, strict=True))

    def __str__(self) -> str:
        return ", ".join(f"{one.name}={getattr(self, one.name):g}" for one in fields(self))


def amounts(scores: Mapping[str, float | None], ship: str) -> dict[str, float]:
    """Return rewards, hours of training and pushes of a run.

    Args:
        scores: of one replication, by name.
        ship: how the agent ships; one in place pushes nothing.

    Raises:
        Undefined: a score is missing.
    """
    units = {TRAINING: 1.0 / _HOUR}
    return {part: Objective({name: units.get(part, 1.0)}).value(scores, ship) for part, name in _SCORES.items()}


def prices_of(text: str) -> Prices:
    """Return the prices in a text.

    Raises:
        LabError: an unknown or repeated name, no number, a negative one, or all are 0.

    >>> prices_of("per_reward=0.02, per_push=0.5")
    Prices(per_reward=0.02, per_training_hour=0.0, per_push=0.5)
    """
    names, given = [one.name for one in fields(Prices)], dict[str, float]()
    for part in text.split(",") if text.strip() else ():
        name, equals, value = (word.strip() for word in part.partition("="))
        if name not in names:
            raise unknown("--price", name, names)
        if name in given:
            raise LabError(f"--price: {name} is given twice")
        if not equals:
            raise LabError(f"--price: {name} has no price; write {name}=0.02")
        given[name] = _price(name, value)
    if not any(given.values()):
        raise LabError(f"--price: is {text!r}; prices such as '{_EXAMPLE}' are allowed, one of them above 0")
    return Prices(**given)


def _price(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value < math.inf:
        raise LabError(f"--price: {name} is {text!r}; a number >= 0 is allowed")
    return value
