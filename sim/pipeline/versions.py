"""Policy versions: what each has read, and when it was trained, went live and was retired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.ports import Policy

Floats = NDArray[np.float64]
Stamp = tuple[int, float | None, float, int, float, int]
OF_VERSION = ("version", "live_at", "cutoff_at", "learnt", "label_at", "version_lag")  # what a stamp holds


@dataclass
class Version:
    """A policy with a number. What is updated in place may follow itself, renumbered: keep a `stamp`, not the version.

    Attributes:
        number: from 0, in order of cutoffs.
        cutoff_at: instant up to which it has read the log, seconds.
        examples: matured log entries up to the cutoff.
        policy: what it answers with.
        learnt: impressions that it, or a version before it, has learnt (`sim.pipeline.learnt`).
        label_at: request instant of the latest served of them, minus infinity without any.
        newly: request instants of impressions that it, or a version before it that never answered, was the first to
            learn; handed on when the version first answers.
        answered: whether it has.
        trained_at: None until trained; likewise the other instants.
        live_at: when it began to serve.
        retired_at: when a newer one did.
        superseded: a newer version went live before its push was over.
    """

    number: int
    cutoff_at: float
    examples: int
    policy: Policy
    learnt: int = 0
    label_at: float = -np.inf
    newly: list[Floats] = field(default_factory=list)
    answered: bool = False
    trained_at: float | None = None
    live_at: float | None = None
    retired_at: float | None = None
    superseded: bool = False

    def stamp(self, in_flight: int) -> Stamp:
        """Return what a request keeps of the version that answered it, without the policy."""
        return self.number, self.live_at, self.cutoff_at, self.learnt, self.label_at, in_flight

    @property
    def status(self) -> str:
        """One of ``training pushing live retired superseded``."""
        if self.superseded:
            return "superseded"
        if self.retired_at is not None:
            return "retired"
        if self.live_at is not None:
            return "live"
        return "training" if self.trained_at is None else "pushing"


class VersionRow(NamedTuple):
    """What a version leaves: instants in seconds, None where it never came to that."""

    version: int
    cutoff_at: float
    trained_at: float | None
    live_at: float | None
    retired_at: float | None
    examples: int
    learnt: int
    status: str


class Versions:
    """All versions of a run, the serving one among them.

    Args:
        policy: the untrained policy, version 0.
    """

    def __init__(self, policy: Policy) -> None:
        self.serving = Version(0, 0.0, 0, policy, trained_at=0.0, live_at=0.0)
        self._open: dict[int, Version] = {}  # those that have not served yet
        self._closed: list[tuple[Any, ...]] = []
        self.count = 1
        self.in_flight = 0
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
        version = Version(self.count, cutoff_at, examples, policy, self._learnt, self._label_at, [newly])
        self._open[version.number] = version
        self.count += 1
        return version

    def trained(self, version: Version, at: float) -> None:
        """Note that a version's training is over."""
        version.trained_at = at
        self.in_flight += 1

    def arrive(self, version: Version, at: float) -> None:
        """Let a version's push be over: it goes live, unless a newer one has (newest wins)."""
        self.in_flight -= 1
        del self._open[version.number]
        if version.number < self.serving.number:
            version.superseded = True
            self._closed.append(_row(version, "superseded"))
            return
        if self.serving.newly or version.number > self.serving.number + 1:
            self._hand_on(version)
        self.serving.retired_at = at
        self._closed.append(_row(self.serving, "retired"))
        version.live_at = at
        self.serving = version

    def follow(
        self, at: Sequence[float], examples: Sequence[int], learnt: Sequence[int], label_at: float, newly: Floats
    ) -> None:
        """Let the serving version have become the next ones, each trained in place and live at once.

        Args:
            at: when each was, seconds.
            examples: of each, matured log entries by then.
            learnt: of each, impressions learnt.
            label_at: of the last.
            newly: request instants of what they were the first to learn, in order.
        """
        version = self.serving
        version.retired_at = at[0]
        self._closed.append(_row(version, "retired"))
        numbers = range(self.count, self.count + len(at) - 1)  # of all but the last
        self._closed += zip(numbers, at, at, at, at[1:], examples, learnt, repeat("retired"))
        self.count += len(at)
        version.number = self.count - 1
        version.cutoff_at = version.trained_at = version.live_at = at[-1]
        version.retired_at, version.examples = None, examples[-1]
        version.learnt, version.label_at = self._learnt, self._label_at = learnt[-1], label_at
        version.newly.append(newly)
        version.answered = False

    def _hand_on(self, version: Version) -> None:
        """Give a version what those before it learnt and never felt."""
        between = range(self.serving.number + 1, version.number)
        skipped = [self._open[number] for number in between if number in self._open]
        version.newly = self.serving.newly + [x for v in skipped for x in v.newly] + version.newly
        for old in skipped:
            old.newly = []

    def rows(self) -> list[VersionRow]:
        """Return a row per version, in order of number."""
        going = [_row(version, version.status) for version in (self.serving, *self._open.values())]
        return list(map(VersionRow._make, sorted([*self._closed, *going], key=itemgetter(0))))


def _row(v: Version, status: str) -> tuple[Any, ...]:
    return v.number, v.cutoff_at, v.trained_at, v.live_at, v.retired_at, v.examples, v.learnt, status
