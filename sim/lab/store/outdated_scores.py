"""Scores whose meaning changed since earlier versions.

In runs of those versions they count as absent.
"""

from __future__ import annotations

from collections.abc import Iterable

# They used to count matured impressions, now those handed to the learner. The age of labels came with that change.
_CHANGED = ("staleness/unlearned/", "staleness/cycle_time/")
_SINCE = "staleness/label_age/"


def outdated(names: Iterable[str]) -> set[str]:
    """Return the scores, or columns, with another meaning now.

    >>> outdated(["staleness/unlearned/mean", "requests"])
    {'staleness/unlearned/mean'}
    >>> outdated(["staleness/unlearned/mean", "staleness/label_age/p50"])
    set()
    """
    there = list(names)
    if any(name.startswith(_SINCE) for name in there):
        return set()
    return {name for name in there if name.startswith(_CHANGED)}
