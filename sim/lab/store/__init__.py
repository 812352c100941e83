"""Run folders and all other files of results."""

from sim.lazy import modules_of

__getattr__ = modules_of(__name__)
