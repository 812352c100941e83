"""Entry points: Hydra's program and the Python interface."""
