"""delaylab: a discrete-event simulation lab for delayed feedback.

It simulates recommenders and bandits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.lazy import names_of

__all__ = ["Run", "Scenario", "ScenarioError", "compare", "simulate"]

if TYPE_CHECKING:
    from sim._version import __version__ as __version__
    from sim.analysis import compare
    from sim.lab.entry.api import Run, simulate
    from sim.scenario import Scenario, ScenarioError

__getattr__, __dir__ = names_of(
    __name__,
    {
        "Run": "sim.lab.entry.api",
        "simulate": "sim.lab.entry.api",
        "Scenario": "sim.scenario",
        "ScenarioError": "sim.scenario",
        "compare": "sim.analysis",
        "__version__": "sim._version",
    },
)
