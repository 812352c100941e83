"""Which impressions have been learnt: handed to the learner with the label that they settle to.

The settled label of an impression is 1 where its positive is credited and 0 where it closes without one; what is lost
has none and is never learnt. A row with positive weight teaches it if the row has that label, be it in the log yet or
not (who counts what is pending as negative has learnt a negative when it was served), or if the log had settled it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.columns import KINDS, Columns
from sim.ports import Examples

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_KEPT = ("number", "request_at", "delivered_at", "label")


class Unlearnt:
    """Impressions that the log has let go of before they were learnt: a correction may still hold them."""

    def __init__(self) -> None:
        self._rows: Columns = {name: np.empty(0, KINDS[name]) for name in _KEPT} | {"learnt": np.empty(0, np.bool_)}

    def keep(self, rows: Columns) -> None:
        """Take the next rows that the log lets go of, in order of serving."""
        parts = self._rows, rows
        still = [~(part["learnt"] | np.isinf(part["delivered_at"])) for part in parts]
        for name in self._rows:
            self._rows[name] = np.concatenate([part[name][own] for part, own in zip(parts, still, strict=True)])

    def teach(self, examples: Examples, stored: Columns, first: int, now: float) -> Floats:
        """Note what the learner learns from the rows that it is handed.

        Args:
            examples: these.
            stored: the log's columns; ``learnt`` is written to.
            first: number of the first of its rows.
            now: the cutoff, seconds.

        Returns:
            The request instants of what is learnt for the first time, in order of serving.
        """
        number, label = examples.impressions.number, examples.label
        if not (teaches := (examples.weight > 0) & (number >= 0)).all():
            number, label = number[teaches], label[teaches]
        here = (number >= first) & (number < first + len(stored["learnt"]))
        if here.all():
            return _learn(stored, number - first, label, now)
        old = np.isin(number, self._rows["number"])
        place = np.searchsorted(self._rows["number"], number[old])
        gone = _learn(self._rows, place, label[old], now)
        return np.concatenate([gone, _learn(stored, number[here] - first, label[here], now)])


def _learn(rows: Columns, place: Ints, label: Floats, now: float) -> Floats:
    """Mark the rows, found at some places, that a label teaches; return when those not marked before were served."""
    learnt = rows["learnt"]
    if (again := learnt[place]).any():  # most of what a refit is handed
        place, label = place[~again], label[~again]
    delivered_at = rows["delivered_at"][place]
    settles = (label == rows["label"][place]) | (delivered_at <= now)
    place = place[settles & np.isfinite(delivered_at)]
    if len(place) > 1:  # the same one twice, or in another order
        first, end = int(place.min()), int(place.max()) + 1
        before = learnt[first:end].copy()
        learnt[place] = True
        place = np.flatnonzero(learnt[first:end] & ~before) + first
    learnt[place] = True
    return np.asarray(rows["request_at"][place], dtype=np.float64)
