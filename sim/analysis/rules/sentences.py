"""What the test of a rule says."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.paired.decisions import UNDECIDED
from sim.analysis.paired.verdict_map import NOT_GUARANTEED
from sim.analysis.report.model import Axis
from sim.analysis.rules.rule import Rule, Rules
from sim.analysis.rules.verdicts import BREAKS, HOLDS, Tested
from sim.analysis.settings import levels
from sim.analysis.units import counted

_SAID = {
    HOLDS: "holds", BREAKS: "breaks", UNDECIDED: "is undecided",
    NOT_GUARANTEED: "is not judged (too skewed for a t-test)",
}  # fmt: skip


def percent(value: float | None, half: float | None = None) -> str:
    """Return a share in percent, with its interval.

    >>> percent(0.0412, 0.013), percent(-0.2)
    ('+4.1 % ± 1.3', '-20 %')
    """
    if value is None:
        return ""
    places = 0 if max(abs(value), half or 0.0) >= 0.0995 else 1
    ends = "" if half is None else f" ± {100 * half:.{places}f}"
    return f"{100 * value:+z.{places}f} %{ends}".replace("+0 %", "0 %").replace("+0.0 %", "0.0 %")


def sentence(rules: Rules, rule: Rule, found: Sequence[Tested]) -> str:
    """Return where a rule holds and what it costs.

    Args:
        rules: the margin and the settings that vary.
        rule: the rule.
        found: its test at each place.
    """
    parts = [text for verdict in _SAID if (text := _part(rules, found, verdict))]
    return f'"{rule.says}" {"; ".join(parts)}.'


def _part(rules: Rules, found: Sequence[Tested], verdict: str) -> str:
    """Return the places of a verdict, with the losses."""
    there = [one for one in found if one.verdict == verdict]
    if not there:
        return ""
    everywhere = f"in all {len(there)} worlds" if len(there) > 1 else "in the only world"
    where = everywhere if len(there) == len(found) else f"at {_places(rules, found, there)}"
    losses = [one.loss for one in there if one.loss is not None]
    if not losses:
        return f"{_SAID[verdict]} {where}: no replication has a score"
    least, most = percent(min(losses)), percent(max(losses))
    cost = least if least == most else f"{least} to {most}"
    return f"{_SAID[verdict]} {where}: {cost} lost"


def _places(rules: Rules, found: Sequence[Tested], there: Sequence[Tested]) -> str:
    """Return places by row; columns where not all."""
    across = levels([one.where(rules.across) for one in found])[1]
    said = []
    for row, tick in levels([one.where(rules.down) for one in found])[1].items():
        own = {one.where(rules.across) for one in there if one.where(rules.down) == row}
        whole = {one.where(rules.across) for one in found if one.where(rules.down) == row}
        columns = "" if own == whole else f" ({', '.join(short for level, short in across.items() if level in own)})"
        said += [f"{tick}{columns}"] if own else []
    return ", ".join(said)


def how_to_read(down: Axis, across: Axis) -> str:
    """Return what the places in a sentence are."""
    row, column = down.ticks[0], across.ticks[0]
    return (
        f"Losses are shares of the reward. At {row} ({column}): {row} is {down.name}, {column} is {across.name}. "
        "Without brackets a whole row of the map is meant."
    )


def explained(rules: Rules, pairs: int) -> list[str]:
    """Return what a reader of the map must know."""
    return [
        "A cell is one world. Its number is the share of the reward that is lost by obeying the rule, against the "
        f"alternative: mean ± 95 % interval of {counted(pairs, 'replication')} with the same users and random numbers.",
        f"holds: the loss is known to be below {100 * rules.margin:g} %; breaks: it is known to be above (paired "
        "t-test, 95 %, Holm's correction over the map of each rule).",
    ]
