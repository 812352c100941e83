"""What one version expects of one impression, and how far off that is."""

from __future__ import annotations

from math import isnan, log

import numpy as np

from sim.draws import Stream, child
from sim.ports import Catalogue, Observations


def loss(version, row, scenario, items, visits):
    """Return the loss of a version's prediction for an impression, None without one."""
    if not hasattr(version["policy"], "predict"):
        return None
    user, item = np.array([row["user"]]), np.array([row["item"]])
    asked = Observations(
        at=np.array([row["request_at"]]),
        user=user,
        visit=np.array([row["visit"]]),
        features=row["features"][None, :],
        catalogue=Catalogue(item, items.features_of(item), np.zeros(1)),
        size=scenario.slate.size,
        keys=child(child(child(np.array([visits]), user), row["visit"]), int(Stream.POLICY)),
    )
    q, label = float(version["policy"].predict(asked, item)[0]), 0.0 if row["taken_back"] else float(row["label"])
    if isnan(q):
        return None
    if scenario.feedback.learnt.value is not None:
        return (q - label) ** 2
    q = min(max(q, 1e-6), 1 - 1e-6)
    return -log(q if label else 1 - q)
