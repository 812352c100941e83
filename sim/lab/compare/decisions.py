"""Decisions: each candidate against a baseline, paired on common random numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.lab.compare.statistics import LEVEL, bootstrap_interval, holm, t_interval

Pair = tuple[int, int]  # seed and replication: two runs that share them meet the same random numbers
Scores = Mapping[Pair, float]

BASELINE, BETTER, WORSE, EQUAL, UNDECIDED = "baseline", "better", "worse", "equal", "undecided"


@dataclass(frozen=True)
class Decision:
    """What is known about one candidate against the baseline; less is better.

    Attributes:
        verdict: ``better`` or ``worse`` at 95 % after correction, ``undecided``, ``equal`` when every pair is, or
            ``baseline``.
        pairs: how many pairs of seed and replication both have.
        wins: in how many of them the candidate has less.
        behind: mean difference, candidate less baseline; None without a pair.
        half: half-width of its paired t-interval; None with fewer than two pairs.
        low: lower end of its paired bootstrap interval.
        high: upper end.
        p: two-sided p-value of the paired t-test.
        adjusted: the same after Holm's correction.
    """

    verdict: str
    pairs: int
    wins: int | None = None
    behind: float | None = None
    half: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    adjusted: float | None = None


def decide(scores: Sequence[Scores], baseline: int) -> list[Decision]:
    """Compare every candidate with one of them.

    Args:
        scores: of each candidate by seed and replication; less is better.
        baseline: the place of the one that all are compared with.

    Returns:
        A decision for each candidate, in the same order.
    """
    raw = [_against(mine, scores[baseline]) for mine in scores]
    raw[baseline] = Decision(BASELINE, len(scores[baseline]), behind=0.0)
    adjusted = holm([decision.p for decision in raw])
    return [_judged(replace(one, adjusted=p)) for one, p in zip(raw, adjusted, strict=True)]


def _against(mine: Scores, theirs: Scores) -> Decision:
    common = sorted(mine.keys() & theirs.keys())
    if not common:
        return Decision(UNDECIDED, 0)
    gaps = np.array([mine[pair] - theirs[pair] for pair in common])
    known = Decision(UNDECIDED, len(gaps), wins=int((gaps < 0).sum()), behind=float(gaps.mean()))
    told = t_interval(gaps)
    if not gaps.any():
        known = replace(known, verdict=EQUAL)
    if told is None:
        return known
    low, high = bootstrap_interval(gaps) or (None, None)
    return replace(known, half=told[1], p=told[2], low=low, high=high)


def _judged(decision: Decision) -> Decision:
    if decision.verdict != UNDECIDED or decision.adjusted is None or decision.adjusted >= 1.0 - LEVEL:
        return decision
    return replace(decision, verdict=BETTER if (decision.behind or 0.0) < 0 else WORSE)
