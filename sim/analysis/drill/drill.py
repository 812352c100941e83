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

        That is in `ROW` steps in a row, from the one on in which the incident begins.
        """
        return _last_spell(self._worse(side)) is not None

    def made_good(self, side: Side) -> float | None:
        """Return the time from its end until made good.

        That is up to the first step from which on regret is not known to be higher in `ROW` steps in a row. Harm may
        begin after the end: the search begins at the end of the incident, or of the last `ROW` steps in a row in which
        regret is known to be higher. Known is what a 95 % interval of one step says.

        Returns:
            Seconds; None if it is not made good by the horizon, or was never felt.
        """
        worse = self._worse(side)
        last = _last_spell(worse)
        if last is None:
            return None
        ended = int(np.ceil(self.incident.ends / self.step - 1e-9))
        found = recovered(worse, max(ended, last))
        return None if found is None else max(0.0, found * self.step - self.incident.ends)

    def _worse(self, side: Side) -> list[bool]:
        first = int(self.incident.at / self.step + 1e-9)
        return [n >= first and gap.low > 0.0 for n, gap in enumerate(side.steps())]

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


def recovered(worse: Sequence[bool], start: int) -> int | None:
    """Return the first of `ROW` steps without harm.

    >>> recovered([True, False, True, False, False, False], 0), recovered([True, False, False], 1)
    (3, None)
    """
    places = range(start, len(worse) - ROW + 1)
    return next((n for n in places if not any(worse[n : n + ROW])), None)


def _last_spell(worse: Sequence[bool]) -> int | None:
    """Return the step after the last `ROW` worse ones."""
    ends = (n for n in range(len(worse), ROW - 1, -1) if all(worse[n - ROW : n]))
    return next(ends, None)
