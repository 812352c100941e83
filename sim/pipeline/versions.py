"""Policy versions: what each has read, and when it was trained, went live and was retired."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports import Policy

Instants = NDArray[np.float64] | float
Stamp = tuple[int, float | None, float, int, int]  # number, live_at, cutoff_at, examples, versions in flight


@dataclass
class Version:
    """A policy with a number. What is updated in place follows itself, renumbered: keep a `stamp`, not the version.

    Attributes:
        number: from 0, in order of cutoffs.
        cutoff_at: instant up to which it has read the log, seconds.
        examples: matured log entries up to the cutoff.
        policy: what it answers with.
        learnt: request instants (one, or several) of impressions whose outcome it, or a version before it that never
            served, was the first to read; handed on when the version first answers.
        trained_at: None until trained; likewise the other instants.
        live_at: when it began to serve.
        retired_at: when a newer one did.
        superseded: a newer version went live before its push was over.
    """

    number: int
    cutoff_at: float
    examples: int
    policy: Policy
    learnt: list[Instants] = field(default_factory=list)
    trained_at: float | None = None
    live_at: float | None = None
    retired_at: float | None = None
    superseded: bool = False

    def stamp(self, in_flight: int) -> Stamp:
        """Return what a request keeps of the version that answered it, without the policy."""
        return self.number, self.live_at, self.cutoff_at, self.examples, in_flight

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

    def start(self, cutoff_at: float, examples: int, policy: Policy, learnt: NDArray[np.float64]) -> Version:
        """Add the version whose training starts now."""
        version = Version(self.count, cutoff_at, examples, policy, learnt=[learnt])
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
        if self.serving.learnt or version.number > self.serving.number + 1:
            self._hand_on(version)
        self.serving.retired_at = at
        self._closed.append(_row(self.serving, "retired"))
        version.live_at = at
        self.serving = version

    def follow(self, now: float, examples: int, learnt: float) -> int:
        """Let the serving version become, at once, the next one, which was trained in place on one more entry.

        Returns:
            Its number.
        """
        version = self.serving
        version.retired_at = now
        self._closed.append(_row(version, "retired"))
        version.number = number = self.count
        version.cutoff_at = version.trained_at = version.live_at = now
        version.retired_at, version.examples = None, examples
        version.learnt.append(learnt)
        self.count = number + 1
        return number

    def _hand_on(self, version: Version) -> None:
        """Give a version what those before it learnt and never felt."""
        between = range(self.serving.number + 1, version.number)
        skipped = [self._open[number] for number in between if number in self._open]
        version.learnt = self.serving.learnt + [x for v in skipped for x in v.learnt] + version.learnt
        for old in skipped:
            old.learnt = []

    def rows(self) -> list[tuple[Any, ...]]:
        """Return a row per version: number, cutoff_at, trained_at, live_at, retired_at, examples, status."""
        going = [_row(version, version.status) for version in (self.serving, *self._open.values())]
        return sorted([*self._closed, *going], key=itemgetter(0))


def _row(v: Version, status: str) -> tuple[Any, ...]:
    return v.number, v.cutoff_at, v.trained_at, v.live_at, v.retired_at, v.examples, status
