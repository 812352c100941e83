"""A bandit played round by round in plain Python, and the same one in the simulator.

Nothing here is the simulator's: a rule is handed all that is known as a list and computes its formula afresh.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from agents import Agent, ObservedOnly
from sim import simulate
from tests.claims._worlds import world

_GAMMA, _MASK = 0x9E3779B97F4A7C15, (1 << 64) - 1


@dataclass(frozen=True)
class Pull:
    """A pull whose outcome is known: its round, its arm and whether it paid."""

    round: int
    arm: int
    paid: bool


Rule = Callable[[int, list[Pull]], int]  # from the round and what is known, in order of delivery, to an arm


def output(state: int, number: int) -> int:
    """Return an output of SplitMix64 (Steele, Lea, Flood 2014)."""
    z = (state + (number + 1) * _GAMMA) & _MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & _MASK
    return z ^ (z >> 31)


def draw(round: int, *lanes: int) -> float:
    """Return a uniform of a round, at its place in the tree of docs/world.md."""
    key = 0
    for lane in (0, 0, 0, 0, round, *lanes):  # seed, replication, visits, user, visit
        key = output(key, lane)
    return ((key >> 11) + 0.5) / 2**53


def pays(round: int, arm: int, rates: tuple[float, ...]) -> bool:
    """Say whether an arm pays."""
    return draw(round, 2, arm, 0) < rates[arm]  # outcomes, arm, first draw


def luck(round: int, arm: int) -> float:
    """Return the uniform that a policy has for an arm."""
    return draw(round, 7, arm)  # policies' own draws, arm


def played(rule: Rule, rates: tuple[float, ...], rounds: int, delay: int = 0) -> list[int]:
    """Return the arms that a rule plays; a pull is known ``delay`` rounds later, before that round's choice."""
    arms: list[int] = []
    known: list[Pull] = []
    for now in range(rounds):
        back = now - max(delay, 1)
        if back >= 0:
            known.append(Pull(back, arms[back], pays(back, arms[back], rates)))
        arms.append(rule(now, known))
    return arms


def simulated(learner: Any, rates: tuple[float, ...], rounds: int, delay: int = 0, **agent: Any) -> list[int]:
    """Return the arms that a learner plays in the simulator, one round a second."""
    scenario = world(rounds, items={"click_rates": list(rates)}, feedback__click__delay=f"{delay}s")
    run = simulate(scenario, Agent(learner, **{"correction": ObservedOnly()} | agent))
    arms: list[int] = run.impressions.item.tolist()
    return arms


def first_best(values: list[float]) -> int:
    """Return the first of the highest values."""
    return values.index(max(values))


def by_arm(known: list[Pull], arms: int) -> tuple[list[int], list[int]]:
    """Return pulls and wins of each arm."""
    pulls = [sum(pull.arm == arm for pull in known) for arm in range(arms)]
    return pulls, [sum(pull.arm == arm and pull.paid for pull in known) for arm in range(arms)]
