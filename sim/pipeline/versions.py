"""Policy versions and their history.

What each has read, and when it was trained, went live and was retired.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ports import Policy

Floats = NDArray[np.float64]
Stamp = tuple[int, float | None, float, int, float, int]
OF_VERSION = ("version", "live_at", "cutoff_at", "learnt", "label_at", "version_lag")  # what a stamp holds


@dataclass(frozen=True)
class Version:
    """A policy with a number.

    Attributes:
        number: from 0, in order of cutoffs.
        cutoff_at: instant up to which it has read the log, seconds.
        examples: matured log entries up to the cutoff.
        policy: what it answers with.
        learnt: impressions that it, or a version before it, has learnt (`sim.pipeline.learnt`).
        label_at: request instant of the latest served of them, minus infinity without any.
        trained_at: None until trained.
        live_at: None until it began to serve.
    """

    number: int
    cutoff_at: float
    examples: int
    policy: Policy
    learnt: int = 0
    label_at: float = -np.inf
    trained_at: float | None = None
    live_at: float | None = None

    def stamp(self, in_flight: int) -> Stamp:
        """Return what a request keeps of its version.

        The version that answered it, without the policy.
        """
        return self.number, self.live_at, self.cutoff_at, self.learnt, self.label_at, in_flight


class VersionRow(NamedTuple):
    """A version's record, instants in seconds.

    None where it never came to that.
    """

    version: int
    cutoff_at: float
    trained_at: float | None
    live_at: float | None
    retired_at: float | None
    examples: int
    learnt: int
    status: str


class Versions:
    """All versions of a run.

    Args:
        policy: the untrained policy, version 0.

    Attributes:
        serving: the version that answers.
        answered: whether it has answered a request.
        count: versions so far.
        in_flight: versions trained and not live yet.
    """

    def __init__(self, policy: Policy) -> None:
        self.serving = Version(0, 0.0, 0, policy, trained_at=0.0, live_at=0.0)
        self.answered = False
        self.count, self.in_flight = 1, 0
        self._open: dict[int, Version] = {}  # those that have not served yet
        self._closed: list[tuple[Any, ...]] = []
        self._newly: dict[int, list[Floats]] = {}  # of versions that have not answered yet
        self._learnt, self._label_at = 0, -np.inf

    def start(self, cutoff_at: float, examples: int, policy: Policy, newly: Floats) -> Version:
        """Add the version whose training starts now.

        Args:
            cutoff_at: seconds.
            examples: matured log entries up to the cutoff.
            policy: what it will answer with.
            newly: request instants of the impressions that it is the first to learn, in order.
        """
        self._learnt += len(newly)
        if len(newly):
            self._label_at = max(self._label_at, newly.item(-1))
        version = Version(self.count, cutoff_at, examples, policy, self._learnt, self._label_at)
        self._open[version.number], self._newly[version.number] = version, [newly]
        self.count += 1
        return version

    def trained(self, number: int, at: float) -> None:
        """Note that a version's training is over."""
        self._open[number] = replace(self._open[number], trained_at=at)
        self.in_flight += 1

    def arrive(self, number: int, at: float) -> None:
        """End a version's push and make it live.

        Unless a newer one is live: the newest wins.
        """
        self.in_flight -= 1
        version = self._open.pop(number)
        if number < self.serving.number:
            self._closed.append(_row(version, None, "superseded"))
            return
        self._closed.append(_row(self.serving, at, "retired"))
        self._hand_on(number)
        self.serving, self.answered = replace(version, live_at=at), False

    def take_newly(self) -> list[Floats]:
        """Note that the serving version answers for the first time.

        Returns:
            Request instants of the impressions that it, or a version before it that never answered, was the first
            to learn.
        """
        self.answered = True
        return self._newly.pop(self.serving.number, [])

    def give(self, policy: Policy) -> None:
        """Give the serving version its policy if it has none."""
        self.serving = replace(self.serving, policy=policy)

    def update_in_place(
        self, at: Sequence[float], examples: Sequence[int], learnt: Sequence[int], label_at: float, newly: Floats
    ) -> None:
        """Add versions that were trained in place.

        They followed the serving one, and each was live at once.

        Args:
            at: when each was, seconds.
            examples: of each, matured log entries by then.
            learnt: of each, impressions learnt.
            label_at: of the last.
            newly: request instants of what they were the first to learn, in order.
        """
        self._closed.append(_row(self.serving, at[0], "retired"))
        numbers = range(self.count, self.count + len(at) - 1)  # of all but the last
        self._closed += zip(numbers, at, at, at, at[1:], examples, learnt, repeat("retired"))
        self.count += len(at)
        self._learnt, self._label_at = learnt[-1], label_at
        last, live_at = self.count - 1, at[-1]
        policy, learnt_by = self.serving.policy, (learnt[-1], label_at)
        self._newly[last] = [newly]
        self._hand_on(last)
        self.serving = Version(last, live_at, examples[-1], policy, *learnt_by, trained_at=live_at, live_at=live_at)
        self.answered = False

    def _hand_on(self, number: int) -> None:
        """Pass on what earlier versions learnt and never felt."""
        if len(self._newly) > 1:
            before = sorted(old for old in self._newly if old <= number)
            self._newly[number] = [newly for old in before for newly in self._newly.pop(old)]

    def rows(self) -> list[VersionRow]:
        """Return a row per version, in order of number."""
        going = [_row(v, None, "training" if v.trained_at is None else "pushing") for v in self._open.values()]
        rows = [*self._closed, _row(self.serving, None, "live"), *going]
        return list(map(VersionRow._make, sorted(rows, key=itemgetter(0))))


def _row(v: Version, retired_at: float | None, status: str) -> tuple[Any, ...]:
    return v.number, v.cutoff_at, v.trained_at, v.live_at, retired_at, v.examples, v.learnt, status
