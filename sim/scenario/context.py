"""What agents see of a request besides the user's profile."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from sim.scenario.field_types import Block, Instant, Pause, PositiveDuration, Spread, spelt


class Context(Block):
    """The context of each request, which moves tastes."""

    hour: bool = Field(False, description="Whether it has the time of day, as sine and cosine.")
    weekday: bool = Field(False, description="Whether it has the day of the week, as sine and cosine.")
    dim: int = Field(0, ge=0, le=64, description="Standard normals, drawn anew for each request.")
    spread: Spread = Field(
        0.0, description="Size of what the context adds to each coordinate of the taste; 0: nothing."
    )
    seen: float = Field(1.0, ge=0, le=1, description="Share of the normals that the agent sees.")

    @property
    def length(self) -> int:
        """How many numbers it has."""
        return 2 * self.hour + 2 * self.weekday + self.dim

    @property
    def shown(self) -> int:
        """How many of them, the first ones, the agent sees."""
        return self.length - self.dim + int(np.ceil(self.seen * self.dim))


class Recent(Block):
    """Features from a user's own clicks in the log."""

    half_life: PositiveDuration = Field(description="Time in which the weight of a click halves.")
    latency: Instant = Field(spelt("0s"), description="From the log to the features.")
    refresh: Pause = Field(
        spelt("0s"), description="The features are computed at the multiples of this; 0s: at each request."
    )
