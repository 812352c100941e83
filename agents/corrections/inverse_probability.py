"""The correction by the probability that a positive is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.corrections._held import early
from agents.corrections._looks import Looks, joined
from agents.described import Described
from sim.ports import Examples, Impressions, News, delay_law, seconds

Floats = NDArray[np.float64]
_LEAST = 0.05  # no positive counts for more than twenty


class InverseProbability(Described):
    """A positive counts 1 / F, F the share known.

    Inverse probability of having been observed: an impression is looked at when it is ``wait``, twice ``wait``, ...
    old, until ``until``. Its label is 1 / F(a) where a positive came within the age a of the look, else 0, and is p on
    average at each look, whatever else is known or predicted. In the stream each look takes the label before back; in
    a refit each impression of the window is one row, at the oldest look that it has reached.

    F is a given law, or estimated from the log by Kaplan and Meier at the ages of the looks, as one for all
    impressions: the share of positives among those without one at the look before, multiplied up, relative to the
    oldest look that any has reached. So what takes longer than that is not corrected for. It assumes that the delay
    does not depend on what is shown. A positive counts 20 at most.

    Labels are real numbers above 1 too, which logistic regression and counts of successes do not take. It holds what
    was served within ``until``, as copies.

    Args:
        wait: age at the first look.
        until: age that no look exceeds.
        law: of the time until a positive is known, as in a scenario; None: Kaplan-Meier.

    Source: Horvitz & Thompson 1952 (https://doi.org/10.1080/01621459.1952.10483446); Kaplan & Meier 1958
    (https://doi.org/10.1080/01621459.1958.10501452); for delayed feedback Vernade et al. 2017
    (https://arxiv.org/abs/1706.09186).
    """

    goes_on = True
    newest_last = True
    reads = ("number", "request_at", "label", "delivered_at")
    makes = "real"

    def __init__(self, wait: float | str = "15m", until: float | str = "7d", law: str | None = None) -> None:
        self.wait, self.until, self.law = seconds(wait), seconds(until), law
        self._looks = Looks(self.wait, self.until)
        self._known = None if law is None else delay_law(law).delivered_cdf(self._looks.ages)
        self._yes, self._at_risk = (np.zeros(len(self._looks.ages)) for _ in range(2))

    def examples(self, news: News) -> Examples:
        """Return the rows of what is looked at."""
        if news.refit:
            return self._refit(news)

        parts: list[Examples] = []

        def visit(rows: Impressions, look: int) -> tuple[Floats, NDArray[np.bool_]]:
            self._count(rows, look)
            share: float = self._shares()[look]
            now = early(rows, self._looks.ages[look]) / share
            changed = now != rows.predicted if look else np.full(len(rows), True)
            if look:
                old = rows.predicted[changed]  # taken back
                parts.append(Examples(rows.take(changed), old, np.full(len(old), -1.0)))
            parts.append(Examples.plain(rows.take(changed), now[changed]))
            return now, np.full(len(rows), True)

        self._looks.walk(news, visit)
        return joined(news, parts)

    def _refit(self, news: News) -> Examples:
        rows, ages = self._looks.old_enough(news), self._looks.ages
        age, self._yes, self._at_risk = news.age(rows), np.zeros(len(ages)), np.zeros(len(ages))
        for look in range(len(ages)):
            self._count(rows.take(age >= ages[look]), look)
        last = ages.searchsorted(age, side="right") - 1
        label = early(rows, ages[last]) / self._shares()[last]
        self._looks.go_on(news, rows, label, np.full(len(rows), True))
        return Examples.plain(rows, label)

    def _count(self, rows: Impressions, look: int) -> None:
        """Count positives and impressions at risk since the look before."""
        open_ = early(rows, self._looks.ages[look - 1]) == 0 if look else np.full(len(rows), True)
        self._yes[look] += float((early(rows, self._looks.ages[look]) > 0)[open_].sum())
        self._at_risk[look] += float(open_.sum())

    def _shares(self) -> Floats:
        """Return the share of positives known at each look."""
        known = self._known
        if known is None:
            reached = self._at_risk > 0
            left = np.cumprod(1.0 - np.divide(self._yes, self._at_risk, out=np.zeros(len(reached)), where=reached))
            known = (1.0 - left) / (1.0 - left[-1]) if left[-1] < 1.0 else np.ones(len(left))
        return np.maximum(known, _LEAST)
