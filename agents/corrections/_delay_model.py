"""Rate and delay of positives by expectation and maximisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.corrections._expected import MOST, expected
from sim.ports import Impressions, Model, delay_law

Floats = NDArray[np.float64]
_STEPS = 30  # of EM in a refit, which goes on where the one before ended


class DelayModel:
    """The mixture of positives that come later and noes.

    The delay is exponential, with one mean, or has a given law.

    Args:
        law: of the time until a positive is known, as in a scenario; None: exponential, fitted.
    """

    def __init__(self, law: str | None) -> None:
        self._law = None if law is None else delay_law(law)
        self._per_second = np.inf  # of the exponential law
        self._rate = np.nan  # of positives
        self._sums = np.zeros(4)  # yeses, expected time to a yes, labels, rows

    def start_over(self) -> None:
        """Forget all rows, but not rate and delay."""
        self._sums = np.zeros(4)

    def take_back(self, label: Floats, age: Floats) -> None:
        """Take rows without a yes out of the sums.

        Args:
            label: ``(r,)`` as it was given.
            age: ``(r,)`` at that time, seconds.
        """
        self._sums -= np.array([0.0, label @ age, label.sum(), len(label)])

    def labels(self, rows: Impressions, age: Floats, model: Model | None, steps: int = _STEPS) -> Floats:
        """Return the probability that each impression is positive.

        It is 1 where the positive came, else that of a positive that takes longer than the age. The rows enter the
        sums of rate and delay.

        Args:
            rows: r impressions.
            age: ``(r,)`` seconds.
            model: the learner; what it does not know has the rate of all rows so far.
            steps: of expectation and maximisation.

        Returns:
            ``(r,)``.
        """
        if not len(rows):
            return np.empty(0)
        yes = rows.label > 0
        f = expected(model, rows, unknown=np.nan)
        spent = np.where(yes, rows.delivered_at - rows.request_at, age)
        label = yes.astype(np.float64)
        if np.isnan(self._rate):
            self._fit(self._with(label, yes, spent))
        for _ in range(steps):
            rate, left = np.where(np.isnan(f), self._rate, f), self._later(age)
            label = np.where(yes, 1.0, rate * left / (1.0 - rate + rate * left))
            sums = self._with(label, yes, spent)
            self._fit(sums)
        self._sums = sums
        return label

    def _with(self, label: Floats, yes: NDArray[np.bool_], spent: Floats) -> Floats:
        """Return the sums with some rows."""
        return np.asarray(self._sums + np.array([yes.sum(), label @ spent, label.sum(), len(label)]))

    def _fit(self, sums: Floats) -> None:
        """Set rate and mean delay to what sums say."""
        self._rate = min(float(sums[2] / sums[3]), MOST)
        self._per_second = float(sums[0] / sums[1]) if sums[1] > 0.0 else np.inf

    def _later(self, age: Floats) -> Floats:
        """Return the share of positives that take longer."""
        if self._law is not None:
            return np.asarray(1.0 - self._law.delivered_cdf(age))
        return np.exp(-age * self._per_second) if np.isfinite(self._per_second) else np.zeros(len(age))
