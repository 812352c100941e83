"""Costs of an incident, and when it is made good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.drill.sides import STEPS, Gap, Side, gap_of
from sim.scenario.incidents import Event

ROW = 3  # steps in a row: fewer are chance


@dataclass(frozen=True)
class Drill:
    """What an incident costs, by protection.

    Attributes:
        sides: without protection first.
        incident: what happens.
        horizon: seconds.
        unit: of regret, such as ``clicks``.
    """

    sides: tuple[Side, ...]
    incident: Event
    horizon: float
    unit: str

    @property
    def step(self) -> float:
        """The length of a step, seconds."""
        return self.horizon / STEPS

    def felt(self, side: Side) -> bool:
        """Say whether regret was ever known to be higher.

        That is from the step on in which the incident begins: in `ROW` steps in a row, or in all of them together.
        """
        return _last_spell(self._worse(side)) > 0 or side.to_come(self._first).low > 0.0

    def made_good(self, side: Side) -> float | None:
        """Return the time from its end until made good.

        That is up to the first step from which on regret is known to be higher neither in a step of the next `ROW`, nor
        in `ROW` steps in a row at any later time, nor in all that is to come together. Known is what a 95 % interval
        over replications says. Harm may begin after the incident's end.

        Returns:
            Seconds; None if it is not made good by the horizon, or was never felt.
        """
        if not self.felt(side):
            return None
        worse = self._worse(side)
        ended = int(np.ceil(self.incident.ends / self.step - 1e-9))
        steps = range(max(ended, _last_spell(worse)), STEPS - ROW + 1)
        found = next((n for n in steps if not any(worse[n : n + ROW]) and side.to_come(n).low <= 0.0), None)
        return None if found is None else max(0.0, found * self.step - self.incident.ends)

    @property
    def _first(self) -> int:
        """The step in which the incident begins."""
        return int(self.incident.at / self.step + 1e-9)

    def _worse(self, side: Side) -> list[bool]:
        return [n >= self._first and gap.low > 0.0 for n, gap in enumerate(side.steps())]

    def price(self, side: Side) -> Gap:
        """Return the regret that a protection adds on good days."""
        return gap_of((side.calm.regret - self.sides[0].calm.regret).sum(axis=1))

    def saved(self, side: Side) -> Gap:
        """Return by how much less the incident costs with it."""
        return gap_of((self.sides[0].more - side.more).sum(axis=1))

    def balance(self, side: Side) -> Gap:
        """Return what a protection saves, less its price.

        It is the difference of two runs with the incident, without and with the protection.
        """
        return gap_of((self.sides[0].struck.regret - side.struck.regret).sum(axis=1))


def _last_spell(worse: Sequence[bool]) -> int:
    """Return the step after the last `ROW` worse ones."""
    return next((n for n in range(len(worse), ROW - 1, -1) if all(worse[n - ROW : n])), 0)
