"""A recorder that passes committed requests on in chunks.

The size of chunks is fixed, so that the readers (scores, files, the fingerprint) get the same chunks for every block
size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.trace.chunk import Chunk, FirstAnswers

CHUNK_REQUESTS = 16_384
_FLOATS = (
    "request_at", "live_at", "cutoff_at", "label_at", "expected", "regret", "gap", "weight", "random_predicted",
    "random_probability",
)  # fmt: skip
_INTS = ("learnt", "served_before")
_SMALL_INTS = ("user", "visit", "version", "version_lag")
_WIDE = {
    "item": np.int32,
    "propensity": np.float64,
    "predicted": np.float64,
    "probability": np.float64,
    "outcome": np.bool_,
    "event_at": np.float64,
    "delivered_at": np.float64,
    "credited": np.bool_,
}
_OF_CLICKS = {"clicked": np.bool_, "click_logged_at": np.float64}
_OF_VALUES = {"value": np.float64, "worth": np.float64}  # and ``random_worth`` of a request


class Recorder:
    """A buffer of `CHUNK_REQUESTS` requests.

    Args:
        size: items in a slate.
        horizon: seconds.
        readers: functions that get every full chunk, and the rest at the end.
        valued: whether an outcome may count something else than 1.
        reverses: whether positives may be taken back.
        loses: whether positives may be lost although their impression closes.
        converts: whether conversions are the outcomes, so that clicks are something else.
        further: columns of small numbers that only some runs have.
    """

    def __init__(
        self,
        size: int,
        horizon: float,
        readers: list[Callable[[Chunk], None]],
        *,
        valued: bool = False,
        reverses: bool = False,
        loses: bool = False,
        converts: bool = False,
        further: tuple[str, ...] = (),
    ) -> None:
        self._horizon, self._readers, self._size = horizon, readers, size
        self._floats = (*_FLOATS, "random_worth") if valued else _FLOATS
        self._wide = _WIDE | (_OF_VALUES if valued else {}) | ({"reversed_at": np.float64} if reverses else {})
        self._wide |= ({"lost": np.bool_} if loses else {}) | (_OF_CLICKS if converts else {})
        self._small_ints = (*_SMALL_INTS, *further)
        self._columns = self._empty()
        self._filled = 0
        self._answered_at, self._cutoff_at = list[float](), list[float]()  # of versions: first answer and cutoff
        self._upto: list[int] = []  # impressions that each has learnt
        self._learnt: list[NDArray[np.float64]] = []
        self._learnt_before = 0
        self.requests = 0

    def _empty(self) -> dict[str, NDArray[Any]]:
        return {
            **{name: np.empty(CHUNK_REQUESTS) for name in self._floats},
            **{name: np.empty(CHUNK_REQUESTS, dtype=np.int64) for name in _INTS},
            **{name: np.empty(CHUNK_REQUESTS, dtype=np.int32) for name in self._small_ints},
            **{name: np.empty((CHUNK_REQUESTS, self._size), dtype=kind) for name, kind in self._wide.items()},
        }

    def first_answers(
        self, at: list[float], cutoff_at: list[float], learnt: list[int], newly: list[NDArray[np.float64]]
    ) -> None:
        """Record the first requests that versions answered.

        Args:
            at: the instant of each, seconds.
            cutoff_at: cutoff of each version, seconds.
            learnt: number of impressions that each version has learnt.
            newly: when the impressions were served that each version has learnt and no version that answered before
                has, seconds.
        """
        self._answered_at += at
        self._cutoff_at += cutoff_at
        self._upto += learnt
        self._learnt += newly

    def add(self, rows: int, columns: Mapping[str, Any]) -> None:
        """Append requests; a scalar is the value of all rows."""
        done = 0
        while done < rows:
            take = min(rows - done, CHUNK_REQUESTS - self._filled)
            into = slice(self._filled, self._filled + take)
            for name, buffer in self._columns.items():
                value = columns[name]
                buffer[into] = value[done : done + take] if isinstance(value, np.ndarray) else value
            self._filled += take
            done += take
            if self._filled == CHUNK_REQUESTS:
                self.flush()
        self.requests += rows

    def flush(self) -> None:
        """Pass the recorded requests on, even if there are none."""
        at, cutoff_at = (np.array(instants, dtype=np.float64) for instants in (self._answered_at, self._cutoff_at))
        count = np.diff(np.array(self._upto, dtype=np.int64), prepend=self._learnt_before).astype(np.int64)
        self._learnt_before += int(count.sum())
        first_answers = FirstAnswers(at, cutoff_at, count, np.concatenate([np.empty(0), *self._learnt]))
        columns = {name: buffer[: self._filled] for name, buffer in self._columns.items()}
        chunk = Chunk(horizon=self._horizon, first_answers=first_answers, **columns)
        self._columns, self._filled = self._empty(), 0  # readers may keep the former arrays
        self._answered_at, self._cutoff_at, self._upto, self._learnt = [], [], [], []
        for reader in self._readers:
            reader(chunk)
