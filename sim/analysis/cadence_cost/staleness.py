"""Closed form: when to retrain for a moving taste.

A taste that wanders (Ornstein-Uhlenbeck) with a stationary standard deviation s, and a model that is a copy of it. The
copy's squared error grows with its age and never exceeds twice the variance of the taste.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.lazy import lazy

if TYPE_CHECKING:
    import scipy.special as scipy_special
else:
    scipy_special = lazy("scipy.special")


def error_at(age: float, half_life: float, spread: float) -> float:
    """Return the mean squared error at an age.

    Two values of the process that lie an age apart have the covariance ``spread**2 * 2**(-age / half_life)``.

    Args:
        age: seconds.
        half_life: seconds.
        spread: stationary standard deviation of the taste.

    >>> error_at(0.0, 3600.0, 1.0), error_at(3600.0, 3600.0, 1.0)
    (0.0, 1.0)
    """
    return 2.0 * spread**2 * -math.expm1(-age * math.log(2.0) / half_life)


def mean_error(interval: float, half_life: float, spread: float, lag: float = 0.0) -> float:
    """Return the mean of `error_at` over a cycle of retrains.

    The age runs from ``lag`` to ``lag + interval``.

    Args:
        interval: seconds between two trainings.
        half_life: seconds.
        spread: stationary standard deviation of the taste.
        lag: seconds from the cutoff of a training until its version serves.
    """
    rate = math.log(2.0) / half_life
    return 2.0 * spread**2 * (1.0 + math.exp(-rate * lag) * math.expm1(-rate * interval) / (rate * interval))


def cheapest_interval(
    per_training: float, per_error: float, half_life: float, spread: float, lag: float = 0.0
) -> float:
    """Return the interval that minimises trainings and error.

    The cost per second is ``per_training / interval + per_error * mean_error``. With x = interval * log(2) / half_life
    its derivative is 0 where 1 - (1 + x) e^-x is the price of a training, as a share of what an endless row of them
    would save; x follows from Lambert's W.

    Args:
        per_training: the price of a training.
        per_error: the price of a unit of squared error for a second.
        half_life: seconds.
        spread: stationary standard deviation of the taste.
        lag: seconds from the cutoff of a training until its version serves.

    Returns:
        Seconds; infinite where no training is worth its price.

    >>> round(cheapest_interval(1.0, 1e-3, 3600.0, 1.0))
    2700
    """
    rate = math.log(2.0) / half_life
    worth = per_error * 2.0 * spread**2 * math.exp(-rate * lag) / rate
    if per_training >= worth:
        return math.inf
    return -(1.0 + float(scipy_special.lambertw((per_training / worth - 1.0) / math.e, -1).real)) / rate
