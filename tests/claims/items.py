"""The catalogue: what items have for everybody, and how long they live."""

from __future__ import annotations

import numpy as np
from scipy import stats
from scipy.integrate import quad
from scipy.special import expit, logit

from agents import Agent, Never
from sim import simulate
from sim.ports import Observations

from ._claim import Claim, batches, follows, near
from ._worlds import First, untrained, world

RATE, SPREAD, ALIVE, LIFE = 0.2, 0.8, 50, 100.0
REPLICATIONS, LIVES, INSTANTS, CHOICES = 16, 200, 8000, 20_000
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
    run = simulate(world(1500.0, items=items), untrained(), replications=REPLICATIONS)
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
    end = LIVES * LIFE
    simulate(world(end, items=lives, users__visits__every="50s"), Agent(watch, cadence=Never()))
    ids = {at: catalogue.ids for at, catalogue in watch.notes}
    last = np.array([ids[at][-1] for at in np.arange(100.0, end + 1.0, 100.0)])
    kept = [np.isin(ids[at], ids[at + 50.0]).mean() for at in np.arange(100.0, end - 100.0, 100.0)]
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


def turnover_at_fixed_instants() -> list[Claim]:
    """A place is drawn with p / m a second: it is as it was after n seconds with (1 - p / m)^n."""
    watch, count, chance, every = Watch(), 20, 0.05, 10
    items = {"count": count, "click_rate": RATE, "turnover": {"every": f"{every}s", "rate": f"{chance} per second"}}
    scenario = world(INSTANTS * every, items=items, users__visits__every=f"{every}s")
    simulate(scenario, Agent(watch, cadence=Never()))
    ids = [catalogue.ids for _, catalogue in watch.notes]
    stays = (1.0 - chance / count) ** every
    kept = [np.isin(earlier, later).mean() for earlier, later in zip(ids, ids[10:], strict=False)]
    source = "Binomial(n, p) places, drawn with replacement"
    return [
        near("items born at an instant of turnover", count * (1.0 - stays), np.diff([i[-1] for i in ids]), source),
        near("places as they were after ten of them", stays**10, batches(kept, 40), source),
    ]


def click_rates() -> list[Claim]:
    """Click rates follow the law over items."""
    claims = []
    for text, law in (("beta(2, 8)", stats.beta(2, 8)), ("uniform(0.1, 0.5)", stats.uniform(0.1, 0.4))):
        scenario = world(1500.0, items={"count": 500, "click_rate": text})
        run = simulate(scenario, untrained(), replications=REPLICATIONS)
        seen = run.impressions.assign(rate=run.requests.expected_reward.to_numpy()).groupby(["replication", "item"])
        claims += [
            follows(f"click rates {text}, distance", seen.rate.first(), law.cdf, "inversion"),
            near(f"clicks a request, {text}", law.mean(), seen.outcome.mean().to_numpy(), "inversion"),
        ]
    return claims


def redrawn_arms() -> list[Claim]:
    """Of (u, v) / |(u, v)| with uniform u, v and theta = (1, 1) / sqrt 2: P(<theta, a> <= x) = tan(pi / 4 - arccos x).

    The mean is (ln(1 + sqrt 2) + sqrt 2 - 1) / sqrt 2; of the best of K, 1 less the integral of that to the power K.
    """
    arms = 5
    changes = {
        "users__preferences": {"dim": 2, "mean": float(np.sqrt(0.5))},
        "items": {"count": arms, "click_rate": 0.0, "features": "uniform", "redrawn": True},
        "slate": {"size": 1, "link": "identity"},
    }
    run = simulate(world(CHOICES, **changes), untrained())
    asked, source = run.requests, "Bernoulli(<theta, a>), arms uniform, of length 1, drawn anew for each request"

    def cdf(x: np.ndarray) -> np.ndarray:
        return np.clip(np.tan(np.pi / 4.0 - np.arccos(np.clip(x, 0.0, 1.0))), 0.0, 1.0)

    mean = (np.log(1.0 + np.sqrt(2.0)) + np.sqrt(2.0) - 1.0) / np.sqrt(2.0)
    best = 1.0 - quad(lambda x: float(cdf(np.array(x))) ** arms, np.sqrt(0.5), 1.0)[0]
    return [
        follows("expected reward of a random arm, distance", asked.expected_reward, cdf, source),
        near("expected reward of a random arm", mean, asked.expected_reward, source),
        near("reward of a random arm", mean, asked.reward, source),
        near(f"regret of a random arm of {arms}", best - mean, asked.regret, source),
    ]
