"""Detection of shifts over replications, with intervals.

Names are those of the literature on drift: mean time to detection (MTD), missed detection rate (MDR), mean time between
false alarms (MTFA): Bifet et al. 2013, https://doi.org/10.1007/978-3-642-41398-8_9. There time is counted in examples,
here in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammaincinv

from sim.analysis.paired.statistics import t_interval
from sim.analysis.triggers.detections import Detections

Floats = NDArray[np.float64]
TAIL = 0.025  # on each side of a 95 % interval
DAY = 86400.0


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval.

    None where something is unknown; an upper end of None next to a lower one is no bound.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False)
class Pooled:
    """The detections of all replications.

    Attributes:
        replications: what the alarms of each saw.
    """

    replications: tuple[Detections, ...]

    @property
    def shifts(self) -> int:
        """Number of shifts in all replications."""
        return sum(len(one.shifts) for one in self.replications)

    @property
    def detected(self) -> int:
        """Number of shifts that were detected."""
        return sum(int(one.seen.sum()) for one in self.replications)

    @property
    def false_alarms(self) -> int:
        """Number of false alarms in all replications."""
        return sum(len(one.false) for one in self.replications)

    @property
    def days(self) -> float:
        """Days of all replications together."""
        return sum(one.horizon for one in self.replications) / DAY

    @property
    def mtd(self) -> Interval:
        """Mean time from shift to retrain, seconds; t-interval.

        Of detected shifts; the mean of each replication's mean, as shifts of one replication are not independent.
        """
        return _mean([one.from_shift for one in self.replications])

    @property
    def mtd_from_first_label(self) -> Interval:
        """The same, from the first label that could show it."""
        return _mean([one.from_first_label for one in self.replications])

    @property
    def mdr(self) -> Interval:
        """Share of the shifts that were missed.

        Interval: Clopper & Pearson 1934, https://doi.org/10.1093/biomet/26.4.404; shifts taken for independent.
        """
        return share(self.shifts - self.detected, self.shifts)

    @property
    def false_per_day(self) -> Interval:
        """False alarms a day.

        Interval: Garwood 1936, https://doi.org/10.1093/biomet/28.3-4.437; false alarms taken for a Poisson process.
        """
        k = self.false_alarms
        low = float(gammaincinv(k, TAIL)) if k else 0.0
        return Interval(k / self.days, low / self.days, float(gammaincinv(k + 1, 1.0 - TAIL)) / self.days)

    @property
    def mtfa(self) -> Interval:
        """Mean time between false alarms, seconds: days by alarms."""
        rate = self.false_per_day
        value, low, high = (DAY / one if one else None for one in (rate.value, rate.high, rate.low))
        return Interval(value, low, high)


def share(count: int, of: int) -> Interval:
    """Return a share with its Clopper-Pearson interval.

    >>> share(1, 10)
    Interval(value=0.1, low=0.002528..., high=0.445016...)
    """
    if not of:
        return Interval(None)
    low = float(betaincinv(count, of - count + 1, TAIL)) if count else 0.0
    high = float(betaincinv(count + 1, of - count, 1.0 - TAIL)) if count < of else 1.0
    return Interval(count / of, low, high)


def with_t_interval(values: Floats) -> Interval:
    """Return a mean with its t-interval over replications."""
    if not len(values):
        return Interval(None)
    if (found := t_interval(values)) is None:
        return Interval(float(values[0]))
    mean, half, _ = found
    return Interval(mean, mean - half, mean + half)


def _mean(lags: list[Floats]) -> Interval:
    return with_t_interval(np.array([one.mean() for one in lags if len(one)]))
