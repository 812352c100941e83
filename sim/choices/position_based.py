"""Position-based: clicks need examination, whose probability depends on position.

Source: Craswell et al. 2008, *An experimental comparison of click position-bias models*
(https://doi.org/10.1145/1341531.1341545).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from sim.choices._examined import Examined
from sim.choices.base import Floats

Probability = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True)
class PositionBased(Examined):
    """``position_based(examination=[1, 0.5])``: ``P(click at k) = examination_k * attraction``."""

    name: ClassVar[str] = "position_based"
    examination: Annotated[
        tuple[Probability, ...], Field(description="one per position: the probability that users look there")
    ]

    def __post_init__(self) -> None:
        if not max(self.examination, default=0.0) > 0.0:
            raise ValueError("every examination lies in [0, 1], and one is above 0")

    def problem(self, size: int) -> str | None:
        """Return a problem unless there is one examination per position."""
        if (seen := len(self.examination)) == size:
            return None
        return f"examination has {seen} entries for a slate of {size}; one per position is allowed"

    @cached_property
    def _examination(self) -> Floats:
        return np.array(self.examination, dtype=float)

    def seen(self, size: int) -> Floats:
        """Return the first examinations."""
        return self._examination[:size]
