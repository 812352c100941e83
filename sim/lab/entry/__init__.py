"""Entry points: Hydra's program and the Python interface."""

from sim.lazy import modules_of

__getattr__ = modules_of(__name__)
