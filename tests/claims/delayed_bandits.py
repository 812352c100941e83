"""What a delay may cost a bandit."""

from __future__ import annotations

import numpy as np

from agents import UCB1, Agent, ObservedOnly
from sim import simulate

from ._claim import Claim, exact, near, slow
from ._queued import Queued
from ._waiting import most_waiting, outstanding
from ._worlds import untrained, world

RATES, ROUNDS, DELAY, REPLICATIONS = np.array([0.9, 0.5, 0.4]), 1000, 50, 25
GAPS = RATES.max() - RATES
_JOULANI = "Joulani, Gyorgy, Szepesvari 2013"


def queues() -> list[Claim]:
    """On every path 0 <= T_i - T'_i <= G*_i: arm i was played T_i times and the base fed T'_i of them.

    G*_i is the most feedback of arm i that was under way at once, the play just made included.
    """
    return _queues([_queued(seed) for seed in range(2)])


@slow
def queues_often() -> list[Claim]:
    """The same with more repetitions, and Theorem 6: regret grows by no more than the sum of gap x E[G*]."""
    paths = [_queued(seed) for seed in range(20)]
    extra = [path[0] - _without_delay(seed) for seed, path in enumerate(paths)]
    ucb1 = [_run(seed, UCB1(), True) for seed in range(20)]
    allowance = np.mean([GAPS @ path[2] for path in paths])
    known = sum(8 * np.log(ROUNDS) / gap + 3.5 * gap for gap in GAPS if gap) + np.mean(
        [GAPS @ most_waiting(r, len(RATES)) for r in ucb1]
    )
    total = [run.summary["regret/total"] for run in ucb1]
    return [
        *_queues(paths),
        near("QPM-D(UCB1): regret that the delay adds", allowance, extra, f"{_JOULANI}, thm 6", sign="<="),
        near("delayed UCB1: regret", known, total, f"{_JOULANI}, Delayed-UCB1", sign="<="),
    ]


def _queues(paths: list) -> list[Claim]:
    waiting = np.array([path[1] for path in paths])
    most = np.array([path[2] for path in paths])
    within, total = (waiting <= most).sum(), most.size
    name = f"QPM-D, {len(paths)} paths x {len(RATES)} arms"
    return [
        exact(f"{name}: played and not fed >= 0", total, (waiting >= 0).sum(), f"{_JOULANI}, QPM-D"),
        exact(f"{name}: played and not fed <= most under way", total, within, f"{_JOULANI}, QPM-D"),
    ]


def _queued(seed: int) -> tuple[float, np.ndarray, np.ndarray]:
    learner = Queued(len(RATES))
    run = _run(seed, learner, True)
    played = np.bincount(run.impressions.item, minlength=len(RATES))
    return run.summary["regret/total"], played - learner.fed, most_waiting(run, len(RATES))


def _without_delay(seed: int) -> float:
    return _run(seed, Queued(len(RATES)), False).summary["regret/total"]


def _run(seed: int, learner, late: bool):
    delay = f"geometric(mean={DELAY}s)" if late else "constant(0s)"
    scenario = world(ROUNDS, items={"click_rates": RATES.tolist()}, feedback__click__delay=delay)
    return simulate(scenario, Agent(learner, ObservedOnly()), seed=seed)


def most_under_way() -> list[Claim]:
    """The most that is out at once in n rounds: at most E[t] + 2 ln n + sqrt(4 E[t] ln n) + 1 on average.

    A delay of one step is t = 0 there, so that E[t] is one less than the mean delay here.
    """
    scenario = world(ROUNDS, feedback__click__delay=f"geometric(mean={DELAY}s)")
    runs = simulate(scenario, untrained(), replications=REPLICATIONS).impressions.groupby("replication")
    most = [outstanding(plays) - 1 for _, plays in runs]
    t, log = DELAY - 1, np.log(ROUNDS)
    bound = t + 2 * log + np.sqrt(4 * t * log) + 1
    return [
        near(f"most feedback under way in {ROUNDS} rounds", bound, most, f"{_JOULANI}, lemma 2", sign="<="),
        near("most feedback under way: not less than the mean", t, most, "a maximum", sign=">="),
    ]
