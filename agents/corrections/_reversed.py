"""Positives that are taken back."""

from __future__ import annotations

import numpy as np

from sim.ports import Examples, Impressions


def with_reversals(examples: Examples, back: Impressions) -> Examples:
    """Add the rows that turn positives into negatives.

    Each gives (its label, weight -1), which takes its row back, and (0, +1). What a learner that takes nothing back
    keeps is the positive, and it gets the negative besides.

    Args:
        examples: the correction's own.
        back: `News.reversed`, of impressions that were handed over as positives before.
    """
    if not len(back):
        return examples
    none, one = np.zeros(len(back)), np.ones(len(back))
    return Examples(
        Impressions.join([examples.impressions, back, back]),
        np.concatenate([examples.label, back.label, none]),
        np.concatenate([examples.weight, -one, one]),
    )
