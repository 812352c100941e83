"""Every learner, correction and cadence that a file of the agents package defines: no list kept by hand."""

from __future__ import annotations

import inspect
from importlib import import_module
from pkgutil import iter_modules

import agents

TIMES = {"every": "5m", "interval": "1h", "time": "03:00"}


def shelf(name: str, method: str) -> list[type]:
    """Return the public parts of a folder: classes with a method, that ``agents`` exports."""
    package = import_module(f"agents.{name}")
    found = set()
    for module in iter_modules(package.__path__):
        for part in vars(import_module(f"agents.{name}.{module.name}")).values():
            if inspect.isclass(part) and hasattr(part, method) and part.__name__ in agents.__all__:
                found.add(part)
    return sorted(found, key=lambda part: part.__name__)


def make(part: type):
    """Return a part with its defaults; times are given where there is none."""
    needed = inspect.signature(part).parameters.values()
    return part(**{p.name: TIMES[p.name] for p in needed if p.default is inspect.Parameter.empty})


LEARNERS = shelf("learners", "policy")
CORRECTIONS = shelf("corrections", "examples")
CADENCES = shelf("cadences", "wants")
