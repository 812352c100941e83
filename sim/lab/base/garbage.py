"""Python's search for garbage, made rare: what imports make stays.

Looking through it time and again, and once more at the end, was a third of the cost of a small run.
"""

from __future__ import annotations

import atexit
import gc

OBJECTS = 50_000  # new ones between two searches; Python's own number is 700


def search_seldom() -> None:
    """Search for garbage seldom from now on, and not in what is there when the process ends."""
    gc.set_threshold(OBJECTS)
    atexit.register(gc.freeze)
