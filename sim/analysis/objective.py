"""The objective of a run: one number to minimise.

``objective: regret/at_base_rate`` is a single score. ``objective: {regret/total: 1, cost/training_time: 0.2 per h,
pushes: 0.05}`` is a sum of scores times their prices. Here the unit is a reward: one is lost per unit of
regret, 0.2 are spent for each hour of training, and 0.05 for each push.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from sim.analysis.score import LASTING, REGRET, STILL_THERE
from sim.errors import LabError
from sim.laws.durations import UNITS
from sim.scenario import Scenario
from sim.score import about

if TYPE_CHECKING:
    from sim.analysis.paired.scored_run import ScoredRun

PUSHES = "pushes"
_PRICE = re.compile(r"\s*(\S+)\s+per\s+(\w+)\s*")
_WORDS = {"second": "s", "minute": "m", "hour": "h", "day": "d"}
_ALLOWED = "allowed are the scores of summary.json (docs/outputs.md) and pushes"


class Undefined(ValueError):
    """A run has no objective: a score is undefined."""


@dataclass(frozen=True)
class Objective:
    """A sum of scores, each times its price."""

    prices: Mapping[str, float]  # by score, per unit of the score (seconds, for times)

    @property
    def name(self) -> str:
        """The score, or the sum with its prices."""
        if list(self.prices.values()) == [1.0]:
            return next(iter(self.prices))
        hourly = {name: f"{p * UNITS['h']:g} per h" if _timed(name) else f"{p:g}" for name, p in self.prices.items()}
        return " + ".join(f"{name} x {price}" for name, price in hourly.items())

    @property
    def heading(self) -> str:
        """The score, or ``cost``."""
        return self.name if len(self.prices) == 1 else "cost"

    @property
    def formula(self) -> str:
        """The formula of a cost; empty for a single score."""
        return "" if self.heading == self.name else f"; cost = {self.name}"

    def value(self, scores: Mapping[str, float | None], ship: str) -> float:
        """Return the objective of a run with these scores.

        ``pushes`` counts the versions that an agent pushed, superseded ones included; it is 0 for an agent in place.
        """
        fates = [scores.get(f"versions/{fate}") for fate in ("pushed", "superseded")]
        shipped = None if None in fates else sum(filter(None, fates))
        known = {**scores, PUSHES: shipped if ship == "push" else 0.0}
        total = 0.0
        for name, price in self.prices.items():
            score = known.get(name)
            if score is None:
                raise Undefined(f"objective: {name} is undefined in this run")
            total += price * score
        return total

    def of(self, record: ScoredRun) -> float | None:
        """Return the objective of a complete run, or None."""
        try:
            return self.value(record.summary, record.config.ship)
        except Undefined:
            return None


DEFAULT = Objective({REGRET: 1.0})


def objective_of(node: Any, replications: int = 2) -> Objective:
    """Return the objective of a score or of prices.

    >>> objective_of({"regret/total": 1, "cost/training_time": "1.8 per h"}).prices
    {'regret/total': 1.0, 'cost/training_time': 0.0005}
    """
    prices = {node: 1.0} if isinstance(node, str) else node
    if not isinstance(prices, Mapping) or not prices:
        raise LabError(f"objective: is {node!r}; a score such as {REGRET}, or prices by score, is allowed")
    for name in map(str, prices):
        _check_name(name, replications)
    return Objective({str(name): _price(str(name), price) for name, price in prices.items()})


def wrong_way(objective: Objective, direction: str) -> str | None:
    """Return a warning if a search maximises a loss.

    >>> wrong_way(Objective({"reward/total": 1.0}), "minimize")
    'objective: more reward/total is better; hydra.sweeper.direction=maximize looks for it'
    """
    (name, price), *others = objective.prices.items()
    better = about()[name].better if name in about() else None
    best = "maximize" if (better == "more") == (price > 0) else "minimize"
    if others or better is None or best == direction:
        return None
    return f"objective: {better} {name} is better; hydra.sweeper.direction={best} looks for it"


def on_leaving(objective: Objective, scenario: Scenario) -> str | None:
    """Warn of regret in a search where users leave."""
    if not scenario.users.leave_by_satisfaction or not any(name.startswith("regret/") for name in objective.prices):
        return None
    return (
        f"objective: {STILL_THERE}; a comparison orders by {LASTING}, and objective={LASTING} "
        "hydra.sweeper.direction=maximize searches by it"
    )


def _check_name(name: str, replications: int) -> None:
    plain = re.sub("/(low|high)$", "", name)
    end = name[len(plain) :]
    if plain not in (*scores(), PUSHES) or (end and plain == PUSHES):
        near = get_close_matches(name, (*scores(), PUSHES), 1)
        raise LabError(f"objective: unknown score {name!r}{f', did you mean {near[0]}' if near else ''}; {_ALLOWED}")
    if end and replications < 2:
        raise LabError(f"objective: {name} needs replications=2 or more")


def _price(name: str, value: Any) -> float:
    match = _PRICE.fullmatch(value) if isinstance(value, str) else None
    number, unit = (match[1], UNITS.get(_WORDS.get(match[2].removesuffix("s"), match[2]))) if match else (value, 1.0)
    try:
        price = math.nan if isinstance(number, bool) else float(number) / (unit or math.nan)
    except (TypeError, ValueError):
        price = math.nan
    if not math.isfinite(price) or (match and not _timed(name)):
        kind = "a number, or one such as 0.2 per h," if _timed(name) else "a number"
        raise LabError(f"objective: the price of {name} is {value!r}; {kind} is allowed")
    return price


def _timed(name: str) -> bool:
    """Say whether a score is in seconds."""
    plain = re.sub("/(low|high)$", "", name)
    return plain in about() and about()[plain].unit == "s"


def scores() -> tuple[str, ...]:
    """Return the names of all scores."""
    return tuple(about())
