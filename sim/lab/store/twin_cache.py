"""Cache of the scores of twins, one JSON line each.

Attributions share twins: with more replications, with another push latency where the push is removed, after an
interruption. A line is appended as a whole; invalid lines are ignored.
"""

from __future__ import annotations

import os
from pathlib import Path

from sim.analysis.attribution.replications import Key, line_of, scores_in
from sim.lab.store.atomic import writing
from sim.lab.store.untrusted import content
from sim.score.metrics.base import Summary

NAME = "twins.jsonl"
_MOST_BYTES = 64 << 20


class TwinCache:
    """Scores of twins, in a file or in memory."""

    def __init__(self, folder: Path | None = None, anew: bool = False) -> None:
        self._file = None if folder is None else folder / NAME
        self._known = {} if self._file is None or anew else _read(self._file)

    def get(self, key: Key) -> Summary | None:
        """Return the scores of a twin's replication, None if unknown."""
        return self._known.get(key)

    def add(self, key: Key, tally: Summary) -> None:
        """Store the scores of a replication."""
        self._known[key] = tally
        if self._file is None:
            return
        with writing(self._file.parent):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o644)
            try:
                os.write(handle, line_of(key, tally).encode())
            finally:
                os.close(handle)


def _read(file: Path) -> dict[Key, Summary]:
    try:
        return scores_in(content(file, _MOST_BYTES).decode("utf-8", errors="replace"))
    except FileNotFoundError:
        return {}
