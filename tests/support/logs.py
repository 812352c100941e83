"""Observations and impressions made by hand, for agents without a world."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from sim.draws import child
from sim.ports import Catalogue, Examples, Experience, Impressions, News, Observations, Space

RNG = np.random.default_rng(7)
USERS, ITEMS, P, D = 30, 25, 3, 2
PROFILES = np.hstack([np.ones((USERS, 1)), RNG.normal(size=(USERS, P - 1))])
FEATURES = RNG.normal(size=(400, D))
SPACE = Space(users=USERS, user_dim=P, items=ITEMS, item_dim=D, size=4, turnover=True)
FIXED = replace(SPACE, turnover=False)


def observations(n: int = 40, size: int = 4, ids: np.ndarray | None = None) -> Observations:
    """Return n requests over a catalogue (the first items unless told)."""
    rng = np.random.default_rng(n)
    ids = np.arange(ITEMS) if ids is None else ids
    user = rng.integers(0, USERS, n)
    best = np.repeat(ids[None, :size], n, axis=0)
    return Observations(
        at=np.sort(rng.uniform(0, 1e5, n)),
        user=user,
        visit=np.arange(n),
        features=PROFILES[user],
        catalogue=Catalogue(ids, FEATURES[ids], np.zeros(len(ids))),
        size=size,
        keys=child(child(np.uint64(1), user), np.arange(n)),
        best=best,
    )


def impressions(n: int = 60, seed: int = 0, window: float = 100.0) -> Impressions:
    """Return n matured impressions in order of serving; positives come early, negatives at the closing."""
    rng = np.random.default_rng(seed)
    user, item = rng.integers(0, USERS, n), rng.integers(0, ITEMS, n)
    request_at = np.sort(rng.uniform(0, 1000, n))
    label = (rng.uniform(size=n) < 0.4).astype(float)
    closes_at = request_at + window
    columns = {
        "number": np.arange(n),
        "request_at": request_at,
        "user": user,
        "visit": np.arange(n),
        "position": np.zeros(n, dtype=np.int64),
        "item": item,
        "propensity": np.full(n, 0.1),
        "predicted": np.full(n, 0.4),
        "user_features": PROFILES[user],
        "item_features": FEATURES[item],
        "delivered_at": np.where(label > 0, request_at + window * rng.uniform(0, 1, n), closes_at),
        "closes_at": closes_at,
        "label": label,
    }
    return Impressions.of(columns)


def pending(rows: Impressions) -> Impressions:
    """Return impressions as the log shows them before anything came back."""
    never = np.full(len(rows), np.inf)
    return rows.replace(delivered_at=never, closes_at=never, label=np.zeros(len(rows)))


@cache
def nothing() -> Impressions:
    """Return no impressions."""
    return impressions(1).take(np.array([], dtype=np.intp))


def examples(rows: Impressions, label: float | None = None, weight: float = 1.0) -> Examples:
    """Return a row per impression, with its own label unless told."""
    labels = rows.label if label is None else np.full(len(rows), label)
    return Examples(rows, labels, np.full(len(rows), weight))


def experience(rows: Examples, refit: bool = False) -> Experience:
    """Return what a learner is told when these are its examples."""
    news = News(2000.0, refit, nothing(), nothing())
    return Experience(news, rows, nothing)


def begun(learner, space: Space = SPACE):
    """Return a learner that knows the space."""
    if hasattr(learner, "begin"):
        learner.begin(space)
    return learner
