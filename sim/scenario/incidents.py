"""Incidents: stated disturbances, one class a kind.

An incident begins before anything else of its instant, and is over before anything else of the instant at which it
ends: it holds on [at, at + for).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from sim.laws.instants import plus
from sim.scenario.field_types import Block, Instant, Interval, Share

_KIND = "What happens."


class Event(Block):
    """What all kinds have."""

    kind: str = Field(description=_KIND)
    at: Instant = Field(description="When it begins.")

    @property
    def ends(self) -> float:
        """The instant at which it is over, seconds."""
        return self.at


class Incident(Event):
    """An incident that lasts."""

    lasts: Interval = Field(alias="for", description="How long it lasts.")

    @property
    def ends(self) -> float:
        """The instant at which it is over, seconds."""
        return plus(self.at, self.lasts)


class TrainerDown(Incident):
    """No training starts; one that runs goes on."""

    kind: Literal["trainer_down"] = Field(description=_KIND)


class PushStuck(Incident):
    """Pushes that would arrive in it arrive at its end."""

    kind: Literal["push_stuck"] = Field(description=_KIND)


class LabelOutage(Incident):
    """No entry reaches the log."""

    kind: Literal["label_outage"] = Field(description=_KIND)
    backfill: bool = Field(
        True, description="Whether all entries come at its end, in their order; else positives are lost."
    )


class LabelLoss(Incident):
    """A share of the positives never reaches the log."""

    kind: Literal["label_loss"] = Field(description=_KIND)
    share: Share = Field(description="Share of the entries that it touches.")


class LabelDuplicates(Incident):
    """A share of the entries comes twice, to be dropped."""

    kind: Literal["label_duplicates"] = Field(description=_KIND)
    share: Share = Field(description="Share of the entries that it touches.")


class Traffic(Incident):
    """Users come more often, or less."""

    kind: Literal["traffic"] = Field(description=_KIND)
    factor: float = Field(gt=0, le=1000, description="Of the rate of visits, or of sessions where they come in such.")


class Rollback(Event):
    """The version before the one that serves is served again."""

    kind: Literal["rollback"] = Field(description=_KIND)


AnyIncident = Annotated[
    LabelOutage | LabelLoss | LabelDuplicates | TrainerDown | PushStuck | Traffic | Rollback,
    Field(discriminator="kind"),
]
_Kind = TypeVar("_Kind", bound=Event)


def of_kind(incidents: Iterable[Event], kind: type[_Kind]) -> list[_Kind]:
    """Return the incidents of a kind, in order."""
    return [one for one in incidents if isinstance(one, kind)]
