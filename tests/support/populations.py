"""Whole populations of impressions: each delay as often as its law says, so that nothing is left to chance."""

from __future__ import annotations

import numpy as np

from sim.ports import Examples, Impressions, News, Space
from tests.support.corrections import made

ONE_ITEM = Space(users=1, user_dim=1, items=1, item_dim=0, size=1, turnover=False)


def population(rate: float, delays: list[float], served: list[float], each: int, window: float = np.inf) -> Impressions:
    """Return ``each`` impressions at every instant; of the positives equally many have each delay.

    A positive with a delay beyond the window is a negative; a negative is known at the end of the window.
    """
    positives = round(rate * each)
    share, rest = divmod(positives, len(delays))
    assert not rest
    assert positives == rate * each
    delay = np.concatenate([np.repeat(delays, share), np.full(each - positives, np.inf)])
    request_at, delay = np.repeat(served, each), np.tile(delay, len(served))
    label = ((delay <= window) & np.isfinite(delay)).astype(float)
    count = len(request_at)
    columns = {
        "number": np.arange(count),
        "request_at": request_at,
        "user": np.zeros(count, dtype=np.int64),
        "visit": np.arange(count),
        "position": np.zeros(count, dtype=np.int64),
        "item": np.zeros(count, dtype=np.int64),
        "user_features": np.ones((count, 1)),
        "item_features": np.empty((count, 0)),
        "delivered_at": request_at + np.minimum(delay, window),
        "closes_at": request_at + window,
        "label": label,
    }
    return Impressions.of(columns)


def as_known(rows: Impressions, now: float) -> Impressions:
    """Return impressions as the log shows them at an instant."""
    late = rows.delivered_at > now
    return rows.replace(
        delivered_at=np.where(late, np.inf, rows.delivered_at),
        closes_at=np.where(late, np.inf, rows.closes_at),
        label=np.where(late, 0.0, rows.label),
    )


def news(rows: Impressions, since: float, now: float, refit: bool = False) -> News:
    """Return what is new from ``since`` to ``now``, or in a refit all of that window."""
    served = as_known(rows.take((rows.request_at > since) & (rows.request_at <= now)), now)
    comes = rows.closes_at if refit else rows.delivered_at
    matured = rows.take((comes > since) & (rows.delivered_at <= now))
    matured = matured.take(np.argsort(matured.delivered_at, kind="stable"))
    return News(now, refit, served, matured, since if refit else -np.inf)


def stream(correction, rows: Impressions, cutoffs: list[float], model=None) -> list[Examples]:
    """Return the examples of the news up to each cutoff."""
    since = [-np.inf, *cutoffs[:-1]]
    return [made(correction, news(rows, a, b), model) for a, b in zip(since, cutoffs, strict=True)]


def minimiser(*parts: Examples) -> float:
    """Return the constant that minimises the weighted log loss (or squared error) of examples."""
    weight = sum(float(part.weight.sum()) for part in parts)
    return sum(float(part.weight @ part.label) for part in parts) / weight
