"""Delay laws, one file for each.

A scenario names one by a line of text such as ``lognormal(median=20s, p95=5m)``.
"""

from sim.laws.base import Draw, Law
from sim.laws.by_utility import ByUtility
from sim.laws.language import parse_law
from sim.laws.pace import Pace

__all__ = ["ByUtility", "Draw", "Law", "Pace", "parse_law"]
