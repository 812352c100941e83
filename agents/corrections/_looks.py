"""Looks at impressions, at doubling ages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agents.corrections._held import Held
from sim.ports import Examples, Impressions, News

Floats = NDArray[np.float64]
Label = Callable[[Impressions, int], Floats]


class Looks:
    """Labels that are given anew at doubling ages.

    Args:
        wait: age at the first look, seconds.
        until: age that no look exceeds, seconds.

    Attributes:
        ages: ``(looks,)`` of the looks.
    """

    def __init__(self, wait: float, until: float) -> None:
        if not until >= wait > 0:
            raise ValueError(f"until is {until:g} s and wait {wait:g} s, expected 0 < wait <= until")
        self.ages = (wait * 2.0 ** np.arange(1 + int(np.floor(np.log2(until / wait))))).astype(np.float64)
        self._held = [Held(age) for age in self.ages.tolist()]

    def old_enough(self, news: News) -> Impressions:
        """Return the impressions that reach the first look.

        In a refit these are all of the window that have.
        """
        return self._held[0].due(news)

    def changes(self, news: News, label: Label, *, final_yes: bool) -> Examples:
        """Return what each look takes back and gives.

        Args:
            news: not of a refit.
            label: from impressions and the number of the look to their labels ``(r,)``. After the first look, the
                column ``predicted`` is the label of the look before and ``propensity`` the age at it, seconds.
            final_yes: whether a positive that was seen needs no further look.
        """
        rows, labels, weights = [news.served.part(0, 0)], [np.empty(0)], [np.empty(0)]
        entering: Impressions | None = None
        for look, held in enumerate(self._held):
            seen = held.due(news, entering)
            first, entering = entering is None, seen
            if not len(seen):
                continue
            now = label(seen, look)
            new = np.full(len(seen), True) if first else now != seen.predicted
            if not first:
                rows, labels = [*rows, seen.take(new)], [*labels, seen.predicted[new]]
                weights.append(np.full(int(new.sum()), -1.0))
            rows, labels = [*rows, seen.take(new)], [*labels, now[new]]
            weights.append(np.ones(int(new.sum())))
            on = (seen.label == 0) | (not final_yes)
            entering = seen.take(on).replace(predicted=now[on], propensity=news.age(seen)[on])
        return Examples(Impressions.join(rows), np.concatenate(labels), np.concatenate(weights))
