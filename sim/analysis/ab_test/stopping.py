"""When a test is stopped, and what it then says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
FIXED, PEEKING, SPENT = RULES = ("the last look", "first significant look", "first at level 5 % / looks")


@dataclass(frozen=True)
class Stopping:
    """What tests say that a rule stops, in shares.

    Attributes:
        rule: one of `RULES`. The last one spends an equal share of the 5 % at each look (see
            `sim.analysis.stopping_rule`): whenever it stops, at most 5 % win by chance.
        wins: share that says that B wins.
        losses: share that says that A wins.
        false: share that says so falsely.
        day: the mean look at which a test ends, from 0; a test without a winner ends at the last one.
    """

    rule: str
    wins: float
    losses: float
    false: float
    day: float


def stopped(rule: str, significant: Bools, sign: Ints, true: int) -> Stopping:
    """Return what tests say.

    Args:
        rule: one of `RULES`.
        significant: ``(tests, looks)``, at the rule's level.
        sign: ``(tests, looks)`` of the estimates.
        true: the sign of the true difference, 0 if none is known: then each winner is false.

    >>> test = np.array([[False, True, False]]), np.array([[1, -1, 1]])
    >>> [stopped(rule, *test, 1).false for rule in (FIXED, PEEKING)]
    [0.0, 1.0]
    """
    last = significant.shape[1] - 1
    ends = np.full(len(significant), last)
    if rule != FIXED:
        ends = np.where(significant.any(axis=1), significant.argmax(axis=1), last)
    tests = np.arange(len(ends))
    says = np.where(significant[tests, ends], sign[tests, ends], 0)
    false = (says != 0) & (says != true)
    shares = [float(np.mean(one)) for one in (says > 0, says < 0, false, ends)]
    return Stopping(rule, *shares)
