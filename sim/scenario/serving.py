"""Which pushed version serves whom."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.field_types import Block, Instant, Interval, LawText, Share, spelt


class Serving(Block):
    """Replicas, and clients that keep a version.

    It concerns pushed versions: in place, the newest one serves everywhere.
    """

    replicas: int = Field(1, ge=1, le=10_000, description="Copies of the serving system; each user has one for good.")
    rollout: Instant = Field(
        spelt("0s"),
        description="From the first replica that loads a version to the last; the others lie evenly between.",
    )
    cache: LawText | None = Field(
        None,
        description="Gaps between a client's refreshes; it keeps its version between them. Absent: no client does.",
    )


class Canary(Block):
    """The users who try each pushed version first.

    At the end it is promoted, or rolled back if it was significantly worse.
    """

    share: Share = Field(gt=0, lt=1, description="Share of the users who get a new version first.")
    lasts: Interval = Field(alias="for", description="How long they try it before the rest gets it.")
    margin: float = Field(
        0.0, ge=0, description="What a user's mean label may fall by: rolled back only if significantly worse by more."
    )
    least: int = Field(30, ge=2, description="Users with a known label on each side, below which it is not tested.")
