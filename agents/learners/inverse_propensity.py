"""Clipped inverse propensities, relative to random slates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.described import spelt
from sim.ports import Impressions, labels_of

Floats = NDArray[np.float64]


def importance(rows: Impressions, items: int, clip: float) -> Floats:
    """Return ``min(clip, 1 / (items propensity))``, ``(r,)``.

    It is 1 for impressions of random slates.

    Args:
        rows: the impressions.
        items: number of items alive.
        clip: the most that is returned.

    Raises:
        ValueError: an impression has no propensity, or 0.
    """
    return np.minimum(clip, 1.0 / (items * known_propensity(rows)))


def known_propensity(rows: Impressions) -> Floats:
    """Return the propensities of impressions, ``(r,)``.

    Raises:
        ValueError: an impression has no propensity, or 0.
    """
    propensity = rows.propensity
    if not (propensity > 0.0).all():  # NaN is not
        raise ValueError(
            "an impression has no propensity: the policy that showed it gave none; "
            "learners such as Softmax, EpsilonGreedy and Uniform give them"
        )
    return propensity


def needs_real(kind: str, base: object) -> None:
    """Refuse a base without retractions or real labels.

    Raises:
        ValueError: the base is such a learner.
    """
    if not getattr(base, "retracts", True) or labels_of(base) != "real":
        raise ValueError(
            f"{kind} cannot have {spelt(base)} as its base: it takes rows back and learns from estimates; "
            "RidgeRanker, LinUCB and LinTS will do"
        )
