"""Add replications to one run until its mean is known.

The method: `sim.analysis.stopping_rule`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.paired.statistics import t_interval
from sim.analysis.score import REGRET, WORDS
from sim.errors import LabError

if TYPE_CHECKING:
    from sim.lab.config.job import Job
    from sim.lab.store.run_folder import Record


def grown(job: Job, obtain: Callable[[Job], tuple[Record, bool]]) -> tuple[Record, bool, str]:
    """Return the run after the stopping rule of its job ended it.

    Also whether any was computed now, and a line that says why no more replications were added.
    """
    until = job.until
    assert until is not None
    half, wanted, computed = float("inf"), until.half, False
    if wanted is None:
        raise LabError(
            "replications.until: settled is about the difference of agents, which needs a sweep (-m); of one run a "
            f"half-width > 0 of {WORDS} is allowed"
        )
    for count in until.looks:
        record, fresh = obtain(job.of(count))
        computed |= fresh
        found = t_interval(record.table("replicates")[REGRET].to_numpy(dtype=float), len(until.looks))
        half = float("inf") if found is None or not np.isfinite(found[1]) else found[1]
        if half <= wanted:
            break
    why = f"reached {wanted:g}" if half <= wanted else f"undecided: more than {wanted:g}, and no more are allowed"
    line = (
        f"until   half-width {half:.2g} of {WORDS} with {count} of at most {until.most} replications "
        f"({why}; analysed at {', '.join(map(str, until.looks))})"
    )
    return record, computed, line
