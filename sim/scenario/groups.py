"""Groups of users."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from sim.scenario.field_types import Block, Share

GroupName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
Factor = Annotated[float, Field(gt=0, le=1000)]


class Group(Block):
    """A share of the users with settings of its own.

    What it does not say is as for everybody.
    """

    share: Share = Field(gt=0, description="Share of the users; those of all groups add up to 1.")
    delay: Factor = Field(1.0, description="Factor of the drawn delays of their feedback, not of ingest.")
    visits: Factor = Field(1.0, description="Factor of their visit rate.")
    click_rate: float | None = Field(
        None,
        gt=0,
        lt=1,
        description="Replaces `items.click_rate`; where that is a law over items it is added to it in log odds.",
    )
