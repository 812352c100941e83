"""Claims against runs: passed, failed or inconclusive.

A claim is judged by Student's paired t-test of the mean difference against its bound, two-sided, on the seeds and
replications that both agents have. It passes if the test rejects and the mean is on the claimed side, fails if the test
rejects and the mean is on the other, and is inconclusive otherwise: so it passes if its 95 % interval lies on the
claimed side. With several claims, or several worlds, the p-values are corrected by Holm's procedure over all of them
(https://www.jstor.org/stable/4615733): with probability 95 % no claim passes or fails wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.claims.claim import Claim
from sim.analysis.claims.named import Agents, pairs_of
from sim.analysis.paired.comparison import apart
from sim.analysis.paired.contenders import Contender, scores_of
from sim.analysis.paired.decisions import FEW
from sim.analysis.paired.pairwise import ERROR, Floats
from sim.analysis.paired.planning import MOST, pairs_needed
from sim.analysis.paired.statistics import holm, t_interval
from sim.analysis.units import counted, p_value, with_interval
from sim.lazy import lazy
from sim.score import about

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

PASS, FAIL, INCONCLUSIVE = "pass", "fail", "inconclusive"
FAILED, UNDECIDED = 1, 3  # exit codes


class ClaimsNotMet(RuntimeError):
    """Some claims failed, or are inconclusive."""

    def __init__(self, code: int) -> None:
        super().__init__(f"claims: {'one or more failed' if code == FAILED else 'none failed, not all are decided'}")
        self.code = code


@dataclass(frozen=True)
class Checked:
    """A claim in a world, with its verdict.

    Attributes:
        claim: the claim.
        world: the settings that set its world apart; empty if there is one only.
        pairs: seeds and replications that both agents have.
        difference: the mean; None without a pair.
        half: half-width of its 95 % interval, valid at every interim analysis; None with fewer than two pairs.
        p: of the two-sided test against the bound; None where there is no test.
        adjusted: the same after Holm's correction.
        verdict: `PASS`, `FAIL` or `INCONCLUSIVE`.
        needed: pairs that would probably decide it if the mean is the truth; None if it is decided, or unknown, as it
            is from fewer than `FEW` pairs.
    """

    claim: Claim
    world: str
    pairs: int
    difference: float | None = None
    half: float | None = None
    p: float | None = None
    adjusted: float | None = None
    verdict: str = INCONCLUSIVE
    needed: int | None = None


def check(claims: Sequence[Claim], found: Sequence[Contender], agents: Agents, looks: int = 1) -> list[Checked]:
    """Check claims in each world that has both agents.

    Args:
        claims: the claims.
        found: the contenders of a sweep.
        agents: those that have a name, by their parts.
        looks: interim analyses of these runs, see `sim.analysis.stopping_rule`.

    Raises:
        LabError: a claim names no agent of these runs, or several.
    """
    firsts = list({one.world: one for one in found}.values())
    names = apart(firsts) if len(firsts) > 1 else []
    rows, gaps = [], []
    for claim in claims:
        for mine, theirs in pairs_of(claim, found, agents):
            gaps.append(_gaps(claim, mine, theirs))
            rows.append(Checked(claim, mine.label(names) if names else "", len(gaps[-1])))
    return judged(rows, gaps, looks)


def judged(rows: Sequence[Checked], gaps: Sequence[Floats], looks: int = 1) -> list[Checked]:
    """Return claims with their verdicts, corrected over all.

    Args:
        rows: the claims, each in a world.
        gaps: of each, the paired differences ``(n_pairs,)``.
        looks: see `check`.
    """
    tested = [_tested(row, own, looks) for row, own in zip(rows, gaps, strict=True)]
    p = holm([row.p for row in tested])
    return [_judged(replace(row, adjusted=q), own, len(rows)) for row, q, own in zip(tested, p, gaps, strict=True)]


def _gaps(claim: Claim, mine: Contender, theirs: Contender) -> Floats:
    own, other = (scores_of(one, claim.score) for one in (mine, theirs))
    return np.array([own[pair] - other[pair] for pair in sorted(own.keys() & other.keys())])


def _tested(row: Checked, gaps: Floats, looks: int) -> Checked:
    if not len(gaps):
        return row
    row = replace(row, difference=float(gaps.mean()))
    if (found := t_interval(gaps - row.claim.bound, looks)) is None:
        return row
    _, half, p = found
    return replace(row, half=half, p=0.0 if half == 0.0 else p)  # without any spread the mean is known


def _judged(row: Checked, gaps: Floats, tests: int) -> Checked:
    if row.difference is None or row.adjusted is None:
        return row
    if row.adjusted < ERROR:
        return replace(row, verdict=PASS if row.claim.holds(row.difference) else FAIL)
    if row.pairs < FEW:
        return row
    needed = pairs_needed(row.difference - row.claim.bound, float(gaps.std(ddof=1)), ERROR / tests)
    return replace(row, needed=needed if needed < MOST else None)


def exit_code(checked: Sequence[Checked]) -> int:
    """Return 0 (all pass), 1 (one fails) or 3."""
    verdicts = {row.verdict for row in checked}
    return FAILED if FAIL in verdicts else UNDECIDED if INCONCLUSIVE in verdicts else 0


def in_words(checked: Sequence[Checked]) -> str:
    """Return how many claims passed, in a sentence."""
    passed, failed, left = ([row for row in checked if row.verdict == one] for one in (PASS, FAIL, INCONCLUSIVE))
    parts = [f"{len(passed)} of {counted(len(checked), 'claim')} passed"]
    parts += [f"{len(failed)} failed"] if failed else []
    parts += [f"{len(left)} inconclusive"] if left else []
    needed = [row.needed for row in left if row.needed]
    more = f"; about {max(needed):,} replications would decide" if needed else ""
    few = "; a claim needs two replications or more" if any(row.pairs == 1 for row in left) else ""
    unknown = list(dict.fromkeys(row.claim.score for row in left if not row.pairs))
    none = f"; these runs do not have {', '.join(unknown)}" if unknown else ""
    return f"{', '.join(parts)}{more}{few}{none}."


def cells(row: Checked) -> tuple[str, str, str, str]:
    """Return claim, difference, p-value and verdict as text."""
    unit = " s" if about()[row.claim.score].unit == "s" else ""
    return str(row.claim), with_interval(row.difference, row.half) + unit, p_value(row.adjusted), row.verdict


def frame(checked: Sequence[Checked]) -> pd.DataFrame:
    """Return a row for each claim and world."""
    return pd.DataFrame([_row(row) for row in checked])


def _row(row: Checked) -> Mapping[str, object]:
    claim, half, mean = row.claim, row.half, row.difference
    ends = (None, None) if half is None or mean is None else (mean - half, mean + half)
    bounds = {"at_most": claim.at_most, "at_least": claim.at_least}
    return {
        "score": claim.score, "of": claim.of, "versus": claim.versus, **bounds, "world": row.world, "pairs": row.pairs,
        "difference": mean, "difference/low": ends[0], "difference/high": ends[1], "p": row.p, "p/holm": row.adjusted,
        "verdict": row.verdict,
    }  # fmt: skip
