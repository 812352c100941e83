"""What a verdict map says, in sentences."""

from __future__ import annotations

from sim.analysis.paired.decisions import UNDECIDED
from sim.analysis.paired.skewness import ENOUGH, STRONG
from sim.analysis.paired.verdict_map import NOT_GUARANTEED, ONLINE, VerdictMap
from sim.lab.report.text.advice import sentence_of


def map_paragraphs(found: VerdictMap) -> list[str]:
    """Return the count of verdicts and what keeps some from being one, and what to do about it."""
    several = len(found.contenders) > 1
    counts = [_counts(found, one, f"{one} against online: " if several else "") for one in found.contenders]
    head = f"Verdict map: of {len(found.places)} {'comparisons' if several else 'places'} "
    said = [f"{head}{'; '.join(counts)} (95 %, Holm's correction over the map).", *_skewed(found)]
    return [" ".join(said), *([sentence_of(found.advice)] if found.advice else [])]


def _counts(found: VerdictMap, contender: str, head: str) -> str:
    online, other, undecided = (found.count(verdict, contender) for verdict in (ONLINE, contender, UNDECIDED))
    return f"{head}online is better at {online}, {contender} at {other}, and {undecided} are undecided"


def _skewed(found: VerdictMap) -> list[str]:
    said = []
    if strong := [abs(p.skewness or 0.0) for p in found.places if p.verdict == NOT_GUARANTEED]:
        said.append(
            f"At {len(strong)} the level is not guaranteed: the differences are too skewed ({max(strong):.1f}; at most "
            f"{STRONG:g} is allowed) for a t-test, and the interval is all that is said."
        )
    if some := [abs(p.skewness or 0.0) for p in found.places if p.wants_pairs]:
        said.append(f"At {len(some)} the differences are skewed ({max(some):.1f}), and {ENOUGH} pairs are needed.")
    return said
