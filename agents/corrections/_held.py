"""Impressions that wait until they have an age."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from sim.ports import Impressions, News

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Held:
    """Impressions that are read once, when old enough.

    They are in order of serving.

    It holds what was served within the last ``age`` seconds, and when its positives came.

    Args:
        age: from when on an impression is read, seconds.
    """

    def __init__(self, age: float) -> None:
        self._age = age
        self._waiting: deque[Impressions] = deque()
        self._first = np.inf  # request of the oldest one
        self._came: list[tuple[Ints, Floats]] = []  # numbers and instants of positives

    def due(self, news: News, entering: Impressions | None = None) -> Impressions:
        """Return what has come of age.

        It is as known at the cutoff: ``label`` is 1 and ``delivered_at`` finite where a positive has come. In a refit
        this is all of the window that is old enough, and nothing is held, unless it goes on.

        Args:
            news: what came.
            entering: what is held from now on, in order of serving, not what is served.
        """
        if news.refit:
            old = self._old(news, news.served)
            none = news.served.part(0, 0)
            held = (news.served.part(old, len(news.served)), news.matured) if news.goes_on else (none, none)
            self.start(*held)
            return news.served.part(0, old)
        self._forget(news.reversed)
        self._hold(news.served if entering is None else entering, news.matured)
        return self._released(news)

    def start(self, rows: Impressions, matured: Impressions) -> None:
        """Hold these rows and no others.

        Args:
            rows: in order of serving.
            matured: what is known, of these and of others.
        """
        self._waiting, self._first, self._came = deque(), np.inf, []
        self._hold(rows, matured)

    def _forget(self, back: Impressions) -> None:
        """Forget the positives that were taken back."""
        if len(back):
            keep = [~np.isin(number, back.number) for number, _ in self._came]
            self._came = [(number[own], at[own]) for own, (number, at) in zip(keep, self._came, strict=True)]

    def _hold(self, served: Impressions, matured: Impressions) -> None:
        yes = matured.take(matured.label > 0)
        self._came.append((yes.number, yes.delivered_at))
        if len(served):
            self._waiting.append(served.kept())
            self._first = min(self._first, float(served.request_at[0]))

    def _old(self, news: News, rows: Impressions) -> int:
        """Count the rows that are old enough."""
        return int(np.count_nonzero(news.age(rows) >= self._age))

    def _released(self, news: News) -> Impressions:
        parts: list[Impressions] = []
        while self._waiting and news.cutoff - self._first >= self._age:
            rows = self._waiting.popleft()
            old = self._old(news, rows)
            parts.append(rows.part(0, old))
            if old < len(rows):
                self._waiting.appendleft(rows.part(old, len(rows)))
            self._first = float(self._waiting[0].request_at[0]) if self._waiting else np.inf
        if not parts:
            return news.served.part(0, 0)
        return self._labelled(Impressions.join(parts))

    def _labelled(self, rows: Impressions) -> Impressions:
        number, at = (np.concatenate(columns) for columns in zip(*self._came, strict=True))
        order = np.argsort(number)
        number, at = number[order], at[order]
        own = np.isin(rows.number, number)
        delivered_at = np.full(len(rows), np.inf)
        delivered_at[own] = at[number.searchsorted(rows.number[own])]
        later = number > rows.number[-1]
        self._came = [(number[later], at[later])]
        return rows.replace(label=own.astype(np.float64), delivered_at=delivered_at)


def early(rows: Impressions, wait: float | Floats) -> Floats:
    """Return 1 for each positive that came within a wait."""
    return np.asarray((rows.label > 0) & (rows.delivered_at - rows.request_at <= wait), dtype=np.float64)


def late(news: News, wait: float) -> Impressions:
    """Return the positives that came after a wait.

    In a refit these are the ones that came within the window.
    """
    came = (news.matured.label > 0) & (news.matured.delivered_at - news.matured.request_at > wait)
    if news.refit:
        came &= news.matured.delivered_at > news.since
    return news.matured.take(came)
