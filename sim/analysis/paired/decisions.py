"""Decisions: each candidate against a baseline, paired by random numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.paired.pairwise import ERROR, Floats, differences, holm_pairs, may_be_best, p_different
from sim.analysis.paired.skewness import skewness
from sim.analysis.paired.statistics import LEVEL, bootstrap_interval, holm, t_interval

Pair = tuple[int, int]  # seed and replication: two runs that share them have the same random numbers
ByPair = Mapping[Pair, float]  # a score of each pair

BASELINE, BETTER, WORSE, EQUAL, UNDECIDED = "baseline", "better", "worse", "equal", "undecided"
YES, NO = "yes", "no"  # whether a candidate may be the best; else undecided
FEW = 6  # pairs: fewer say almost nothing about a standard deviation


@dataclass(frozen=True)
class Decision:
    """Comparison of one candidate with the baseline; less is better.

    Attributes:
        verdict: ``better`` or ``worse`` at 95 % after correction, ``undecided``, ``equal`` when every pair is, or
            ``baseline``.
        pairs: number of pairs of seed and replication that both have.
        wins: in how many of them the candidate has less.
        behind: mean difference, candidate less baseline; None without a pair.
        half: half-width of its paired t-interval, valid at every interim analysis; None with fewer than two pairs.
        spread: standard deviation of the differences; None with fewer than two pairs.
        skewness: of the differences, `sim.analysis.paired.skewness`; None with fewer than three pairs.
        low: lower end of its paired bootstrap interval.
        high: upper end.
        p: two-sided p-value of the paired t-test, for all interim analyses.
        adjusted: the same after Holm's correction.
    """

    verdict: str
    pairs: int
    wins: int | None = None
    behind: float | None = None
    half: float | None = None
    spread: float | None = None
    skewness: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    adjusted: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The ends of the paired t-interval.

        None with fewer than two pairs.
        """
        return None if self.behind is None or self.half is None else (self.behind - self.half, self.behind + self.half)


def decide(scores: Sequence[ByPair], baseline: int, looks: int = 1, every: bool = False) -> list[Decision]:
    """Compare every candidate with one of them.

    Args:
        scores: of each candidate by seed and replication; less is better.
        baseline: the position of the one that all are compared with.
        looks: number of interim analyses, see `sim.analysis.stopping_rule`.
        every: correct for all pairs of candidates; necessary unless the baseline was named before there were data.

    Returns:
        A decision for each candidate, in the same order.
    """
    raw = [against(mine, scores[baseline], looks) for mine in scores]
    raw[baseline] = Decision(BASELINE, len(scores[baseline]), behind=0.0)
    if not every:
        return corrected(raw)
    adjusted = holm_pairs(p_different(differences(table_of(scores)), looks))[baseline]
    return [_judged(replace(one, adjusted=None if np.isnan(p) else float(p)))
            for one, p in zip(raw, adjusted, strict=True)]  # fmt: skip


def open_pairs(scores: Sequence[ByPair], decided: Sequence[Decision], looks: int = 1, every: bool = False) -> int:
    """Return how many of the corrected pairs are not decided.

    The arguments are those of `decide`.
    """
    if not every:
        return sum(one.adjusted is not None and one.adjusted >= ERROR for one in decided)
    corrected = holm_pairs(p_different(differences(table_of(scores)), looks))
    return int((corrected >= ERROR).sum()) // 2


def table_of(scores: Sequence[ByPair]) -> Floats:
    """Return scores as an array ``(n_candidates, n_pairs)``.

    NaN where a candidate does not have a pair.
    """
    pairs = sorted({pair for mine in scores for pair in mine})
    return np.array([[mine.get(pair, np.nan) for pair in pairs] for mine in scores]).reshape(len(scores), len(pairs))


def best_of(scores: Sequence[ByPair], looks: int = 1) -> list[str]:
    """Return whether each candidate may be the best.

    ``yes``, ``no`` or ``undecided``.

    See `sim.analysis.paired.pairwise.may_be_best`. A candidate is undecided if it cannot be excluded only because it
    shares too few pairs with the others: fewer than two, or fewer than `FEW` where others share more.

    >>> three = {(0, 0): 1.0, (0, 1): 2.0, (0, 2): 2.9}
    >>> best_of([three, {pair: score + 1.0 for pair, score in three.items()}, {(0, 0): 0.5}])
    ['yes', 'no', 'undecided']
    """
    table = table_of(scores)
    shared = differences(table).count.copy()
    np.fill_diagonal(shared, 0)
    most = shared.max(axis=-1, initial=0)
    little = (most < 2) | ((most < FEW) & (most < most.max(initial=0)))
    if len(scores) == 1:
        return [YES]
    return [NO if not inside else UNDECIDED if few else YES
            for inside, few in zip(may_be_best(table, looks), little, strict=True)]  # fmt: skip


def standings(scores: Sequence[ByPair], means: Sequence[float] | None = None) -> list[float]:
    """Return means adjusted to the candidate with most pairs.

    A candidate that was stopped early has few replications, perhaps easy ones: its mean difference to the candidate
    with most pairs, on the pairs they share, is added to the mean of that candidate.

    Args:
        scores: of each candidate by seed and replication.
        means: the mean of each, if known more exactly than from its scores; inf without scores.

    >>> standings([{(0, 0): 1.0, (0, 1): 5.0}, {(0, 0): 2.0}])
    [3.0, 4.0]
    """
    own = [float(np.mean(list(mine.values()))) if mine else np.inf for mine in scores]
    place = min(range(len(scores)), key=lambda n: (-len(scores[n]), own[n]))
    most = scores[place]
    return [
        (means or own)[n] if mine.keys() == most.keys() or not mine.keys() & most.keys()
        else own[place] + float(np.mean(_gaps(mine, most)))
        for n, mine in enumerate(scores)
    ]  # fmt: skip


def too_few(scores: Sequence[ByPair]) -> set[int]:
    """Return the candidates with too few pairs to win.

    Their positions: all that share fewer pairs with the others than some candidate does, and those with a single pair
    where others have more. Otherwise a lucky short run could become the baseline.

    >>> three = {(0, 0): 1.0, (0, 1): 2.0, (0, 2): 3.0}
    >>> too_few([three, three, {(0, 0): 0.5}]), too_few([three, {(0, 0): 0.5}]), too_few([{(0, 0): 0.5}] * 2)
    ({2}, {1}, set())
    """
    shared = [
        max((len(mine.keys() & theirs.keys()) for m, theirs in enumerate(scores) if m != n), default=0)
        for n, mine in enumerate(scores)
    ]
    fit = [n for n, count in enumerate(shared) if count == max(shared)]
    fit = [n for n in fit if len(scores[n]) > 1 or not shared[n]] or fit
    return set(range(len(scores))) - set(fit)


def unchosen(decision: Decision) -> Decision:
    """Return the decision as undecided if it says better.

    For a candidate with too few pairs to be the baseline, which has less than the baseline.
    """
    return replace(decision, verdict=UNDECIDED, adjusted=None) if decision.verdict == BETTER else decision


def _gaps(mine: ByPair, theirs: ByPair) -> Floats:
    """Return the differences on common pairs, ``(n_common,)``."""
    return np.array([mine[pair] - theirs[pair] for pair in sorted(mine.keys() & theirs.keys())])


def against(mine: ByPair, theirs: ByPair, looks: int = 1) -> Decision:
    """Compare one candidate with another, without correction.

    Args:
        mine: scores of the candidate by seed and replication; less is better.
        theirs: those of the other.
        looks: number of interim analyses, see `sim.analysis.stopping_rule`.
    """
    gaps = _gaps(mine, theirs)
    if not len(gaps):
        return Decision(UNDECIDED, 0)
    known = Decision(UNDECIDED, len(gaps), wins=int((gaps < 0).sum()), behind=float(gaps.mean()))
    found = t_interval(gaps, looks)
    if not gaps.any():
        known = replace(known, verdict=EQUAL)
    if found is None:
        return known
    low, high = bootstrap_interval(gaps) or (None, None)
    skew = float(skewness(gaps)) if len(gaps) > 2 else None
    spread = float(gaps.std(ddof=1))
    return replace(known, half=found[1], spread=spread, skewness=skew, p=found[2], low=low, high=high)


def corrected(raw: Sequence[Decision]) -> list[Decision]:
    """Apply Holm's correction, then decide each comparison."""
    adjusted = holm([decision.p for decision in raw])
    return [_judged(replace(one, adjusted=p)) for one, p in zip(raw, adjusted, strict=True)]


def _judged(decision: Decision) -> Decision:
    if decision.verdict != UNDECIDED or decision.adjusted is None or decision.adjusted >= 1.0 - LEVEL:
        return decision
    return replace(decision, verdict=BETTER if (decision.behind or 0.0) < 0 else WORSE)
