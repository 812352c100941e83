"""The scores of predictions, worked out from columns of a trace in another way than the lab does."""

from __future__ import annotations

from math import log

import numpy as np


def scores(predicted: np.ndarray, probability: np.ndarray) -> dict[str, float | None]:
    """Return nll, auc, calibration and cut of known predictions by plain sums and all pairs; None where undefined."""
    known = ~np.isnan(predicted)
    q, p = predicted[known], probability[known]
    if not len(q):
        return dict.fromkeys(("nll", "auc", "calibration", "cut"))
    cut = [min(max(one, 1e-6), 1 - 1e-6) for one in q.tolist()]
    loss = [-(b * log(a) + (1 - b) * log(1 - a)) for a, b in zip(cut, p.tolist(), strict=True)]
    return {
        "nll": sum(loss) / len(q),
        "auc": auc(q, p),
        "calibration": q.sum() / p.sum() if p.sum() else None,
        "cut": sum(a != b for a, b in zip(cut, q.tolist(), strict=True)) / len(q),
    }


def auc(q: np.ndarray, p: np.ndarray, lead: float = 0.0) -> float | None:
    """Return the weighted share of pairs (i a yes, j a no) in which q_i > q_j + lead, ties by half."""
    total = p.sum() * (1 - p).sum()
    if not total:
        return None
    order = (q[:, None] > q + lead) + 0.5 * (q[:, None] == q + lead)
    return float(p @ order @ (1 - p) / total)
