"""Rate and delay of positives, by likelihood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from agents.corrections._expected import MOST, expected
from sim.lazy import lazy
from sim.ports import Impressions, Model, delay_law

if TYPE_CHECKING:
    import scipy.optimize as scipy_optimize
else:
    scipy_optimize = lazy("scipy.optimize")

Floats = NDArray[np.float64]
_FAR = 20.0  # log odds; no level is moved further
_LEAST = 1e-9  # lowest rate that has log odds


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

    def take_back(self, label: Floats, age: Floats) -> None:
        """Take rows without a yes out of the sums.

        Args:
            label: ``(r,)`` as it was given.
            age: ``(r,)`` at that time, seconds.
        """
        self._sums -= np.array([0.0, label @ age, label.sum(), len(label)])

    def expect(self, rows: Impressions, age: Floats, model: Model | None) -> tuple[Floats, Floats]:
        """Return the rates before and after the age.

        The first is the learner's prediction. The second, the E-step, is 1 where the positive came, else the
        probability of one that takes longer than the age; with it the rows enter the sums of rate and delay, one step
        of expectation and maximisation.

        Args:
            rows: r impressions.
            age: ``(r,)`` seconds.
            model: the learner; what it does not know has the rate of all rows so far.

        Returns:
            ``(r,)`` and ``(r,)``.
        """
        if not len(rows):
            return np.empty(0), np.empty(0)
        yes = rows.label > 0
        f = expected(model, rows, unknown=np.nan)
        spent = np.where(yes, rows.delivered_at - rows.request_at, age)
        if np.isnan(self._rate):
            self._fit(self._with(yes.astype(np.float64), yes, spent))
        label = self._enter(yes, np.where(np.isnan(f), self._rate, f), age, spent)
        return np.where(np.isnan(f), self._rate, f), label

    def likeliest(self, rows: Impressions, age: Floats, model: Model | None) -> tuple[Floats, Floats]:
        """Return the rates of `expect` at the likeliest level.

        The log odds of all predictions are moved by one number, which is found together with the mean delay. At the
        maximum of the likelihood nothing is moved. Moving by m costs m**2 / 2 of log likelihood, so that young data,
        which do not say whether yeses are late or rare, move it only a little. The sums start over with these rows.

        Args:
            rows: r impressions.
            age: ``(r,)`` seconds.
            model: the learner; what it does not know begins with the rate of yeses seen.

        Returns:
            ``(r,)`` and ``(r,)``, as of `expect`.
        """
        yes, self._sums = rows.label > 0, np.zeros(4)
        f = expected(model, rows, unknown=np.nan)
        if not len(rows) or (self._law is None and not yes.any()):
            self._sums[3] = len(rows)
            return np.where(np.isnan(f), 0.0, f), np.zeros(len(rows))
        spent = np.where(yes, rows.delivered_at - rows.request_at, age)
        odds = logit(np.clip(np.where(np.isnan(f), yes.mean(), f), _LEAST, MOST))
        start = [0.0, np.log(max(int(yes.sum()), 1) / max(float(spent[yes].sum()), 1.0))]
        bounds = [(-_FAR, _FAR), (start[1] - _FAR, start[1] + _FAR)]
        found = scipy_optimize.minimize(
            lambda at: self._lack(at, odds, yes, spent), start, jac=True, method="L-BFGS-B", bounds=bounds
        )
        self._per_second = float(np.exp(found.x[1]))
        moved = np.minimum(expit(odds + found.x[0]), MOST)
        return np.asarray(moved), self._enter(yes, moved, age, spent)

    def _lack(self, at: Floats, odds: Floats, yes: NDArray[np.bool_], spent: Floats) -> tuple[float, Floats]:
        """Return minus the log likelihood and its slopes.

        Args:
            at: what log odds are moved by, and the log of the rate of the delay.
            odds: ``(r,)`` of the predictions.
            yes: ``(r,)`` whether the positive came.
            spent: ``(r,)`` seconds until it came, or the age.
        """
        f, rate = expit(odds + at[0]), np.exp(at[1])
        early, own, waited = f[yes], f[~yes], spent[~yes]
        if self._law is None:
            left = np.exp(-rate * waited)
            value = len(early) * at[1] - rate * spent[yes].sum()
            slope = len(early) - rate * spent[yes].sum()
        else:
            left, value, slope = 1.0 - self._law.delivered_cdf(waited), 0.0, 0.0
        no = 1.0 - own * (1.0 - left)
        value += np.log(early).sum() + np.log(no).sum() - 0.5 * at[0] ** 2
        moved = (1.0 - early).sum() - (own * (1.0 - own) * (1.0 - left) / no).sum() - at[0]
        if self._law is None:
            slope -= float(rate * (own * waited * left / no).sum())
        return -float(value), -np.array([moved, slope])

    def _enter(self, yes: NDArray[np.bool_], f: Floats, age: Floats, spent: Floats) -> Floats:
        """Return the expected labels, which enter the sums."""
        left = 1.0 - self.known(age)
        label = np.where(yes, 1.0, f * left / (1.0 - f + f * left))
        self._sums = self._with(label, yes, spent)
        self._fit(self._sums)
        return np.asarray(label)

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
