"""What the dashboard hides, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from sim.analysis.as_seen.corrections import wait
from sim.analysis.as_seen.signs import Signs
from sim.analysis.as_seen.triangle import LOOKS, Floats, Triangle
from sim.analysis.first_honest_day import LEAST
from sim.analysis.units import counted, digits, span

_NAMES = tuple(LOOKS.values())
_MOST_STEPS = 1 / 3  # of all steps: a look is spoken of if so many have reached it
_LITTLE = 0.01  # of the truth: less is not missing
_MUCH = 0.05  # of the truth: so much is worth a line of its own


@dataclass(frozen=True)
class Reading:
    """A step, read at its end and later."""

    step: int
    look: int  # the later one
    truth: float
    at_end: float
    later: float


def reading(found: Triangle) -> Reading | None:
    """Return the newest step that was followed for long enough.

    It has reached the last look that a third of the steps have reached. None where nothing happened.
    """
    truth, seen = found.mean()
    reached = np.isfinite(seen)
    looks = np.flatnonzero(reached.mean(axis=0) >= _MOST_STEPS)
    if not len(looks):
        return None
    look = int(looks[-1])
    step = int(np.flatnonzero(reached[:, look])[-1])
    if not truth[step]:
        return None
    return Reading(step, look, float(truth[step]), float(seen[step, 0]), float(seen[step, look]))


def of_one(found: Triangle) -> str:
    """Return what a dashboard hides; empty if unknown."""
    told = reading(found)
    if told is None:
        return ""
    kinds, end = f"{found.kind}s", "the end of the day" if found.by_day else "its end"
    first = f"On {found.name(told.step)} the dashboard shows {percent(told.at_end)} {kinds}"
    first = first if found.by_day else first.replace("On", "In", 1)
    late, never = 1.0 - told.at_end / told.truth, 1.0 - told.later / told.truth
    if abs(late) < _LITTLE:
        return f"{first}, which is the truth: nearly all of them come before {end}."
    truth = f"{first} at {end}; in truth it was {percent(told.truth)}"
    if late < 0:
        return f"{truth}: some of what it shows is taken back later."
    still = ""
    if told.look:
        still = f", and {share(never)} are not there {_NAMES[told.look]}" if never >= _LITTLE else (
            f", and nearly all are there {_NAMES[told.look]}")  # fmt: skip
    return f"{truth}: {share(late)} of them come after {end}{still}."


def of_much(found: Triangle) -> str:
    """Return `of_one` where the dashboard hides much; else nothing."""
    told = reading(found)
    return of_one(found) if told is not None and told.at_end < (1.0 - _MUCH) * told.truth else ""


def of_corrections(found: Triangle, window: float | None, weighted: Floats | None, why: str | None) -> list[str]:
    """Return what the readings beside the plain one say.

    Args:
        found: the triangle.
        window: seconds, from the impression to the last positive that is credited; None without a window.
        weighted: ``(steps,)`` rates at the end of each step, weighted by age; None where age does not tell them.
        why: why it does not.
    """
    told = reading(found)
    if told is None:
        return []
    said = [_waited(found, told, window)] if window is not None else []
    if weighted is None:
        return [*said, f"Not weighted by age: {why}."]
    if np.isfinite(rate := weighted[told.step]):
        said.append(
            f"Weighted by age (each positive over the chance that one is in the log by its age) the end of "
            f"{found.name(told.step)} reads {percent(float(rate))}; in truth {percent(told.truth)}."
        )
    return said


def _waited(found: Triangle, told: Reading, window: float) -> str:
    look, final = wait(window), f"Who waits until the window is over ({span(window)})"
    if look is None:
        return f"{final} waits longer than 28 d."
    rate = float(found.mean()[1][told.step, look])
    if np.isnan(rate):
        named = found.name(told.step)
        return f"{final} cannot read {named} yet: the next of these looks, {_NAMES[look]}, is past the horizon."
    return f"{final} reads {found.name(told.step)} at the next of these looks, {_NAMES[look]}: {percent(rate)}."


def of_two(found: Triangle, one: Signs, names: tuple[str, str]) -> list[str]:
    """Return whether the dashboard names the better of two agents.

    Args:
        found: of the first, for the names of steps.
        one: the difference, second less first.
        names: of both.
    """
    return [line for line in (_example(found, one, names), _honest(found, one), *_cautions(found, one)) if line]


def _example(found: Triangle, one: Signs, names: tuple[str, str]) -> str:
    reached = np.flatnonzero(np.isfinite(one.seen[:, 0]) & one.known)
    wrong = [n for n in reached if np.sign(one.seen[n, 0]) != np.sign(one.truth[n])]
    if not len(reached):
        return "Which of the two is better is not known of any day: the intervals of the true differences hold 0."
    step = int(wrong[len(wrong) // 2]) if wrong else int(reached[-1])
    seen, truth = (float(value) for value in (one.seen[step, 0], one.truth[step]))
    unit = f"{found.kind}s in 100 impressions"
    said = f"At the end of {found.name(step)} {names[int(seen > 0)]} looks better by {points(abs(seen))} {unit}"
    if wrong:
        return f"{said}; in truth {names[int(truth > 0)]} is, by {points(abs(truth))}."
    return f"{said}, and so it is, by {points(abs(truth))}."


def _honest(found: Triangle, one: Signs) -> str:
    """Return the first honest step of each look."""
    if one.pairs < LEAST:
        return ""
    looks = [n for n in range(len(_NAMES)) if one.reached[:, n].any()]
    firsts = [(one.first_honest(n), _NAMES[n]) for n in looks]
    if len({first for first, _ in firsts}) == 1:
        first = firsts[0][0]
        return f"First honest {found.step}: {'none' if first is None else found.name(first)}, whenever it is read."
    told = []
    for first, group in groupby(firsts, key=lambda pair: pair[0]):
        when = " or ".join(name for _, name in group)
        told.append(f"read {when}: {'none' if first is None else found.name(first)}")
    return f"First honest {found.step}: {'; '.join(told)}."


def _cautions(found: Triangle, one: Signs) -> list[str]:
    said = []
    if one.pairs < LEAST:
        said.append(
            f"With {counted(one.pairs, 'replication')} no {found.step} can be called honest, even if all signs are "
            f"right: that takes {LEAST}."
        )
    elif unknown := int((~one.known & np.isfinite(one.truth)).sum()):
        steps = f"{unknown} of {np.isfinite(one.truth).sum()} {found.step}s"
        said.append(f"On {steps} the true difference is not known to differ from 0: no sign is right there.")
    return said


def percent(rate: float) -> str:
    """Return a rate in percent.

    >>> percent(0.0187), percent(float("nan"))
    ('1.87 %', '-')
    """
    return "-" if np.isnan(rate) else f"{digits(100.0 * rate)} %"


def points(gap: float) -> str:
    """Return a difference of rates in hundredths.

    >>> points(-0.00312)
    '-0.312'
    """
    return "-" if np.isnan(gap) else digits(100.0 * gap)


def share(part: float) -> str:
    """Return a share in whole percent.

    >>> share(0.387)
    '39 %'
    """
    return f"{100.0 * part:.0f} %"
