"""Which pushed version a user is served by."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.field_types import Block, Instant, LawText, spelt


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
