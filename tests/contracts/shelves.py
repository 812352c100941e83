"""Every learner, correction and cadence that a file of the agents package defines: no list kept by hand."""

from __future__ import annotations

import inspect

from agents.optional import installed
from agents.parameters import durations
from agents.shelves import shelf

EVERY_LEARNER, CORRECTIONS, CADENCES = (list(shelf(kind).values()) for kind in ("learner", "correction", "cadence"))
LEARNERS = [part for part in EVERY_LEARNER if installed(getattr(part, "package", "agents"))]
_SAY = "say in tried_with which values tests give it"


def make(part: type, duration: float | str = "1h"):
    """Return a part with its defaults; where there is none, a duration, or the first value of ``tried_with``."""
    needed = [p.name for p in inspect.signature(part).parameters.values() if p.default is inspect.Parameter.empty]
    given = dict.fromkeys((name for name in needed if name in durations(part)), duration)
    given |= {name: value_of(values[0]) for name, values in tried_with(part).items()}
    for name in set(needed) - set(given):
        raise AssertionError(f"{part.__name__} has no default for {name!r}: {_SAY}")
    return part(**given)


def tried_with(part: type):
    """Return the values of some parameters that tests give to a part, by name, the usual one first.

    A class stands for a part of its own, with its defaults.
    """
    return getattr(part, "tried_with", {})


def has_parameter(part: type, name: str) -> bool:
    """Return whether a part has a parameter."""
    return name in inspect.signature(part).parameters


def value_of(tried):
    """Return a value of ``tried_with`` to give to a part."""
    return make(tried) if inspect.isclass(tried) else tried


def changed(part: type, name: str, value):
    """Return another value that a parameter may have."""
    others = [other for other in tried_with(part).get(name, ()) if other not in (value, type(value))]
    if others:
        return value_of(others[0])
    if name in durations(part):
        return "2h"
    if "Learner" in str(inspect.signature(part).parameters[name].annotation):
        return make(shelf("learner")["LinUCB"])
    if isinstance(value, bool):
        return not value
    if name == "budget":
        return "10 per day"
    if name == "law":
        return "exponential(mean=2h)"
    assert not isinstance(value, str), f"{part.__name__} may have {name}={value!r} and what else? {_SAY}"
    return value * 2 if value else 1


def drawn(part: type, random, tick):
    """Return a part with durations of whole ticks and small counts, its other parameters as `make` has them."""
    kinds = {p.name: p.annotation for p in inspect.signature(part).parameters.values()}
    lengths = {name: random.choice([1, 2, 3, 5, 10]) * float(tick) for name in durations(part)}
    given = {name: None if none and random.random() < 0.3 else lengths[name] for name, none in durations(part).items()}
    given |= {name: random.randint(1, 7) for name, kind in kinds.items() if kind in (int, "int")}
    return part(**{name: value_of(random.choice(values)) for name, values in tried_with(part).items()} | given)
