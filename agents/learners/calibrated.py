"""Calibrated: predictions of another learner, freed of fake negatives."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.learners.composed import Composed
from agents.learners.epsilon_greedy import EpsilonGreedy
from agents.learners.logistic import LogisticRanker
from sim.ports import Impressions, Learner, Observations, Policy, Slates

Floats = NDArray[np.float64]


class CalibratedPolicy:
    """A policy that shows what another does.

    Its predictions are calibrated.
    """

    def __init__(self, base: Any) -> None:
        self._base = base

    def act(self, observations: Observations) -> Slates:
        """Return the slates of the base."""
        said = self._base.act(observations)
        slates = said if isinstance(said, Slates) else Slates(np.asarray(said))
        predicted = None if slates.predicted is None else calibrated(slates.predicted)
        return Slates(slates.items, slates.propensity, predicted)

    def predict(self, observations: Observations, items: NDArray[np.int64]) -> Floats:
        """Return the probabilities ``(n,)``, NaN where unknown."""
        said = getattr(self._base, "predict", None)  # one that knows nothing yet may have none
        return np.full(len(items), np.nan) if said is None else calibrated(said(observations, items))


class Calibrated(Composed):
    """A learner whose predictions are freed of fake negatives.

    Predictions b of another one are read as b / (1 - b). Where each positive stands beside a no that is never taken
    back (`FNC`), a rate p is learnt as b = p / (1 + p). The base acts as it would alone, and its bonus or draw is that
    of b; only predictions change. Where b is above 1/2 the prediction is 1.

    Args:
        base: the learner, with ``predict``; None: ``LogisticRanker()``. It is copied.

    Raises:
        TypeError: the base predicts nothing.

    Source: Ktena et al. 2019, section 4 (https://arxiv.org/abs/1907.06558).
    """

    tried_with: ClassVar[dict[str, tuple[type, ...]]] = {"base": (LogisticRanker, EpsilonGreedy)}

    def __init__(self, base: Learner | None = None) -> None:
        super().__init__(LogisticRanker() if base is None else base)
        if not callable(getattr(self.base, "predict", None)):
            raise TypeError(f"base is {base!r}, which has no predict(); a learner such as LogisticRanker() does")

    @property
    def reads(self) -> tuple[str, ...] | None:
        """The columns that its base reads."""
        return self._columns()

    def predict(self, impressions: Impressions) -> Floats:
        """Return the probabilities ``(r,)``, NaN where unknown."""
        return calibrated(self.base.predict(impressions))

    def policy(self) -> Policy:
        """Return a snapshot."""
        return CalibratedPolicy(self.base.policy())


def calibrated(b: Floats) -> Floats:
    """Return b / (1 - b) within [0, 1].

    NaN stays.

    >>> calibrated(np.array([0.25, 1 / 3, 0.7, np.nan])).round(3).tolist()
    [0.333, 0.5, 1.0, nan]
    """
    cut = np.clip(b, 0.0, 0.5)
    return cut / (1.0 - cut)
