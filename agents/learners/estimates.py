"""What a policy expects: of every pair, and of impressions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ports import Catalogue, Impressions, Observations

Floats = NDArray[np.float64]
_ROWS = 4096  # impressions that are asked about together


def estimates(policy: Any, observations: Observations) -> Floats | None:
    """Return the expected outcome of every pair, ``(n, m)``.

    A policy with a method ``estimates`` says them at once; others are asked for one item after the other.

    Returns:
        NaN where an outcome is unknown; None for a policy without estimates.
    """
    if every := getattr(policy, "estimates", None):
        return np.asarray(every(observations))
    if (one := getattr(policy, "predict", None)) is None:
        return None
    ids, n = observations.catalogue.ids, len(observations)
    return np.column_stack([one(observations, np.full(n, item)) for item in ids.tolist()])


def expected(policy: Any, impressions: Impressions) -> Floats:
    """Return what a policy expects of impressions, ``(r,)``.

    Only users' and items' features, items and users are read. NaN where an outcome is unknown.
    """
    if getattr(policy, "predict", None) is None or not len(impressions):
        return np.full(len(impressions), np.nan)
    parts = (impressions.part(first, first + _ROWS) for first in range(0, len(impressions), _ROWS))
    return np.concatenate([policy.predict(_asked(part), part.item) for part in parts])


def predictions(learner: Any, impressions: Impressions) -> Floats:
    """Return what a learner expects of impressions, ``(r,)``.

    NaN where an outcome is unknown.
    """
    if predict := getattr(learner, "predict", None):
        return np.asarray(predict(impressions))
    return expected(learner.policy(), impressions)


def _asked(rows: Impressions) -> Observations:
    """Return requests of the users shown these items."""
    ids, first = np.unique(rows.item, return_index=True)
    n, features = len(rows), np.array(rows.take(first).item_features)
    none = np.zeros(n, dtype=np.int64)
    return Observations(
        at=np.zeros(n),
        user=none,
        visit=none,
        features=rows.user_features,
        catalogue=Catalogue(ids, features, np.zeros(len(ids))),
        size=1,
        keys=none.astype(np.uint64),
    )
