"""Rate and delay of positives by expectation and maximisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.corrections._expected import MOST, expected
from sim.ports import Impressions, Model, delay_law

Floats = NDArray[np.float64]


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

    def expect(self, rows: Impressions, age: Floats, model: Model | None, steps: int) -> tuple[Floats, Floats]:
        """Return the rates before and after the age.

        The first is the learner's prediction. The second, the E-step, is 1 where the positive came, else the
        probability of one that takes longer than the age; the rows enter the sums of rate and delay with it.

        Args:
            rows: r impressions.
            age: ``(r,)`` seconds.
            model: the learner; what it does not know has the rate of all rows so far.
            steps: of expectation and maximisation.

        Returns:
            ``(r,)`` and ``(r,)``.
        """
        if not len(rows):
            return np.empty(0), np.empty(0)
        yes = rows.label > 0
        f = expected(model, rows, unknown=np.nan)
        spent = np.where(yes, rows.delivered_at - rows.request_at, age)
        label = yes.astype(np.float64)
        if np.isnan(self._rate):
            self._fit(self._with(label, yes, spent))
        for _ in range(steps):
            rate, left = np.where(np.isnan(f), self._rate, f), 1.0 - self.known(age)
            label = np.where(yes, 1.0, rate * left / (1.0 - rate + rate * left))
            sums = self._with(label, yes, spent)
            self._fit(sums)
        self._sums = sums
        return np.where(np.isnan(f), self._rate, f), label

    def _with(self, label: Floats, yes: NDArray[np.bool_], spent: Floats) -> Floats:
        """Return the sums with some rows."""
        return np.asarray(self._sums + np.array([yes.sum(), label @ spent, label.sum(), len(label)]))

    def _fit(self, sums: Floats) -> None:
        """Set rate and mean delay to what sums say."""
        self._rate = min(float(sums[2] / sums[3]), MOST)
        self._per_second = float(sums[0] / sums[1]) if sums[1] > 0.0 else np.inf

    def known(self, age: Floats) -> Floats:
        """Return the share of positives known at an age."""
        if self._law is not None:
            return self._law.delivered_cdf(age)
        return -np.expm1(-age * self._per_second) if np.isfinite(self._per_second) else (age > 0.0).astype(np.float64)
