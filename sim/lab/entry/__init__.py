"""The ways in: Hydra's program and the Python interface."""
