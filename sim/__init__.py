"""delaylab: a discrete-event simulation lab for delayed feedback.

It simulates recommenders and bandits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim._version import __version__ as __version__
from sim.lazy import names_of

__all__ = ["Run", "Scenario", "ScenarioError", "compare", "simulate"]

if TYPE_CHECKING:
    from sim.analysis import compare
    from sim.lab.entry.api import Run, simulate
    from sim.scenario import Scenario, ScenarioError

__getattr__ = names_of(
    __name__,
    {
        "Run": "sim.lab.entry.api",
        "simulate": "sim.lab.entry.api",
        "Scenario": "sim.scenario",
        "ScenarioError": "sim.scenario",
        "compare": "sim.analysis",
    },
)


def __dir__() -> list[str]:
    """Return the public names, imported or not."""
    return sorted([*__all__, "__version__"])
