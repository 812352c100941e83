"""Nobody learns faster than there is information."""

from __future__ import annotations

import numpy as np
from scipy.special import rel_entr

from agents import UCB1, Agent, BetaThompson, EpsilonGreedy, LinTS, ObservedOnly
from sim import simulate

from ._claim import Claim, exact, near, slow
from ._worlds import At, world

GOOD, BAD, OTHER, ROUNDS = 0.5, 0.4, 0.65, 2000
_SOURCE = "Garivier, Menard, Stoltz 2019: the fundamental inequality"


def nothing_known_nothing_learnt() -> list[Claim]:
    """While no outcome has come, a learner shows the same in two worlds whose outcomes differ, step by step."""
    late = f"constant({ROUNDS - 100}s)"
    return [_same_steps(learner, late) for learner in (BetaThompson(), UCB1(), EpsilonGreedy(), LinTS())]


def _same_steps(learner, delay: str) -> Claim:
    looks = np.arange(ROUNDS - 300.0, ROUNDS, 10.0)
    here, there = (_told(learner, rate, delay, looks).item.to_numpy() for rate in (BAD, OTHER))
    steps = ROUNDS - 100  # the first outcome is there at the request after these
    same = (here == there)[:steps].sum()
    return exact(f"before the first outcome, {type(learner).__name__}: equal steps", steps, same, "no early labels")


def worse_arm_must_be_tried() -> list[Claim]:
    """Two worlds that differ in arm 1 alone: E[N] KL(.4, .65) >= kl(E[N] / T, E'[N] / T), N plays of that arm.

    The inequality holds for every policy and every T; Lai and Robbins' bound follows from it. Under delay the same is
    true of the plays whose outcome is known by the end. It fails once a learner is told more than its log.
    """
    return [_claim("Thompson, delay 200", "constant(200s)", 12)]


@slow
def worse_arm_must_be_tried_often() -> list[Claim]:
    """The same without delay, and with more repetitions."""
    return [_claim("Thompson", "constant(0s)", 60)]


def _claim(name: str, delay: str, runs: int) -> Claim:
    here, there = (_plays(rate, delay, runs) for rate in (BAD, OTHER))
    bound = _kl(here[0].mean() / ROUNDS, there[0].mean() / ROUNDS)
    return near(f"information on the worse arm, {name}", bound, here[1] * _kl(BAD, OTHER), _SOURCE, sign=">=")


def _plays(rate: float, delay: str, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return in each run how often arm 1 was played, and of how many of these the outcome is known."""
    told = _told(BetaThompson(), rate, delay, np.unique(np.ceil(1.5 ** np.arange(0.0, 19.0))), runs)
    plays = told[told.item == 1].groupby("replication")
    counts = plays.size(), plays.delivered_at.count()
    return tuple(count.reindex(range(runs), fill_value=0).to_numpy(float) for count in counts)


def _told(learner, rate: float, delay: str, looks: np.ndarray, runs: int = 1):
    scenario = world(ROUNDS, items={"click_rates": [GOOD, rate]}, feedback__click__delay=delay)
    agent = Agent(learner, ObservedOnly(), At(looks), ship="in_place")
    return simulate(scenario, agent, replications=runs).impressions


def _kl(p: float, q: float) -> float:
    """Return the Kullback-Leibler divergence of two Bernoulli laws."""
    return float(rel_entr(p, q) + rel_entr(1 - p, 1 - q))
