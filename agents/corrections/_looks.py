"""Looks at impressions, at doubling ages."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from agents.corrections._held import Held
from sim.ports import Examples, Impressions, News

Floats = NDArray[np.float64]
Visit = Callable[[Impressions, int], tuple[Floats, NDArray[np.bool_]]]


class Looks:
    """Impressions that are looked at again at doubling ages.

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

    def go_on(self, news: News, rows: Impressions, note: Floats, on: NDArray[np.bool_]) -> None:
        """Hold what a refit has read for later looks.

        Args:
            news: of the refit.
            rows: what it has read.
            note: ``(r,)`` for the next look, as of a visit.
            on: ``(r,)`` whether there is a next look.
        """
        if not news.goes_on:
            return
        age = news.age(rows)
        reached = self.ages.searchsorted(age, side="right")
        for look, held in enumerate(self._held[1:], 1):
            own = on & (reached == look)
            held.start(rows.take(own).replace(predicted=note[own], propensity=age[own]), news.matured)

    def walk(self, news: News, visit: Visit) -> None:
        """Show each look its impressions.

        Args:
            news: not of a refit.
            visit: gets impressions and the number of the look; returns a number for each, which the next look finds in
                the column ``predicted`` (and the age at this one in ``propensity``), and whether there is a next look.
        """
        entering: Impressions | None = None
        for look, held in enumerate(self._held):
            seen = entering = held.due(news, entering)
            if len(seen):
                note, on = visit(seen, look)
                entering = seen.take(on).replace(predicted=note[on], propensity=news.age(seen)[on])


def joined(news: News, parts: list[Examples]) -> Examples:
    """Return the examples of several looks."""
    none = Examples.plain(news.served.part(0, 0), np.empty(0))
    parts = [none, *parts]
    label, weight = (np.concatenate([getattr(part, name) for part in parts]) for name in ("label", "weight"))
    return Examples(Impressions.join([part.impressions for part in parts]), label, weight)
