"""The record of which impressions have been learnt.

Learnt: handed to the learner with the label that they settle to.

The settled label of an impression is 1 where its positive is credited and 0 where it closes without one; what is lost
has none and is never learnt. A row with positive weight teaches it if the row has that label, be it in the log yet or
not (who counts what is pending as negative has learnt a negative when it was served), or if the log had settled it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.columns import KINDS, Columns, Table
from sim.ports import Examples
from sim.reading import Name
from sim.tuning import TUNING, Tuning

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_KINDS = {"number": np.int64, "request_at": np.float64, "delivered_at": np.float64, "label": KINDS["label"]}


class Unlearnt:
    """The impressions dropped from the log before they were learnt.

    A correction may still hold them.

    Args:
        tuning: sizes.
    """

    def __init__(self, tuning: Tuning = TUNING) -> None:
        self._at_once = tuning.taught_at_once
        self._rows: Columns = {name: np.empty(0, kind) for name, kind in _KINDS.items()}
        self._rows["learnt"] = np.empty(0, np.bool_)
        self._taught: set[Name] = set()  # by the last refit

    def keep(self, rows: Table, gone: int) -> None:
        """Keep the log's first rows, which it will drop."""
        own = ~self._rows["learnt"]
        still = np.flatnonzero(~rows["learnt"][:gone] & _comes(rows, slice(0, gone)))
        read = rows.reader()
        self._rows = {name: np.concatenate([column[own], read(name, still)]) for name, column in self._rows.items()}

    def teach(self, examples: Examples, stored: Table, end: int, now: float) -> Floats:
        """Record what the learner learns from the given rows.

        Args:
            examples: these.
            stored: the log's rows; ``learnt`` is written to.
            end: number after that of the last impression served.
            now: the cutoff, seconds.

        Returns:
            The request instants of what is learnt for the first time, in order of serving.
        """
        taught, self._taught = self._taught, set()
        parts = []
        for name, piece in examples.pieces(self._at_once):
            if name is not None:
                self._taught.add(name)
            if name not in taught:
                parts.append(self._teach(piece, stored, end, now))
        if len(parts) == 1:
            return parts[0]
        return np.sort(np.concatenate([np.empty(0), *parts]))  # requests are numbered in order of time

    def _teach(self, examples: Examples, stored: Table, end: int, now: float) -> Floats:
        number, label = examples.impressions.number, examples.label
        if not (teaches := (examples.weight > 0) & (number >= 0)).all():
            number, label = number[teaches], label[teaches]
        here = (number >= stored.first) & (number < end)
        if here.all():
            return _learn(stored, stored.size, number - stored.first, label, now)
        old = np.isin(number, self._rows["number"])
        place = np.searchsorted(self._rows["number"], number[old])
        gone = _learn(self._rows, 1, place, label[old], now)
        return np.concatenate([gone, _learn(stored, stored.size, number[here] - stored.first, label[here], now)])


def _comes(rows: Columns | Table, place: Ints | slice) -> NDArray[np.bool_]:
    """Return whether an impression has a settled label."""
    comes = np.isfinite(rows["delivered_at"][place])
    if isinstance(rows, Table) and "lost" in rows.columns:
        comes &= ~rows["lost"][place]
    return comes


def _learn(rows: Columns | Table, size: int, place: Ints, label: Floats, now: float) -> Floats:
    """Mark the rows that a label teaches.

    They are found at some places. Returns when those not marked before were served.
    """
    learnt = rows["learnt"]
    if (again := learnt[place]).any():  # most of what a refit is handed
        place, label = place[~again], label[~again]
    delivered_at = rows["delivered_at"][place]
    settles = (label == rows["label"][place]) | (delivered_at <= now)
    place = place[settles & _comes(rows, place)]
    if len(place) > 1:  # the same one twice, or in another order
        first, end = int(place.min()), int(place.max()) + 1
        before = learnt[first:end].copy()
        learnt[place] = True
        place = np.flatnonzero(learnt[first:end] & ~before) + first
    learnt[place] = True
    return np.asarray(rows["request_at"][place // size if size > 1 else place], dtype=np.float64)
