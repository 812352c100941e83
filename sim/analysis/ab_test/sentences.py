"""What A/B tests come to, in sentences."""

from __future__ import annotations

import numpy as np

from sim.analysis.ab_test.ab_tests import AbTests, Interval
from sim.analysis.first_honest_day import LEAST, lower_bound
from sim.analysis.report.model import UNKNOWN
from sim.analysis.units import counted, with_interval

UNITS = {"per_request": "reward a request", "per_user": "reward a user"}
_LOGS = {"own": "logs of their own", "shared": "a shared log"}
CHANCE = 0.05  # of a winner among equals
_BLIND = 0.2  # share of wrong signs, or no intervals, on the last day from which on a test is too small to say anything
_SMALL = "Too few users or days."
QUESTION = "Does this A/B test lie?"


def day(found: AbTests, look: float) -> str:
    """Return a look as a day, such as ``day 3``.

    It may be a mean of several.
    """
    return f"day {np.interp(look, np.arange(len(found.looks)), found.looks) / 86400.0:.3g}"


def percent(share: float) -> str:
    """Return a share in percent.

    >>> percent(0.1234), percent(0.004), percent(float("nan"))
    ('12 %', '0.4 %', '-')
    """
    if np.isnan(share):
        return UNKNOWN
    return f"{100.0 * share:.0f} %" if share >= 0.00995 or share == 0.0 else f"{100.0 * share:.1f} %"


def answer(found: AbTests) -> str:
    """Return the answer to `QUESTION`."""
    last = len(found.looks) - 1
    blind = float(found.without_interval[last])
    cannot = f"It cannot tell: on {day(found, last)}, {percent(blind)} of the tests have no interval. {_SMALL}"
    if not found.true_sign:
        if blind >= _BLIND:
            return f"Neither side is known to be better. {cannot}"
        now = percent(float(found.false_win[last]))
        return f"Neither side is known to be better. On {day(found, last)}, {now} of the tests name a winner."
    false, tests = np.nan_to_num(found.false_win), found.replications
    most = float(false[at := int(np.argmax(false))])
    if lower_bound(round(most * tests), tests) > CHANCE:
        return f"Yes: on {day(found, at)}, {percent(most)} of the tests name a false winner. {_signs(found)}"
    if blind >= _BLIND:
        return cannot
    if (unsure := float(found.wrong_sign[-1])) >= _BLIND:
        return f"It cannot tell: {percent(unsure)} of the tests have the wrong sign on {day(found, last)}. {_SMALL}"
    rarely = f"on no day more than {percent(most)} of the tests name" if most else "no test names"
    return f"Hardly: {rarely} a false winner. {_signs(found)}"


def _signs(found: AbTests) -> str:
    """Say from when on signs are right."""
    last, honest = len(found.looks) - 1, found.first_honest_look
    if found.replications < LEAST:
        at = int(np.nanargmax(found.wrong_sign))
        shares = (f"{percent(float(found.wrong_sign[one]))} on {day(found, one)}" for one in (at, last))
        return f"The sign is wrong in {', in '.join(shares)}."
    if honest is None:
        return f"Up to {day(found, last)} fewer than 95 % are known to have the right sign."
    return f"From {'the first look' if honest == 0 else day(found, honest)} on, at least 95 % have the right sign."


def sentences(found: AbTests) -> list[str]:
    """Return what the tests come to, the answer first."""
    return [
        f"{QUESTION} {answer(found)}",
        _truth(found),
        *_honest(found),
        *(_interference(found) if len(found.logs) > 1 else []),
    ]


def _truth(found: AbTests) -> str:
    better = {1: "B is better", -1: "A is better", 0: "no difference is known"}[found.true_sign]
    return (
        f"Truth: {better}. All users under B less all under A: {_told(found.truth)} {UNITS[found.metric]} "
        f"(95 % over {counted(found.replications, 'replication')})."
    )


def _honest(found: AbTests) -> list[str]:
    if not found.true_sign:
        return ["So each winner counts as false, and no sign is right."]
    if found.replications < LEAST:
        return [f"First honest day: unknown; {LEAST} replications or more are needed."]
    return []


def _interference(found: AbTests) -> list[str]:
    inside, gap = found.difference_inside, found.interference
    told = (f"{_told(inside[log])} with {_LOGS[log]} (interference {_told(gap[log])})" for log in found.logs)
    return [f"Inside the test, with everything known, the difference is {', '.join(told)}."]


def _told(interval: Interval) -> str:
    mean, half = interval
    return with_interval(mean, half, 5)
