"""Learners whose every step is a formula: written out here, and stepped through without a simulator."""

from __future__ import annotations

from math import log, sqrt

from agents import UCB1, Agent, ObservedOnly, Online
from sim import simulate

from ._claim import Claim, exact
from ._worlds import world

RATES, STEPS = (0.7, 0.5, 0.3), 1500
_GAMMA, _MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1


def ucb1() -> list[Claim]:
    """Mean + sqrt(2 ln t / n), untried arms first: the arms shown, without delay and 50 rounds late."""
    return [_claim(0), _claim(50)]


def _claim(delay: int) -> Claim:
    scenario = world(STEPS, items={"click_rates": list(RATES)}, feedback__click__delay=f"{delay}s")
    shown = simulate(scenario, Agent(UCB1(), ObservedOnly(), Online())).impressions.item.tolist()
    told = sum(a == b for a, b in zip(shown, _rounds(delay), strict=True))
    return exact(f"UCB1, delay {delay}: equal rounds", STEPS, told, "Auer, Cesa-Bianchi, Fischer 2002")


def _rounds(delay: int) -> list[int]:
    """Play the rounds: what was played ``delay`` rounds ago is known, at once where it is 0."""
    pulls, wins, played = [0] * len(RATES), [0] * len(RATES), []
    for now in range(STEPS):
        known = now - max(delay, 1)
        if known >= 0:
            arm = played[known]
            pulls[arm] += 1
            wins[arm] += _pays(known, arm)
        played.append(_choice(pulls, wins))
    return played


def _choice(pulls: list[int], wins: list[int]) -> int:
    if 0 in pulls:
        return pulls.index(0)
    index = [w / n + sqrt(2 * log(sum(pulls)) / n) for n, w in zip(pulls, wins, strict=True)]
    return index.index(max(index))


def _pays(visit: int, arm: int) -> bool:
    """Say whether an arm pays in a round: a uniform by SplitMix64, at its place in the tree of docs/world.md."""
    key = 0
    for lane in (0, 0, 0, 0, visit, 2, arm, 0):  # seed, replication, visits, user, visit, outcomes, arm, first draw
        key = _output(key, lane)
    return ((key >> 11) + 0.5) / 2**53 < RATES[arm]


def _output(state: int, number: int) -> int:
    """Return an output of SplitMix64 (Steele, Lea, Flood 2014)."""
    z = (state + (number + 1) * _GAMMA) & _MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & _MASK
    return z ^ (z >> 31)
