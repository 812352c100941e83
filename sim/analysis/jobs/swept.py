"""What differs among the jobs of a sweep."""

from __future__ import annotations

from collections.abc import Sequence


def differing(jobs: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the keys whose values differ, in given order.

    >>> differing([["learner=ucb1", "seed=0", "trace=true"], ["learner=ucb1", "seed=1", "trace=true"]])
    ('seed',)
    """
    given = [dict(override.lstrip("+").partition("=")[::2] for override in job) for job in jobs]
    keys = dict.fromkeys(key for job in given for key in job)
    return tuple(key for key in keys if len({job.get(key) for job in given}) > 1)
