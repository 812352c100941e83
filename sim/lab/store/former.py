"""Scores that meant something else in earlier versions: of runs of then they are absent."""

from __future__ import annotations

from collections.abc import Iterable

# Until these counted what the learner was handed, they counted what had matured; there was no age of labels then.
_CHANGED = ("staleness/unlearned/", "staleness/cycle_time/")
_SINCE = "staleness/label_age/"


def outdated(names: Iterable[str]) -> set[str]:
    """Return which scores of a run, or columns of its tables, mean something else by now.

    >>> outdated(["staleness/unlearned/mean", "requests"])
    {'staleness/unlearned/mean'}
    >>> outdated(["staleness/unlearned/mean", "staleness/label_age/p50"])
    set()
    """
    there = list(names)
    if any(name.startswith(_SINCE) for name in there):
        return set()
    return {name for name in there if name.startswith(_CHANGED)}
