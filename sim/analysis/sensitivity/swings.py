"""How far each range moves the difference of two agents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import BETTER, WORSE, ByPair, Decision, against, corrected
from sim.analysis.paired.statistics import t_interval
from sim.analysis.sensitivity.ranges import Range
from sim.errors import LabError

A_BETTER, B_BETTER = "A better", "B better"
FLIPS, OPENS, NO = "flips", "undecides", "no"  # what a range does to the verdict
_VERDICTS = {BETTER: B_BETTER, WORSE: A_BETTER}

Sides = tuple[ByPair, ByPair]  # of A and of B in one world, less is better


def verdict(one: Decision) -> str:
    """Return who is better in a world, or ``undecided``, ``equal``."""
    return _VERDICTS.get(one.verdict, one.verdict)


@dataclass(frozen=True)
class Swing:
    """A range, and what it does to the difference.

    Attributes:
        range: the key and its ends.
        low: B less A at the low end.
        high: the same at the high end.
        by: the difference at the high end less that at the low end, paired.
        half: half-width of its 95 % t-interval; None with fewer than two pairs.
        turns: `FLIPS` if A is better somewhere and B elsewhere; `OPENS` if it is decided in some worlds only; else
            `NO`. The worlds are both ends and the centre.
    """

    range: Range
    low: Decision
    high: Decision
    by: float
    half: float | None
    turns: str

    @property
    def moves(self) -> bool:
        """Whether the range is known to move the difference."""
        return self.half is not None and abs(self.by) > self.half


@dataclass(frozen=True)
class Sensitivity:
    """Two agents at the centre and at ranges' ends.

    Attributes:
        centre: B less A in the scenario as it is.
        swings: one for each range, that with the largest first.
    """

    centre: Decision
    swings: tuple[Swing, ...]

    @property
    def turning(self) -> list[Swing]:
        """Those that turn the verdict."""
        return [one for one in self.swings if one.turns != NO]

    @property
    def worlds(self) -> int:
        """How many worlds were tried: centre and ends."""
        return 2 * len(self.swings) + 1

    @property
    def next(self) -> Swing | None:
        """What to measure: of those that turn it, the largest."""
        return next(iter(self.turning), None)


def sensitivity(ranges: Sequence[Range], centre: Sides, ends: Sequence[tuple[Sides, Sides]]) -> Sensitivity:
    """Return what each range does to the verdict.

    All worlds have the same random numbers. Verdicts are those of paired t-tests after Holm's correction over all
    worlds (`sim.analysis.paired.decisions`).

    Args:
        ranges: what is not known.
        centre: scores in the scenario as it is.
        ends: scores at the low and at the high end of each range.

    Raises:
        LabError: both agents share no replication with a known score in some world.
    """
    sides = [centre, *(side for pair in ends for side in pair)]
    first, *rest = corrected([against(theirs, mine) for mine, theirs in sides])
    swings = []
    for n, (one, (low, high)) in enumerate(zip(ranges, ends, strict=True)):
        moved = t_interval(gaps := _moved(one, low, high))
        lower, upper = rest[2 * n], rest[2 * n + 1]
        half = None if moved is None else moved[1]
        swings.append(Swing(one, lower, upper, float(gaps.mean()), half, _turns([first, lower, upper])))
    if not first.pairs:
        raise LabError("sensitivity: the compared score is not known in the scenario as it is; a longer horizon helps")
    return Sensitivity(first, tuple(sorted(swings, key=lambda one: -abs(one.by))))


def _moved(one: Range, low: Sides, high: Sides) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return by how much each replication's difference moves."""
    shared = sorted(set.intersection(*(set(side) for side in (*low, *high))))
    if not shared:
        raise LabError(f"sensitivity: {one.key}: the compared score is not known at both ends; a longer horizon helps")
    return np.array([(high[1][pair] - high[0][pair]) - (low[1][pair] - low[0][pair]) for pair in shared])


def _turns(worlds: Sequence[Decision]) -> str:
    found = {verdict(one) for one in worlds}
    decided = found & {A_BETTER, B_BETTER}
    if len(decided) == 2:
        return FLIPS
    return OPENS if decided and found - decided else NO


def sensitivity_of(ranges: Sequence[Range], worlds: Sequence[tuple[Contender, Contender]]) -> Sensitivity:
    """Return the analysis of A and B in all worlds.

    Args:
        ranges: what is not known.
        worlds: both agents in the world as it is, then at the low and the high end of each range.

    Raises:
        LabError: agents are compared on regret in some worlds and on reward in others.
    """
    if len({one.by_reward for sides in worlds for one in sides}) > 1:
        raise LabError(
            "--range: users.leaving.satisfaction_effect: agents are compared on reward where it is above 0, on regret "
            "where it is 0; a range above 0 is allowed, in a scenario where it is above 0"
        )
    centre, *rest = [(a.regret, b.regret) for a, b in worlds]
    return sensitivity(ranges, centre, list(zip(rest[::2], rest[1::2], strict=True)))
