"""How often a gate or a canary stops a version that is known to be worse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from agents import Agent, Every, ObservedOnly
from sim import simulate
from sim.pipeline.canary import CanaryUsers
from sim.ports import Experience, Impressions, Observations, Policy, Slates

from ._claim import Claim, near, share, slow
from ._worlds import poisson, world

_RATE, _GUESS, _MARGIN, _ROWS = 0.3, (0.3, 0.42), 0.01, 20
_GATE = "binomial law of the clicks"
_CANARY = "power of a one-sided test, normal law"


class Knows:
    """A policy that shows one item and expects one rate."""

    def __init__(self, item: int, expected: float) -> None:
        self._item, self._expected = item, expected

    def act(self, observations: Observations) -> Slates:
        """Show the item."""
        return Slates(np.full((len(observations), 1), self._item))

    def predict(self, observations: Observations, items: np.ndarray) -> np.ndarray:
        """Expect the rate of whatever is shown."""
        return np.full(len(items), self._expected)


class ByVersion:
    """A learner whose versions are given.

    Args:
        policy: makes the policy of a version by its number; that of the untrained one is 0.
    """

    def __init__(self, policy: Callable[[int], Policy]) -> None:
        self._policy, self._count = policy, -1

    def train(self, experience: Experience) -> None:
        """Learn nothing."""

    def predict(self, impressions: Impressions) -> np.ndarray:
        """Know nothing: only versions are asked."""
        return np.full(len(impressions), np.nan)

    def policy(self) -> Policy:
        """Return the next version's policy."""
        self._count += 1
        return self._policy(self._count)


def _rejects(candidate: float, live: float, rows: int, margin: float) -> np.ndarray:
    """Return whether a gate rejects, for each number of clicks from 0 to ``rows``."""
    clicks = np.arange(rows + 1)
    own, other = (-clicks * np.log(q) - (rows - clicks) * np.log(1 - q) for q in (candidate, live))
    return np.asarray(own > other * (1 + margin))


def _trials(run: Any, fate: str) -> list[tuple[int, int, bool]]:
    """Return of each version its kind, that of the one it met, and whether this was its fate."""
    live, found = 0, []
    for version, status in run.versions[["version", "status"]].to_numpy()[1:-1].tolist():
        found.append((version % 2, live, status == fate))
        live = live if status == fate else version % 2
    return found


@slow
def rejected_by_the_gate() -> list[Claim]:
    """Of n clicks of rate p a version that expects q is rejected if its log loss is the higher one by a margin.

    Both losses are linear in the clicks k, so that the probability is the binomial law's of the k for which it is.
    """
    gate = {"for": f"{_ROWS + 1}s", "margin": _MARGIN, "least": _ROWS}
    one = world(50_000.0, items__click_rates=[_RATE], platform__gate=gate)
    agent = Agent(
        ByVersion(lambda number: Knows(0, _GUESS[number % 2])), ObservedOnly(), Every(f"{_ROWS + 2}s"), "push"
    )
    found = [trial for seed in range(2) for trial in _trials(simulate(one, agent, seed=seed), "rejected")]
    chance = stats.binom.pmf(np.arange(_ROWS + 1), _ROWS, _RATE)
    claims = []
    for kind, live in ((1, 0), (0, 1)):
        own = [fate for *pair, fate in found if pair == [kind, live]]
        theory = float(chance @ _rejects(_GUESS[kind], _GUESS[live], _ROWS, _MARGIN))
        name = f"share rejected by the gate, of {_GUESS[kind]:g} against {_GUESS[live]:g} where {_RATE:g} is true"
        claims.append(share(name, theory, sum(own), len(own), _GATE))
    return claims


@slow
def rolled_back_for_cause() -> list[Claim]:
    """A canary of a third of the users is shown an item of a lower rate; labels of a user are Poisson in number.

    A user's mean has the variance p (1 - p) E[1/N | N > 0], and users without a label do not count.
    """
    count, mean, rates, margin = 240, 5.0, (0.5, 0.43), 0.01
    canary = {"share": 1 / 3, "for": "60s", "margin": margin, "least": 20}
    coins = world(40_000.0, items__click_rates=rates, platform__canary=canary, **poisson(count * mean / 60.0, count))
    agent = Agent(ByVersion(lambda number: Knows(number % 2, 0.5)), ObservedOnly(), Every(100.0), "push")
    number = np.arange(1, 60)
    seen = 1.0 - np.exp(-mean)
    variance = float(stats.poisson.pmf(number, mean) @ (1.0 / number)) / seen
    tries = [int(CanaryUsers(1 / 3, seed, 0).of(np.arange(count)).sum()) for seed in range(3)]
    power, back = [], []
    for seed, own in enumerate(tries):
        errors = [variance * p * (1 - p) / (seen * n) for p, n in zip(rates, (count - own, own), strict=True)]
        power.append(stats.norm.sf(stats.norm.isf(0.05) - (rates[0] - rates[1] - margin) / np.sqrt(sum(errors))))
        found = _trials(simulate(coins, agent, seed=seed), "rolled_back")
        back += [fate for kind, live, fate in found if (kind, live) == (1, 0)]
    name = "share rolled back of those that are 7 points worse, 1 allowed"
    return [near(name, float(np.mean(power)), back, _CANARY, slack=0.01)]
