"""What to run next, in a sentence."""

from __future__ import annotations

from sim.analysis.paired.advice import Advice, Gap
from sim.analysis.paired.decisions import FEW
from sim.analysis.paired.planning import MOST


def sentence_of(advice: Advice) -> str:
    """Return what to run next, and why."""
    what = " ".join(advice.overrides)
    fresh = f"run the same again with {what} (a new seed, so that these data are not used twice)"
    if not advice.gaps:
        return f"Fewer than {FEW} replications do not tell how many would be enough: {fresh}."
    gaps = "; ".join(f"{gap.name}: {_needed(gap)}" for gap in advice.gaps)
    return (
        f"Replications needed to decide the largest differences, if these estimates are right: {gaps}. Next: {fresh}."
    )


def _needed(gap: Gap) -> str:
    """Return how many replications would decide a difference, in words."""
    if gap.low is None or gap.high is None:
        return "-"
    if gap.low >= MOST:
        return f"more than {MOST:,}"
    return f"{gap.low:,} to {'more than ' if gap.high >= MOST else ''}{gap.high:,}"
