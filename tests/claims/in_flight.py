"""How much feedback is under way."""

from __future__ import annotations

import numpy as np

from agents import Agent
from sim import simulate

from ._claim import Claim, batches, exact, near
from ._worlds import First, in_flight, poisson, served, untrained, world

RATE, MEAN, HORIZON, STEPS = 0.25, 40.0, 2_000_000.0, 100_000
LAWS = ("constant(40s)", "exponential(mean=40s)", "lognormal(mean=40s, sigma=1)", "weibull(shape=0.6, mean=40s)")
_PALM = "M/G/inf: Poisson(rate x mean delay), whatever the law (Palm 1943)"


def any_delay_law() -> list[Claim]:
    """Poisson requests of rate r, delays of mean m: Poisson(r m) are in flight. Mean and variance are r m."""
    return [claim for law in LAWS for claim in _mean_and_variance(law)]


def _mean_and_variance(law: str) -> list[Claim]:
    counts = _sampled(law, HORIZON, np.arange(2000.0, HORIZON, 100.0))
    theory = RATE * MEAN
    return [
        near(f"in flight, {law}: mean", theory, batches(counts), _PALM),
        near(f"in flight, {law}: variance", theory, batches((counts - theory) ** 2), _PALM),
    ]


def _sampled(law: str, horizon: float, at: np.ndarray) -> np.ndarray:
    scenario = world(horizon=horizon, feedback__click__delay=law, **poisson(RATE))
    return in_flight(simulate(scenario, untrained()).impressions, at)


def some_never_answer() -> list[Claim]:
    """Where a share s answers at all, rate x s x mean delay of the answers are under way; the rest is lost."""
    delay = "never(p=0.3, else=exponential(mean=40s))"
    scenario = world(horizon=HORIZON, feedback__click__delay=delay, **poisson(RATE))
    told = simulate(scenario, untrained()).impressions
    counts = in_flight(told[told.feedback_at.notna()], np.arange(2000.0, HORIZON, 200.0))
    lost = (told.status == "lost").to_numpy(float)
    return [
        near("in flight where 30 % never answer: mean", RATE * 0.7 * MEAN, batches(counts), _PALM),
        near("impressions lost where 30 % never answer", 0.3, lost, "the law's own share"),
    ]


def one_action_a_step() -> list[Claim]:
    """One request a step, seen just before the next: mean sum P(D > k) = E[D] - 1, variance sum P(D > k) P(D <= k).

    The sums begin at k = 1: feedback of delay 1 is there at the next step. Where delay 0 means that (Joulani, Gyorgy,
    Szepesvari 2013), the same delay counts one less, and the mean in flight is their E[D].
    """
    source = "Bernoulli sums; Joulani et al. 2013"
    counts = _steps("geometric(mean=5s)")
    q = 0.8 ** np.arange(1, 2000)  # P(D > k)
    fixed = _steps("constant(20s)")
    online = served(simulate(world(200.0, feedback__click__delay="constant(20s)"), Agent(First())))
    unlearned = (online.index - online.examples)[50:]
    return [
        near("one action a step, geometric delay: mean", q.sum(), batches(counts), source),
        near("one action a step, geometric delay: variance", (q * (1 - q)).sum(), batches((counts - 4) ** 2), source),
        exact("one action a step, delay 20 steps: fewest", 19, fixed.min(), source),
        exact("one action a step, delay 20 steps: most", 19, fixed.max(), source),
        exact("one action a step, delay 20 steps: fewest unlearnt online", 19, unlearned.min(), source),
        exact("one action a step, delay 20 steps: most unlearnt online", 19, unlearned.max(), source),
    ]


def _steps(law: str) -> np.ndarray:
    run = simulate(world(horizon=STEPS, feedback__click__delay=law), untrained())
    return in_flight(run.impressions, np.arange(501.0, STEPS + 1.0))
