"""How old what serves is, where retrains are triggered at random: pushes that overtake, and a trainer with a queue."""

from __future__ import annotations

import numpy as np

from agents import Agent
from sim import simulate

from ._claim import Claim, batches, near, slow
from ._worlds import First, at_random, poisson, served, world

SHORT, QUEUE, LONG, WARM = 400_000.0, 600_000.0, 3_000_000.0, 2000.0
_OVERTAKING = "P(age > x) = exp(-mu int_0^x F_L): no version younger than x has arrived"
_TRAINER = "renewal reward over training starts; derivation in the claim"


def pushes_that_overtake() -> list[Claim]:
    """Versions cut by a Poisson process of rate mu, pushes iid with law F, the newest wins.

    The age exceeds x when none of the versions cut in the last x has arrived; those of age u arrive with F(u), so their
    number is Poisson(mu int_0^x F). For an exponential push of mean m: int_0^x F = x - m (1 - e^(-x / m)).
    """
    return _overtaking(SHORT, (25.0, 50.0, 75.0))


@slow
def pushes_that_overtake_long() -> list[Claim]:
    """The same over several times the time."""
    return _overtaking(LONG, (50.0, 100.0, 150.0))


def _overtaking(horizon: float, ages: tuple[float, ...]) -> list[Claim]:
    mu, m = 1 / 50.0, 100.0
    age, versions = _ages(horizon, mu, platform__push="exponential(mean=100s)")

    def beyond(x):
        return np.exp(-mu * (x - m * (1 - np.exp(-x / m))))

    grid = np.arange(0.0, 5000.0, 0.1)
    claims = [near(f"age > {x:.0f} s, pushes overtake", beyond(x), batches(age > x, 40), _OVERTAKING) for x in ages]
    claims.append(near("age, pushes overtake: mean", np.trapezoid(beyond(grid), grid), batches(age), _OVERTAKING))
    return [*claims, _superseded(mu, m, versions[versions.trained_at < horizon - 2000.0])]


def _superseded(mu: float, m: float, versions) -> Claim:
    """A version is overtaken when a later one arrives first.

    Its push lasts l; one cut u later arrives before it with probability F(l - u), so that none does with probability
    exp(-mu int_0^l F), and it is superseded with 1 - E exp(-mu (l - m (1 - e^(-l / m)))).
    """
    share = np.linspace(0.0, 1.0, 200_001)
    push = -m * np.log1p(-(share[:-1] + share[1:]) / 2)
    theory = 1 - np.exp(-mu * (push - m * (1 - np.exp(-push / m)))).mean()
    return near("share of versions superseded", theory, batches(versions.status[1:] == "superseded"), _OVERTAKING)


def trainer_with_a_queue() -> list[Claim]:
    """Triggers Poisson(mu), one trainer, trainings S exponential of rate nu; a version is cut when its training starts.

    Triggers that find one waiting merge into it, so after a start nothing waits. The next start is at S, when a trigger
    has come by then (with probability 1 - e^(-mu S)), else at S + W with W exponential of rate mu. So the gaps X
    between starts are iid, with

        E[X]   = E[S] + E[e^(-mu S)] / mu             = 1/nu + nu / ((nu + mu) mu)
        E[X^2] = E[S^2] + 2 E[S e^(-mu S)] / mu + 2 E[e^(-mu S)] / mu^2
               = 2/nu^2 + 2 nu / ((nu + mu)^2 mu) + 2 nu / ((nu + mu) mu^2).

    The version cut at t_i serves from t_i + S_i to t_(i+1) + S_(i+1): the age integrates to ((X + S')^2 - S^2) / 2 with
    S' independent of X, over a cycle of mean E[X]. The squares of S cancel: mean age E[X^2] / 2 E[X] + E[S].
    """
    return _trainer(QUEUE)[:2]  # squares of gaps take the longer run


@slow
def trainer_with_a_queue_long() -> list[Claim]:
    """The same over several times the time."""
    return _trainer(LONG)


def _trainer(horizon: float) -> list[Claim]:
    mu, nu = 1 / 50.0, 1 / 80.0
    age, versions = _ages(horizon, mu, platform__training__fixed="exponential(mean=80s)")
    first = 1 / nu + nu / ((nu + mu) * mu)
    second = 2 / nu**2 + 2 * nu / ((nu + mu) ** 2 * mu) + 2 * nu / ((nu + mu) * mu**2)
    gaps = np.diff(versions.cutoff_at[1:])
    return [
        near("age, one trainer, triggers merge: mean", second / (2 * first) + 1 / nu, batches(age, 40), _TRAINER),
        near("gaps between trainings: mean", first, gaps, _TRAINER),
        near("gaps between trainings: mean square", second, gaps**2, _TRAINER),
    ]


def _ages(horizon: float, mu: float, **latency):
    run = simulate(world(horizon, **latency, **poisson(0.04)), Agent(First(), cadence=at_random(mu, horizon)))
    return served(run, WARM).age, run.versions
