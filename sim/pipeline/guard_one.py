"""A learner's quick way for single requests and examples, as the kernel and the platform ask it: checked likewise."""

from __future__ import annotations

from math import inf, isfinite, isinf, nan
from operator import index

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.breach import Breach
from sim.pipeline.guard import AgentError, GuardedLearner, failed
from sim.pipeline.in_place import InPlace
from sim.ports import Observations, OneByOne


class GuardedOne:
    """Single requests and single examples.

    Args:
        one: the learner's own.
        learner: the learner, whose versions are counted.
        observations: the requests.
        oldest_item: the lowest id of the items alive.
        versions: where to note those that follow.

    Attributes:
        versions: likewise.
    """

    def __init__(
        self,
        one: OneByOne,
        learner: GuardedLearner,
        observations: Observations,
        oldest_item: int,
        versions: InPlace,
    ) -> None:
        self.versions = versions
        self._act, self._learn = one.act_one, one.learn_one
        self._predict = getattr(one, "predict_one", _unknown)
        self._learner, self._observations, self._oldest_item = learner, observations, oldest_item
        self._size, self._items = observations.size, len(observations.catalogue.ids)
        self._certain, self._unknown = [1.0] * self._size, [nan] * self._size

    def answer(self, row: int, other: int) -> tuple[list[int], list[float], list[float], float]:
        """Return the answer to one of the requests, NaN where it does not say, and what is expected of another item.

        Args:
            row: which.
            other: position of the other item.

        Raises:
            AgentError: when it fails, its slate is not a slate of items alive, or it predicts no number.
        """
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

    def learn(self, item: int, features: NDArray[np.float64], label: float, now: float) -> None:
        """Have it learn one example.

        Raises:
            AgentError: when it fails.
        """
        try:
            self._learn(item, features, label, self._oldest_item)
        except BaseException as error:
            which = f"version {self._learner.count} at {now:g} s"
            raise failed(f"{self._learner.name} failed while training {which}", error) from error
        self._learner.count += 1


def _unknown(observations: Observations, row: int, place: int) -> float:
    return nan
