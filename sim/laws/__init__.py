"""Delay laws: one a file, chosen in a scenario by one line of text such as ``lognormal(median=20s, p95=5m)``."""

from sim.laws.base import Draw, Law
from sim.laws.language import parse_law

__all__ = ["Draw", "Law", "parse_law"]
