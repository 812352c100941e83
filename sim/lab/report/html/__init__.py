"""The report as one HTML page."""

from sim.lazy import modules_of

__getattr__ = modules_of(__name__)
