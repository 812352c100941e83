"""After how long silence counts as no, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.units import counted, span, with_interval
from sim.analysis.windows.curve import WindowCurve, WindowRow
from sim.laws.durations import text

QUESTION = "After how long does silence count as no?"
TWO_TESTS = (
    '"May be best" compares a window with every other one, "p (Holm)" with a single baseline (here the longest window, '
    "in the report's table of runs the best one): these are two tests, and they can disagree."
)


def answer(curves: Sequence[WindowCurve], words: str, own: float | None) -> tuple[str, ...]:
    """Return the answer first, then what it rests on."""
    first = tuple(_named(curve, " ".join([_flat(curve), *_own(curve, own)])) for curve in curves)
    rest = tuple(_named(curve, " ".join(_least(curve, words))) for curve in curves)
    return (*first, *rest, TWO_TESTS)


def _named(curve: WindowCurve, text: str) -> str:
    return f"{curve.name}: {text}" if curve.name else text


def _flat(curve: WindowCurve) -> str:
    """Return the windows that are not known to be worse."""
    places = [n for n, row in enumerate(curve.rows) if row.flat]
    first, last, end = places[0], places[-1], len(curve.rows) - 1
    low, high = curve.rows[first].text, curve.rows[last].text
    if len(places) == len(curve.rows):
        many = counted(curve.pairs, "replication")
        return f"Not decided: no window from {low} to {high} is known to be worse than another ({many}, 95 %)."
    if first == last:
        return f"After {low}: every other window that was tried is known to be worse (95 %)."
    if len(places) < last - first + 1:
        named = ", ".join(curve.rows[n].text for n in places)
        return f"After one of {named}: the other windows are known to be worse (95 %)."
    if last == end:
        return f"After {low} or more: shorter windows are known to be worse, none up to {high} to be too long (95 %)."
    if first == 0:
        return f"After {high} or less: longer windows are known to be worse, none from {low} on to be too short (95 %)."
    return f"After {low} to {high}: shorter and longer windows are known to be worse (95 %)."


def _own(curve: WindowCurve, own: float | None) -> list[str]:
    """Return where the scenario's own window stands."""
    if own is None:
        return []
    row = next((one for one in curve.rows if one.own), None)
    if row is None:
        longer = own > curve.rows[-1].window
        why = ": a longer scenario.horizon has room for it" if longer else ""
        return [f"The scenario's own window, {text(own)}, was not tried{why}."]
    where = "is among those that may be best" if row.flat else "is known to be worse than another one"
    return [f"The scenario's own window, {row.text}, {where}."]


def _least(curve: WindowCurve, words: str) -> list[str]:
    """Return where the score was least, and what ends cost."""
    best, longest = curve.rows[curve.least], curve.rows[-1]
    said = [f"The least {words} was measured with {best.text}{_known(best)}."]
    others = [curve.rows[0], *([best] if best not in (curve.rows[0], longest) else [])]
    gaps = [f"{with_interval(one.more, one.half)} with {one.text}" for one in others]
    said.append(f"Compared with {longest.text}, the longest{_known(longest)}, it is {' and '.join(gaps)}.")
    return said


def _known(row: WindowRow) -> str:
    parts = [] if row.credited is None else [f"{row.credited:.0%} of the positives are credited"]
    parts += [] if row.label_age is None else [f"labels are {span(row.label_age)} old"]
    return f" ({', '.join(parts)})" if parts else ""
