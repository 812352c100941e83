"""What to do about what is undecided: how many replications would settle it."""

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
        name: whose it is.
        decision: what is known about it.
        low: replications that would settle it, lower end of their interval; None with too few pairs to say.
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
        gaps: the largest ones, with what would settle them; empty if there are too few pairs to say.
        replications: of the next run: they settle the first of the gaps, or are enough to begin with.
        seeds: of the next run: as many as before, and new ones.
        key: what says how many replications.
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
    """Return what to run next, None if nothing is undecided that more replications would decide.

    A gap counts as settled where it would be found with 80 %; the interval is that of the variance of its differences
    (`sim.analysis.paired.planning`). A new seed is part of it: who adds replications to those already seen because
    they did not decide, looks twice.

    Args:
        undecided: names and decisions; those without a difference have no say.
        open_pairs: how many pairs are not decided: Holm's correction for the next one.
        looks: at how many numbers of replications data are looked at.
        seeds: of the runs.
        key: what says how many replications.
        least: pairs that are needed whatever the gaps.
    """
    told = [(name, one) for name, one in undecided if one.verdict == UNDECIDED]
    if not told:
        return None
    fresh = tuple(range(max(seeds, default=0) + 1, max(seeds, default=0) + 1 + max(len(seeds), 1)))
    gaps = [(n, d) for n, d in told if d.behind is not None and d.spread is not None and d.pairs >= FEW]
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
