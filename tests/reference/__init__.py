"""A second, naive model of the same world: a process per user and per feedback, one request at a time.

It shares draws, laws, scenarios and agents with the kernel, and nothing else: no blocks, no arrays
over requests, no commit horizon. Arrays hold the coordinates of one taste or the items of one
request. That the kernel leaves the same trace is what `tests/properties` shows.
"""

from tests.reference.model import Trace, simulate_naively, simulate_variants_naively

__all__ = ["Trace", "simulate_naively", "simulate_variants_naively"]
