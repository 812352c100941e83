"""Bernoulli: each item is clicked independently of its position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.choices._examined import Examined
from sim.choices.base import Floats


@dataclass(frozen=True)
class Bernoulli(Examined):
    """``bernoulli``: ``P(click) = attraction``."""

    name: ClassVar[str] = "bernoulli"

    def seen(self, size: int) -> Floats:
        """Return 1 for each position."""
        return np.ones(size)
