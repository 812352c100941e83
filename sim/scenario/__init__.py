"""Scenario files: one YAML file describes one world.

They hold data only and are checked strictly.
"""

from sim.scenario.errors import ScenarioError
from sim.scenario.library import find, shipped
from sim.scenario.load import Scenario, read_plain
from sim.scenario.replication import Replication
from sim.scenario.users import KNOTS_PER_HALF_LIFE

__all__ = ["KNOTS_PER_HALF_LIFE", "Replication", "Scenario", "ScenarioError", "find", "read_plain", "shipped"]
