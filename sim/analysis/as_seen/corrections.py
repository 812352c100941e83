"""Ways to read a dashboard before everything is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.as_seen.triangle import Floats, Triangle, step_of
from sim.analysis.off_policy.labels import Chance, arrival, not_by_age
from sim.scenario import Scenario
from sim.score.grid import BUCKETS
from sim.score.metrics.as_seen import AFTER, day_ends
from sim.score.metrics.base import ratio

if TYPE_CHECKING:
    import pandas as pd

_LEAST = 0.05  # mean chance below which a step is too young
_AGES = 9  # of a bucket, at which its mean chance is taken


def wait(window: float) -> int | None:
    """Return the first look after a window.

    Who waits for it reads what is final, but for reversals and what ingest holds back.

    Args:
        window: seconds.

    Returns:
        Its number; None where the window is longer than the last look.

    >>> wait(0.0), wait(14 * 86400.0), wait(30 * 86400.0)
    (0, 4, None)
    """
    return next((n for n, after in enumerate(AFTER.values()) if after >= window), None)


def why_not_by_age(scenario: Scenario) -> str | None:
    """Return why age does not tell what is known.

    None where it does.
    """
    if scenario.feedback.learnt.reversal is not None:
        return "positives may be taken back"
    if scenario.incidents:
        return "incidents touch labels or visits"
    return not_by_age(scenario)


def by_age(found: Triangle, curve: pd.DataFrame, scenario: Scenario) -> Floats:
    """Return rates as seen, weighted by age.

    A positive counts 1/F, F being the chance that it is in the log by its age: delay, window and ingest of the
    scenario. The rate of a step is all its positives over the sum of F over its impressions, as in Horvitz and
    Thompson's ratio. NaN where that mean is below 5 %.

    Args:
        found: the triangle of the kind that is learnt from.
        curve: the curve that it is of.
        scenario: its world; see `why_not_by_age`.

    Returns:
        ``(replications, steps, looks)``.
    """
    at = curve["at"].to_numpy(dtype=float)[:BUCKETS]
    requests = curve["requests"].to_numpy(dtype=float).reshape(-1, BUCKETS)
    chance = arrival(scenario, float(at[-1]) + max(AFTER.values()))
    step, count = step_of(at, found.by_day), found.truth.shape[1]
    shares = []
    for after in AFTER.values():
        looks = (day_ends(at, float(at[-1])) if found.by_day else at) + after
        means = _mean_chance(chance, at, looks)
        shares.append(np.stack([np.bincount(step, row * means, count) for row in requests]))
    share = np.stack(shares, axis=2) / np.maximum(found.requests, 1.0)[:, :, None]
    return np.where(share >= _LEAST, ratio(found.seen, share), np.nan)


def _mean_chance(chance: Chance, ends: Floats, looks: Floats) -> Floats:
    """Return the mean chance of each bucket at a look."""
    width = float(ends[0])
    inside = (np.arange(_AGES) + 0.5) / _AGES * width
    ages = (looks - ends)[:, None] + inside
    return np.asarray(chance(ages.ravel()).reshape(ages.shape).mean(axis=1))
