"""The context of requests: what it is, and how far it moves tastes."""

from __future__ import annotations

import numpy as np

from agents import Agent, Every
from sim import simulate
from sim.world.context import RequestContext

from ._claim import Claim, at_most, exact, near
from ._worlds import First, world

DIM, SPREAD, DAY = 256, 0.7, 86400.0
_SIZE = "taste += s M c / sqrt(k), M standard normal: mean square s^2 |c|^2 / k"


def _moves(replications: int, instants: np.ndarray, **context: object) -> np.ndarray:
    """Return what is added to a taste at each instant, ``(replications, instants, dim)``."""
    about = world(1.0, items={"count": 1, "click_rate": 0.5}, users__preferences={"dim": DIM}, users__context=context)
    keys, nothing = np.arange(len(instants), dtype=np.uint64), np.zeros((len(instants), DIM))
    found = []
    for replication in range(replications):
        here = RequestContext(about, 0, replication)
        found.append(here.moved(nothing, here.at(instants, keys + np.uint64(1000 * replication))))
    return np.array(found)


def size() -> list[Claim]:
    """Sines and cosines have |c|^2 = k / 2, normals k in the mean; times of day half a day apart pull apart."""
    hours = _moves(60, np.array([3.0, 15.0]) * 3600.0, hour=True, spread=SPREAD)
    normals = _moves(150, np.zeros(50), dim=4, spread=SPREAD)
    return [
        near("context of the hour: mean square of what it adds", SPREAD**2 / 2, (hours[:, 0] ** 2).ravel(), _SIZE),
        near("context of normals: mean square of what it adds", SPREAD**2, (normals**2).mean(axis=(1, 2)), _SIZE),
        at_most("context of the hour: sum over twelve hours", 1e-12, np.abs(hours.sum(axis=1)).max(), "x and x + pi"),
    ]


def seen() -> list[Claim]:
    """Agents see the hour and the weekday of each request, and a share of the normals."""
    first = First(lambda experience: experience.news.served.kept())
    about = {"hour": True, "weekday": True, "dim": 4, "seen": 0.5}
    scenario = world(10 * DAY, users={"count": 200, "visits": {"every": "5h"}, "context": about})
    simulate(scenario, Agent(first, cadence=Every(10 * DAY - 1.0, refit_window=None)))
    served = first.notes[-1]
    day, turn = served.request_at / DAY, 2 * np.pi
    expected = [turn * day, turn * (np.floor(day) % 7) / 7]
    off = [np.abs(served.user_features[:, 1 + 2 * n] - np.sin(angle)).max() for n, angle in enumerate(expected)]
    off += [np.abs(served.user_features[:, 2 + 2 * n] - np.cos(angle)).max() for n, angle in enumerate(expected)]
    normals = served.user_features[:, 5:]
    return [
        at_most("context seen: hour and weekday less those of the instant", 1e-10, max(off), "sine and cosine"),
        exact("context seen: normals", 2, normals.shape[1], "ceil(seen * dim)"),
        near("context seen: mean square of the normals", 1.0, (normals**2).mean(axis=1), "standard normals", slack=0.0),
    ]
