"""Scenario files: one YAML file describes one world.

They hold data only and are checked strictly.
"""

from sim.scenario.load import Scenario, read_plain
from sim.scenario.messages import ScenarioError
from sim.scenario.shelf import find, shipped

__all__ = ["Scenario", "ScenarioError", "find", "read_plain", "shipped"]
