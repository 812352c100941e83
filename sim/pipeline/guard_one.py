"""A learner's quick way for single requests and examples, as the kernel and the platform ask it: checked likewise."""

from __future__ import annotations

from math import isfinite, isinf, nan
from operator import index

import numpy as np
from numpy.typing import NDArray

from sim.pipeline.guard import Breach, GuardedLearner, failed
from sim.ports import Observations, OneByOne


class GuardedOne:
    """Single requests and single examples.

    Args:
        one: the learner's own.
        learner: the learner, whose versions are counted.
        observations: the requests.
        oldest_item: the lowest id of the items alive.
    """

    def __init__(self, one: OneByOne, learner: GuardedLearner, observations: Observations, oldest_item: int) -> None:
        self._act, self._learn = one.act_one, one.learn_one
        self._predict = getattr(one, "predict_one", _unknown)
        self._learner, self._observations, self._oldest_item = learner, observations, oldest_item
        self._size, self._items = observations.size, len(observations.catalogue.ids)
        self._certain, self._unknown = [1.0] * self._size, [nan] * self._size

    def act(self, row: int) -> tuple[list[int], list[float], list[float]]:
        """Return the answer to one of the requests, NaN where it does not say.

        Raises:
            AgentError: when it fails or its slate is not a slate of items alive.
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
            if predicted is not None and (len(predicted) != size or not _foretold(predicted)):
                raise Breach(f"predictions are {predicted}, expected {size} finite numbers, NaN where unknown; or None")
            propensities = self._unknown if propensities is None else propensities
            return places, propensities, self._unknown if predicted is None else predicted
        except BaseException as error:
            who = f"{self._learner.name} failed to answer as version {self._learner.count - 1}"
            raise failed(f"{who} at {self._observations.at[row]:g} s", error) from error

    def predict(self, row: int, place: int) -> float:
        """Return what is expected of an item at one of the requests, NaN where it is not known.

        Raises:
            AgentError: when it fails or says no number.
        """
        try:
            number: float = self._predict(self._observations, row, place)
            if isinf(number):
                raise Breach("a predicted outcome is infinite; a finite number is expected, NaN where unknown")
            return number
        except Exception as error:
            who = f"{self._learner.name} failed to predict as version {self._learner.count - 1}"
            raise failed(f"{who} at {self._observations.at[row]:g} s", error) from error

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


def _foretold(numbers: list[float]) -> bool:
    return isfinite(sum(numbers)) or not any(map(isinf, numbers))  # a sum is at hand, and may be too large
