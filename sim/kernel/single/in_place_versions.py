"""Versions that follow one another in place.

They are noted as they come, and worked out together.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.pipeline import OF_VERSION, Versions

Ints = NDArray[np.int64]


@dataclass
class _Noted:
    """The noted versions, as plain numbers side by side.

    Python's garbage collector has no work with these.
    """

    at: list[float] = field(default_factory=list)
    request_at: list[float] = field(default_factory=list)
    examples: list[int] = field(default_factory=list)


class InPlaceVersions:
    """The versions that a learner's fast path makes.

    Each ships as it is trained.

    Args:
        versions: all of them; they know nothing of what was noted here until `work_out`.

    Attributes:
        number: of the serving version.
    """

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._first = versions.serving.number
        self._answered = versions.answered
        self._live_at: list[float] = []
        self._learnt: list[int] = []
        self._label_at: list[float] = []
        self._noted = _Noted()
        self.join()

    def join(self) -> None:
        """Continue from the serving version.

        It serves from its cutoff on and has not been noted here.
        """
        serving = self._versions.serving
        self.number = serving.number
        self._live_at.append(serving.cutoff_at)
        self._learnt.append(serving.learnt)
        self._label_at.append(serving.label_at)

    def follow(self, now: float, request_at: float, examples: int) -> None:
        """Note the next version, trained on one more entry.

        It serves at once.

        Args:
            now: seconds.
            request_at: of the impression that it has learnt newly.
            examples: matured log entries by now.
        """
        noted = self._noted
        noted.at.append(now)
        noted.request_at.append(request_at)
        noted.examples.append(examples)
        self.number += 1

    def work_out(self) -> tuple[range, list[float]]:
        """Add the noted versions to all versions.

        Returns the numbers of those that followed, and when they were trained.
        """
        noted, self._noted = self._noted, _Noted()
        at, request_at = noted.at, noted.request_at
        numbers = range(self.number + 1 - len(at), self.number + 1)
        if not at:
            return numbers, at
        learnt = range(self._learnt[-1] + 1, self._learnt[-1] + 1 + len(at))
        label_at = list(accumulate(request_at, max, initial=self._label_at[-1]))[1:]
        self._live_at += at
        self._learnt += learnt
        self._label_at += label_at
        self._versions.update_in_place(at, noted.examples, learnt, label_at[-1], np.array(request_at))
        return numbers, at

    def columns(self, answered: list[int]) -> dict[str, Any]:
        """Return the version columns of requests, by version number."""
        version = np.array(answered)
        place = version - self._first
        live_at, learnt, label_at = (np.array(c).take(place) for c in (self._live_at, self._learnt, self._label_at))
        stamps = (version, live_at, live_at, learnt, label_at, 0)
        return dict(zip(OF_VERSION, stamps, strict=True))

    def first_answers(self, answered: Ints) -> Ints:
        """Return the places of requests that a version answered first."""
        return np.flatnonzero(np.diff(answered, prepend=self._first - (not self._answered)))
