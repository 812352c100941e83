"""Fresh features: what they know of a taste that wanders, by how late they are."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy import integrate, stats

from agents import Agent, Every
from sim import Scenario, simulate
from sim.world.tastes import Tastes

from ._claim import Claim, exact, near
from ._worlds import First, world

USERS, DIM, SPREAD = 3000, 4, 2.0
MEMORY, DRIFT, HOURS = 4.0, 8.0, 30  # half-lives of features and tastes, and the horizon, hours
_SOURCE = "Ornstein-Uhlenbeck: E(d(t) | d(t - a)) = 2^(-a/half-life) d(t - a)"


def _last_visits(latency: str, users: int) -> tuple[np.ndarray, np.ndarray]:
    """Return features and tastes at each user's last visit, ``(n_users, n_dims)``."""
    first = First(lambda experience: experience.news.served.kept())
    scenario = _opposites(latency, users)
    simulate(scenario, Agent(first, cadence=Every(HOURS * 3600.0, refit_window=None)))
    served = first.notes[-1]
    _, last = np.unique(served.user[::-1], return_index=True)
    at, features = served.request_at[::-1][last], served.user_features[::-1][last]
    tastes = Tastes(scenario, seed=0, replication=0)
    drift, _ = tastes.drift(at, np.arange(users), tastes.drift_start(), np.zeros(users, dtype=np.int64))
    return features[:, -DIM:], drift


def _opposites(latency: str, users: int) -> Scenario:
    """Return a world where each coordinate of a taste has an item for it and one against it, always shown."""
    plain = world(HOURS * 3600.0).plain() | {
        "users": {
            "count": users,
            "visits": {"every": "1h"},
            "preferences": {"dim": DIM, "spread": 0.0},
            "drift": {"half_life": f"{DRIFT}h", "spread": SPREAD},
            "observed": {"recent": {"half_life": f"{MEMORY}h", "latency": latency}},
        },
        "items": {"count": 2 * DIM, "click_rate": 0.5, "features": "items.csv"},
        "slate": {"size": 2 * DIM, "choice": "bernoulli"},
        "feedback": {"click": {"delay": "constant(30m)"}},
    }
    rows = [",".join(f"{value:g}" for value in row) for row in np.vstack([np.eye(DIM), -np.eye(DIM)])]
    with TemporaryDirectory() as folder:
        (Path(folder) / "items.csv").write_text("\n".join([",".join("abcd"[:DIM]), *rows]))
        return Scenario.check(plain, folder=Path(folder))


def covariance() -> list[Claim]:
    """A click for x less one against it has the mean tanh(d/2) at a taste d; an hour later d is known 2^(-1/8) as well.

    So features and taste have the covariance E[d tanh(d/2)] sum over ages a > latency of 2^(-a/memory) 2^(-a/drift).
    """
    of_both = integrate.quad(lambda d: d * np.tanh(d / 2) * stats.norm.pdf(d, scale=SPREAD), -16.0, 16.0)[0]
    claims = []
    for latency in (0, 3):
        ages = np.arange(latency + 1, HOURS)
        theory = of_both * np.sum(2.0 ** (-ages / MEMORY - ages / DRIFT))
        features, tastes = _last_visits(f"{latency}h", USERS)
        claims.append(near(f"features {latency} h late: covariance with the taste", theory,
                           (features * tastes).ravel(), _SOURCE))  # fmt: skip
    return claims


def later_than_the_horizon() -> list[Claim]:
    """What comes after the end is never seen."""
    features, _ = _last_visits("2d", 100)
    return [exact("features later than the horizon: the largest", 0.0, np.abs(features).max(), "none has come")]
