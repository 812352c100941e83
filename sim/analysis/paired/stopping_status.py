"""Which contenders get more replications, and why others stopped.

Each round runs the contenders that continue with more replications. The next round depends only on the complete runs,
so that a sweep that was killed continues where it stopped. The method: `sim.analysis.stopping_rule`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.analysis.paired.comparison import Comparison, World
from sim.analysis.paired.contenders import Contender
from sim.analysis.paired.decisions import BASELINE, BETTER, EQUAL, WORSE, Decision
from sim.analysis.paired.statistics import t_interval
from sim.analysis.stopping_rule import StoppingRule

SETTLED, UNDECIDED = "settled", "undecided: max reached"


def further(found: Comparison) -> dict[str, int]:
    """Return the next number of replications, by run.

    Keys are the hashes of runs; empty when nothing more is needed.

    Both sides of a pair that is not decided get the number of the next interim analysis; the baseline continues as long
    as some contender needs it.
    """
    wanted: dict[str, int] = {}
    for one, other in (pair for world in found.worlds for pair in _open(found, world)):
        least = min(one.replications, other.replications)
        count = found.until.after(least) if found.until else None
        for contender in (one, other) if count else ():
            for run in contender.records:
                if run.config.replications < (count or 0):
                    wanted[run.hash] = max(wanted.get(run.hash, 0), count or 0)
    return wanted


def _open(found: Comparison, world: World) -> Iterator[tuple[Contender, Contender]]:
    """Yield the undecided contenders, each with the baseline."""
    base = world.contenders[world.baseline]
    for one, decision in zip(world.contenders, world.decisions, strict=True):
        if not is_base(world, decision) and _reached(found, world, one, decision) is None:
            yield one, base


def _reached(found: Comparison, world: World, one: Contender, decision: Decision) -> str | None:
    """Return which aim a contender has reached, None if none."""
    until = found.until or StoppingRule(True, None)
    if until.settled and (decision.verdict in (BETTER, WORSE) or len(world.contenders) == 1):
        return SETTLED if len(world.contenders) > 1 else "alone in its world"
    half = half_width(world, one, decision, until)
    if until.half is not None and half is not None and half <= until.half:
        return f"half-width <= {until.half:g}"
    return None


def half_width(world: World, one: Contender, decision: Decision, until: StoppingRule) -> float | None:
    """Return the half-width of a contender's interval.

    That of its paired difference, or of its mean if it is alone in its world.
    """
    if len(world.contenders) > 1:
        return decision.half
    found = t_interval(np.array([one.regret[pair] for pair in sorted(one.regret)]), len(until.looks))
    return None if found is None else found[1]


def stopped(found: Comparison, world: World, one: Contender, decision: Decision) -> str:
    """Return why a contender got no more replications."""
    if is_base(world, decision):
        return "compared with"
    if (reached := _reached(found, world, one, decision)) is not None:
        return reached
    most = found.until.most if found.until else 0
    least = min(one.replications, world.contenders[world.baseline].replications)
    if least < most:
        return "undecided: a run is missing"
    if found.until and decision.verdict in (BETTER, WORSE):
        return f"max reached: half-width > {found.until.half:g}"
    return "max reached: equal in every pair" if decision.verdict == EQUAL else UNDECIDED


def is_base(world: World, decision: Decision) -> bool:
    """Say whether a contender is the baseline of others."""
    return decision.verdict == BASELINE and len(world.contenders) > 1
