"""Scenario files: one YAML file describes one world.

They hold data only and are checked strictly.
"""

from sim.scenario.errors import ScenarioError
from sim.scenario.library import find, shipped
from sim.scenario.load import Scenario, read_plain

__all__ = ["Scenario", "ScenarioError", "find", "read_plain", "shipped"]
