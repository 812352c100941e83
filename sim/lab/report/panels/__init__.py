"""Panels of the report, a figure with caption each."""

from sim.lazy import modules_of

__getattr__ = modules_of(__name__)
