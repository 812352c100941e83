"""Advice on how many replications would decide what is undecided."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.paired.decisions import FEW, UNDECIDED, Decision
from sim.analysis.paired.pairwise import ERROR
from sim.analysis.paired.planning import interval_needed

_GAPS = 3
START = 12  # replications to begin with


@dataclass(frozen=True)
class Gap:
    """A difference that is not decided.

    Attributes:
        name: of the contender.
        decision: what is known about the difference.
        low: replications that would decide it, lower end of their interval; None with too few pairs to estimate it.
        high: upper end.
    """

    name: str
    decision: Decision
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Advice:
    """What to run next.

    Attributes:
        gaps: the largest differences, with the replications that would decide them; empty with too few pairs to
            estimate these.
        replications: those of the next run: enough to decide the first gap, or enough to begin with.
        seeds: those of the next run: as many as before, all new.
        key: the key that sets the number of replications.
    """

    gaps: tuple[Gap, ...]
    replications: int
    seeds: tuple[int, ...]
    key: str = "replications"

    @property
    def overrides(self) -> tuple[str, str]:
        """Return what to change on the command line."""
        return f"{self.key}={self.replications}", f"seed={','.join(map(str, self.seeds))}"


def advice(
    undecided: Sequence[tuple[str, Decision]],
    open_pairs: int,
    looks: int,
    seeds: Sequence[int],
    key: str = "replications",
    least: int = 0,
) -> Advice | None:
    """Return what to run next, None if nothing is undecided.

    A gap counts as decided if the test would find it with a power of 80 %; the interval is that of the variance of its
    differences (`sim.analysis.paired.planning`). The seed is new: adding replications to runs that were analysed
    already, because they were undecided, would be a second interim analysis.

    Args:
        undecided: names and decisions; those without a difference are ignored.
        open_pairs: how many pairs are not decided: Holm's correction for the next one.
        looks: the number of interim analyses.
        seeds: those of the runs.
        key: the key that sets the number of replications.
        least: pairs that are needed whatever the gaps are.
    """
    left = [(name, one) for name, one in undecided if one.verdict == UNDECIDED]
    if not left:
        return None
    fresh = tuple(range(max(seeds, default=0) + 1, max(seeds, default=0) + 1 + max(len(seeds), 1)))
    gaps = [(n, d) for n, d in left if d.behind is not None and d.spread is not None and d.pairs >= FEW]
    if not gaps:
        return Advice((), max(math.ceil(max(START, least) / len(fresh)), 2), fresh, key)
    gaps.sort(key=lambda gap: -abs(gap[1].behind or 0.0))
    error = ERROR / looks / max(open_pairs, 1)
    found = [Gap(n, d, *_each(interval_needed(d.behind or 0.0, d.spread or 0.0, d.pairs, error), len(fresh)))
             for n, d in gaps[:_GAPS]]  # fmt: skip
    return Advice(tuple(found), max(found[0].high or START, math.ceil(least / len(fresh))), fresh, key)


def _each(needed: tuple[int, int], seeds: int) -> tuple[int, int]:
    low, high = needed
    return math.ceil(low / seeds), math.ceil(high / seeds)
