"""A learner's fast path: single requests and single examples.

It needs no batches of one and no snapshots.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite, isinf, nan
from operator import index

from sim.kernel.single.in_place_versions import InPlaceVersions
from sim.pipeline import LogWriter, Platform
from sim.pipeline.agent_error import AgentError, Breach, failed
from sim.pipeline.guard import Guarded
from sim.pipeline.guarded_learner import GuardedLearner
from sim.ports import IncrementalPath, Observations

Parts = list[tuple[slice, Observations]]
Oldest = Callable[[float], tuple[int, float]]


def find_incremental(
    agent: Guarded, platform: Platform, log: LogWriter, parts: Parts, oldest: Oldest, now: float
) -> Incremental | None:
    """Return the fast path for requests and examples, or None.

    It answers and learns from now on; None if the serving version's policy does so.

    The learner must be updated in place, at each feedback, by what matured as it is, and what its policy predicts its
    fast path must predict too, and no more.

    Args:
        agent: what is asked and trained.
        platform: trainer and versions.
        log: what the system knows.
        parts: the requests of each catalogue.
        oldest: returns the lowest id alive at an instant, and the instant until which it is.
        now: seconds.
    """
    cadence = agent.cadence
    if log.reverses:
        return None  # what matured is not all that is learnt
    if agent.ship != "in_place" or cadence.feedbacks != 1 or cadence.refit_window is not None or not agent.as_matured:
        return None
    if log.loses:  # it takes each entry for learnt
        return None
    path = agent.learner.incremental(now)
    if path is None or hasattr(platform.versions.serving.policy, "predict") != hasattr(path, "predict_one"):
        return None
    return Incremental(path, agent.learner, platform, log, parts, oldest)


class Incremental:
    """A fast path with checks of its answers and training.

    The checks are those of the policies and the training that it replaces.

    Args:
        path: the learner's own.
        learner: the learner, whose versions are counted.
        platform: trainer and versions.
        log: what the system knows.
        parts: the requests of each catalogue.
        oldest: returns the lowest id alive at an instant, and the instant until which it is.

    Attributes:
        versions: those that it makes.
    """

    def __init__(
        self,
        path: IncrementalPath,
        learner: GuardedLearner,
        platform: Platform,
        log: LogWriter,
        parts: Parts,
        oldest: Oldest,
    ) -> None:
        self.versions = InPlaceVersions(platform.versions)
        self._platform, self._log, self._take = platform, log, log.take_only
        self._act, self._learn = path.act_one, path.learn_one
        self._predict = getattr(path, "predict_one", _unknown)
        self._learner, self._parts = learner, iter(parts)
        self._next_part()
        self._size, self._items = self._observations.size, len(self._observations.catalogue.ids)
        self._oldest, self._oldest_item, self._oldest_until = oldest, 0, -inf
        self._certain, self._unknown = [1.0] * self._size, [nan] * self._size

    def _next_part(self) -> None:
        """Go on to the requests of the next catalogue."""
        rows, self._observations = next(self._parts)
        self._first, self._end = rows.start, rows.stop

    def answer(self, row: int, other: int) -> tuple[list[int], list[float], list[float], float]:
        """Return the answer to a request, and another item's prediction.

        Either is NaN where the fast path does not give it.

        Args:
            row: which; never one before the last.
            other: position of the other item.

        Raises:
            AgentError: when it fails, its slate is not a slate of items alive, or it predicts no number.
        """
        if row >= self._end:
            self._next_part()
        row -= self._first
        try:
            places, propensities, predicted = self._act(self._observations, row)
            size, items = self._size, self._items
            if len(places) != size or not 0 <= index(places[0]) < items or (size > 1 and self._beyond(places)):
                raise Breach(f"positions are {places}, expected {size} below {items}")
            if size > 1 and len(set(places)) < size:
                raise Breach("an item is shown twice in one slate")
            if propensities is not None and propensities != self._certain and not self._probable(propensities):
                raise Breach(
                    f"propensities are {propensities}, expected {size} from 0 to 1, NaN where unknown; or None"
                )
            # a sum is at hand; it may be too large, or unknown
            if predicted is not None and (
                len(predicted) != size or (not isfinite(sum(predicted)) and any(map(isinf, predicted)))
            ):
                raise Breach(f"predictions are {predicted}, expected {size} finite numbers, NaN where unknown; or None")
        except BaseException as error:
            raise self._failed("answer", row, error) from error
        try:
            expected: float = self._predict(self._observations, row, other)
            if not -inf < expected < inf and isinf(expected):
                raise Breach("a predicted outcome is infinite; a finite number is expected, NaN where unknown")
        except Exception as error:
            raise self._failed("predict", row, error) from error
        unknown = self._unknown
        return (
            places,
            unknown if propensities is None else propensities,
            unknown if predicted is None else predicted,
            expected,
        )

    def _failed(self, what: str, row: int, error: BaseException) -> AgentError:
        who = f"{self._learner.name} failed to {what} as version {self._learner.count - 1}"
        return failed(f"{who} at {self._observations.at[row]:g} s", error)

    def _beyond(self, places: list[int]) -> bool:
        return any(not 0 <= index(place) < self._items for place in places)

    def _probable(self, propensities: list[float]) -> bool:
        return len(propensities) == self._size and not any(p < 0 or p > 1 for p in propensities)

    def learn(self, now: float) -> bool:
        """Learn the only due entry and become the next version.

        Returns:
            Whether it was done; if not, nothing happened: there are several, which are to `train` the learner.

        Raises:
            AgentError: when it fails.
        """
        if (entry := self._take(now)) is None:
            return False
        item, features, label, request_at = entry
        if now >= self._oldest_until:
            self._oldest_item, self._oldest_until = self._oldest(now)
        try:
            self._learn(item, features, label, self._oldest_item)
        except BaseException as error:
            which = f"version {self._learner.count} at {now:g} s"
            raise failed(f"{self._learner.name} failed while training {which}", error) from error
        self._learner.count += 1
        self.versions.follow(now, request_at, self._log.matured)
        return True

    def train(self, now: float) -> None:
        """Train the learner on all due entries, without fast path."""
        self.work_out()
        self._platform.feedback.read(now)
        self.versions.join()

    def work_out(self) -> None:
        """Let the versions know of those that were made here."""
        numbers, at = self.versions.work_out()
        self._platform.durations.charge(numbers, at, [1] * len(at))

    def give_policy(self, now: float) -> None:
        """Give the serving version the policy that it lacks."""
        self.work_out()
        versions = self._platform.versions
        versions.give(self._learner.snapshot(versions.serving.number, now))


def _unknown(observations: Observations, row: int, place: int) -> float:
    return nan
