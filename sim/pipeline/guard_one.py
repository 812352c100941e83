"""A learner's quick way for single requests and examples, as the kernel and the platform ask it: checked likewise."""

from __future__ import annotations

from math import isfinite, nan
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
    """

    def __init__(self, one: OneByOne, learner: GuardedLearner) -> None:
        self._act, self._learn = one.act_one, one.learn_one
        self._learner = learner

    def act(self, observations: Observations, row: int) -> tuple[list[int], list[float], list[float]]:
        """Return the answer to one request of a batch, NaN where it does not say.

        Raises:
            AgentError: when it fails or its slate is not a slate of items alive.
        """
        try:
            places, propensities, predicted = self._act(observations, row)
            size, items = observations.size, len(observations.catalogue.ids)
            if len(places) != size or [place for place in places if not 0 <= index(place) < items]:
                raise Breach(f"positions are {places}, expected {size} below {items}")
            if size > 1 and len(set(places)) < size:
                raise Breach("an item is shown twice in one slate")
            if propensities is not None and (len(propensities) != size or [p for p in propensities if p < 0 or p > 1]):
                raise Breach(
                    f"propensities are {propensities}, expected {size} from 0 to 1, NaN where unknown; or None"
                )
            if predicted is not None and (len(predicted) != size or not all(map(isfinite, predicted))):
                raise Breach(f"predictions are {predicted}, expected {size} finite numbers; or None for no prediction")
            return places, propensities or [nan] * size, predicted or [nan] * size
        except Exception as error:
            who = f"{self._learner.name} failed to answer as version {self._learner.count - 1}"
            raise failed(f"{who} at {observations.at[row]:g} s", error) from error

    def learn(self, item: int, features: NDArray[np.float64], label: float, oldest_item: int, now: float) -> None:
        """Have it learn one example.

        Raises:
            AgentError: when it fails.
        """
        try:
            self._learn(item, features, label, oldest_item)
        except Exception as error:
            which = f"version {self._learner.count} at {now:g} s"
            raise failed(f"{self._learner.name} failed while training {which}", error) from error
        self._learner.count += 1
