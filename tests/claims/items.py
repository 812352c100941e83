"""The catalogue: what items have for everybody, and how long they live."""

from __future__ import annotations

import numpy as np
from scipy import stats
from scipy.special import expit, logit

from agents import Agent, Never
from sim import simulate
from sim.ports import Observations

from ._claim import Claim, batches, follows, near
from ._worlds import First, untrained, world

RATE, SPREAD, ALIVE, LIFE = 0.2, 0.8, 50, 100.0
_LOGIT_NORMAL = "log odds of a click N(logit(rate), popularity^2)"
_POISSON = "exponential lives, replaced at once: Poisson(count t / life) are born in t"


class Watch(First):
    """Keeps the catalogue of each instant at which it is asked."""

    def policy(self) -> Watch:
        """Return itself."""
        return self

    def act(self, observations: Observations) -> np.ndarray:
        """Answer with the first items, and take a note."""
        self.notes += [(at, observations.catalogue) for at in observations.at.tolist()]
        return super().act(observations).items


def popularity() -> list[Claim]:
    """Log odds of a click are normal around logit(rate); click rates have their mean E sigmoid(logit(rate) + s z)."""
    items = {"count": 500, "click_rate": RATE, "popularity": SPREAD}
    run = simulate(world(1500.0, items=items), untrained(), replications=16)
    odds = logit(run.requests.expected_reward.to_numpy())
    seen = run.impressions.assign(odds=odds).groupby(["replication", "item"])
    odds = seen.odds.first().to_numpy()
    z = stats.norm.ppf((np.arange(100_000) + 0.5) / 100_000)
    mean = expit(logit(RATE) + SPREAD * z).mean()
    return [
        near("popularity: spread of log odds, squared", SPREAD**2, (odds - logit(RATE)) ** 2, _LOGIT_NORMAL),
        follows("popularity: log odds, distance", odds, stats.norm(logit(RATE), SPREAD).cdf, _LOGIT_NORMAL),
        near("popularity: clicks a request", mean, seen.outcome.mean().to_numpy(), _LOGIT_NORMAL),
    ]


def turnover() -> list[Claim]:
    """Births are a Poisson process; of those alive at t a share e^(-a / life) is alive at t + a."""
    watch = Watch()
    lives = {"count": ALIVE, "click_rate": RATE, "lifetime": f"{LIFE}s"}
    simulate(world(20_000.0, items=lives, users__visits__every="50s"), Agent(watch, cadence=Never()))
    ids = {at: catalogue.ids for at, catalogue in watch.notes}
    last = np.array([ids[at][-1] for at in np.arange(100.0, 20_001.0, 100.0)])
    kept = [np.isin(ids[at], ids[at + 50.0]).mean() for at in np.arange(100.0, 19_900.0, 100.0)]
    return [
        near(f"items born in {LIFE:.0f} s", ALIVE * 100.0 / LIFE, batches(np.diff(last), 40), _POISSON),
        near("items alive 50 s later: share", np.exp(-50.0 / LIFE), kept, "exponential lives have no memory"),
    ]


def ages() -> list[Claim]:
    """Ages have the law of lives at any instant, that of the first request too."""
    watch = Watch()
    lives = {"count": 5000, "click_rate": RATE, "lifetime": f"{LIFE}s"}
    simulate(world(200.0, items=lives, users__visits__every="40s"), Agent(watch, cadence=Never()))
    (first, early), *_, (last, late) = watch.notes
    law, source = stats.expon(scale=LIFE).cdf, "exponential lives: ages are stationary from the start"
    return [
        follows("age at the first request", first - early.born_at, law, source),
        follows("age after twice a mean life", last - late.born_at, law, source),
    ]
