"""delaylab: a discrete-event simulation lab for delayed feedback.

It simulates recommenders and bandits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim._version import __version__ as __version__

__all__ = ["Run", "Scenario", "ScenarioError", "compare", "simulate"]

if TYPE_CHECKING:
    from sim.analysis import compare
    from sim.lab.entry.api import Run, simulate
    from sim.scenario import Scenario, ScenarioError

_HOMES = {
    "Run": "sim.lab.entry.api",
    "simulate": "sim.lab.entry.api",
    "Scenario": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "compare": "sim.analysis",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted([*__all__, "__version__"])
