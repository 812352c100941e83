"""How many examples refits may be handed in all."""

from __future__ import annotations

import math

from sim.ports import Examples

_ROUNDING = 1e-12  # what is whole on paper is whole


class Budget:
    """Examples that refits may be handed, which grow with time.

    What one leaves is there for the next.

    Args:
        rate: examples a second; None: as many as there are.
    """

    def __init__(self, rate: float | None) -> None:
        self._rate, self._handed = rate, 0

    def newest(self, examples: Examples, now: float) -> Examples:
        """Return the last examples of a refit within the budget."""
        if self._rate is None:
            return examples
        left = math.floor(self._rate * now * (1.0 + _ROUNDING)) - self._handed
        count = len(examples)
        if left < count:
            examples = examples.part(count - left, count)
        self._handed += len(examples)
        return examples

    def charged(self, entries: int, examples: Examples) -> int:
        """Return how many log entries a training is charged for."""
        return entries if self._rate is None else min(entries, len(examples))
