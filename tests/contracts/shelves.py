"""Every learner, correction and cadence that a file of the agents package defines: no list kept by hand."""

from __future__ import annotations

import inspect

from agents.parameters import durations
from agents.shelves import shelf

LEARNERS, CORRECTIONS, CADENCES = (list(shelf(kind).values()) for kind in ("learner", "correction", "cadence"))


def make(part: type, duration: float | str = "1h"):
    """Return a part with its defaults; where there is none, durations are given, and what ``tried_with`` says."""
    needed = [p.name for p in inspect.signature(part).parameters.values() if p.default is inspect.Parameter.empty]
    given = dict.fromkeys((name for name in needed if name in durations(part)), duration)
    given |= getattr(part, "tried_with", {})
    missing = sorted(set(needed) - set(given))
    assert not missing, f"{part.__name__} has no default for {missing}: say in tried_with what tests give it"
    return part(**given)


def drawn(part: type, random, tick):
    """Return a part with durations of whole ticks and small counts, its other parameters as `make` has them."""
    kinds = {p.name: p.annotation for p in inspect.signature(part).parameters.values()}
    lengths = {name: random.choice([1, 2, 3, 5, 10]) * float(tick) for name in durations(part)}
    given = {name: None if none and random.random() < 0.3 else lengths[name] for name, none in durations(part).items()}
    given |= {name: random.randint(1, 7) for name, kind in kinds.items() if kind in (int, "int")}
    return part(**getattr(part, "tried_with", {}) | given)
