"""Replications added to one run until its mean is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from sim.analysis.paired.scored_run import ScoredRun
from sim.analysis.paired.statistics import t_interval
from sim.analysis.score import REGRET, WORDS
from sim.analysis.stopping_rule import StoppingRule
from sim.errors import LabError

R = TypeVar("R", bound=ScoredRun)


def grown(until: StoppingRule, obtain: Callable[[int], tuple[R, bool]]) -> tuple[R, bool, str]:
    """Return the run when the stopping rule ended it.

    Args:
        until: the rule.
        obtain: returns the run of so many replications, and whether it was computed now.

    Returns:
        The run, whether any was computed now, and a line that says why no more replications were added.

    Raises:
        LabError: the rule is about several agents.
    """
    half, wanted, computed = float("inf"), until.half, False
    if wanted is None:
        raise LabError(
            "replications.until: settled is about the difference of agents, which needs a sweep (-m); of one run a "
            f"half-width > 0 of {WORDS} is allowed"
        )
    for count in until.looks:
        record, fresh = obtain(count)
        computed |= fresh
        scores = record.replicates
        found = None if scores is None else t_interval(scores[REGRET].to_numpy(dtype=float), len(until.looks))
        half = float("inf") if found is None or not np.isfinite(found[1]) else found[1]
        if half <= wanted:
            break
    why = f"reached {wanted:g}" if half <= wanted else f"undecided: more than {wanted:g}, and no more are allowed"
    line = (
        f"until   half-width {half:.2g} of {WORDS} with {count} of at most {until.most} replications "
        f"({why}; analysed at {', '.join(map(str, until.looks))})"
    )
    return record, computed, line
