"""Costs of an incident, and when it is made good."""

from __future__ import annotations

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
        first = int(self.incident.at / self.step + 1e-9)
        return self._last_spell(side) > 0 or side.to_come(first).low > 0.0

    def made_good(self, side: Side) -> float | None:
        """Return the time from its end until made good.

        That is up to the first step from which on regret is known to be higher neither in `ROW` steps in a row nor in
        all that is to come together. Known is what a 95 % interval over replications says. Harm may begin after the
        incident's end.

        Returns:
            Seconds; None if it is not made good by the horizon, or was never felt.
        """
        if not self.felt(side):
            return None
        ended = int(np.ceil(self.incident.ends / self.step - 1e-9))
        steps = range(max(ended, self._last_spell(side)), STEPS - ROW + 1)
        found = next((n for n in steps if side.to_come(n).low <= 0.0), None)
        return None if found is None else max(0.0, found * self.step - self.incident.ends)

    def _last_spell(self, side: Side) -> int:
        """Return the step after the last spell of harm."""
        first = int(self.incident.at / self.step + 1e-9)
        worse = [gap.low > 0.0 for gap in side.steps()]
        return next((n for n in range(STEPS, first + ROW - 1, -1) if all(worse[n - ROW : n])), 0)

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
