"""What the ranges say, in words."""

from __future__ import annotations

from sim.analysis.paired.decisions import Decision
from sim.analysis.score import LASTING_WORDS, WORDS
from sim.analysis.sensitivity.swings import A_BETTER, B_BETTER, FLIPS, OPENS, Sensitivity, Swing, verdict
from sim.analysis.units import counted, digits, with_interval

_TURNS = {FLIPS: "flips it", OPENS: "leaves it open"}
TITLE = "Which unknown turns the verdict?"


def answer(found: Sensitivity) -> str:
    """Return which ranges turn the verdict, and what to measure."""
    if found.centre.half is None:
        return "One replication says nothing of chance: replications=8 does."
    if (first := found.next) is None:
        return f"No range turns it: {_everywhere(found)}."
    said = [f"{one.range.name} {_TURNS[one.turns]}{'' if one.moves else ' (may be chance)'}" for one in found.turning]
    begin = f"As the scenario is, {_in_words(found.centre)}. Within its range {', '.join(said)}."
    if not first.moves:
        more = f"{first.range.name}, though more replications may do: its range is not known to move the difference"
        return f"{begin} Measure next: {more}."
    return f"{begin} Measure next: {first.range.name}."


def _in_words(one: Decision) -> str:
    words = {A_BETTER: "A is better", B_BETTER: "B is better", "equal": "A and B are equal"}
    return words.get(verdict(one), "it is not decided which is better")


def _everywhere(found: Sensitivity) -> str:
    kinds = {verdict(one) for one in (found.centre, *(end for each in found.swings for end in (each.low, each.high)))}
    if kinds <= {A_BETTER, B_BETTER, "equal"} and len(kinds) == 1:
        return f"{_in_words(found.centre)} in all {counted(found.worlds, 'world')}"
    return f"it is decided in none of {counted(found.worlds, 'world')}; more replications may decide it"


def lines(found: Sensitivity) -> list[str]:
    """Return by how much each range moves the difference."""
    return [_line(one) for one in found.swings]


def _line(one: Swing) -> str:
    known = "" if one.moves or one.half is None or one.by == one.half == 0.0 else ", which may be chance"
    by = f"by {with_interval(one.by, one.half, places=3)}{known}" if one.by or one.half else "by nothing"
    ends = f"from {digits(one.low.behind)} to {digits(one.high.behind)}"
    return f"{one.range.name}, {one.range.low} to {one.range.high}: B less A goes {ends}, {by}."


def compared(by_reward: bool) -> str:
    """Return the name of the compared score, less is better."""
    return f"minus {LASTING_WORDS}" if by_reward else WORDS


def about(found: Sensitivity, by_reward: bool) -> str:
    """Return what the numbers are, in one sentence."""
    return (
        f"B less A is {compared(by_reward)}, below 0 if B is better; {counted(found.centre.pairs, 'replication')}, "
        f"the same random numbers in all {counted(found.worlds, 'world')}. Verdicts: 95 %, corrected for all worlds. "
        "One range moves at a time."
    )
