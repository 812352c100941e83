"""What a learner expects, or a stated value."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.ports import Impressions, Model

Floats = NDArray[np.float64]
MOST = 0.99  # at 1 no negative would count any more, and nothing could be unlearnt


def expected(model: Model | None, rows: Impressions, unknown: float, most: float = MOST) -> Floats:
    """Return predictions as probabilities, ``(r,)``.

    Linear learners may predict less than 0 or more than 1: that is cut.

    Args:
        model: the learner, or None.
        rows: r impressions.
        unknown: the probability where the learner knows nothing.
        most: the highest probability.
    """
    if model is None or not len(rows):
        return np.full(len(rows), unknown)
    said = model.predict(rows)
    return np.clip(np.where(np.isnan(said), unknown, said), 0.0, most)
