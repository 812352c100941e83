"""The whole scenario: items, slate, feedback, platform, and the users of `sim.scenario.users`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.kinds import Block, ChoiceText, Duration, Interval, LawText, PositiveDuration, Spread, spelt
from sim.scenario.users import Users

_NAME = r"^[A-Za-z0-9][A-Za-z0-9_. -]*$"  # it becomes part of run names
Probability = Annotated[float, Field(gt=0, lt=1)]


class Items(Block):
    """The catalogue: ``count`` items around one ``click_rate``, or plain arms with ``click_rates``."""

    count: int | None = Field(None, ge=1, le=1_000_000, description="Items alive at any instant.")
    lifetime: PositiveDuration | None = Field(
        None, description="Mean life of an item (exponential), then replaced; absent: for ever."
    )
    click_rate: Probability | None = Field(
        None, description="Click rate of an item of no popularity shown alone to a user of no taste."
    )
    click_rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] | None = Field(
        None, strict=False, min_length=1, description="Click rate of each arm, for plain Bernoulli arms."
    )
    popularity: Spread = Field(
        0.0, description="Standard deviation of a log odds that each item has for everybody, unseen."
    )

    @property
    def alive(self) -> int:
        """Items alive at any instant."""
        return self.count or len(self.click_rates or ())


class Slate(Block):
    """What is shown at a request."""

    size: int = Field(ge=1, le=1000, description="Items in a slate.")
    choice: ChoiceText = Field(
        spelt("bernoulli"),
        description="How users choose: a choice model such as cascade or position_based(examination=[1, 0.5]).",
    )


class Click(Block):
    """How clicks become known."""

    delay: LawText = Field(description="From request to click.")
    window: Interval | None = Field(
        None, description="Attribution window: later clicks are never credited; absent: no limit."
    )
    negatives: Literal["silent", "explicit"] | None = Field(
        None,
        description="silent: no click says nothing until the window closes; explicit: reported like a click; "
        "absent: silent with a window, explicit without.",
    )


class Conversion(Click):
    """What may follow a click. Its delay and window run from the click."""

    delay: LawText = Field(description="From click to conversion.")
    window: Interval | None = Field(
        None, description="Attribution window, from the click: later conversions are never credited; absent: no limit."
    )
    negatives: Literal["silent", "explicit"] | None = Field(
        None, description="The same of no conversion after a click; absent: silent with a window, explicit without."
    )
    rate: Probability = Field(description="Conversions per click, for a user of no taste.")
    spread: Spread = Field(0.0, description="Standard deviation of each coordinate of the conversion taste.")
    agrees_with_click: float = Field(
        0.0, ge=-1, le=1, description="Correlation of the conversion taste with the click taste."
    )


class Feedback(Block):
    """What comes back, how late, and what the agent learns from."""

    click: Click = Field(description="Clicks.")
    conversion: Conversion | None = Field(None, description="Conversions; absent: none.")
    learn_from: Literal["click", "conversion"] = Field(
        "click", description="The outcome that counts as reward and is learnt."
    )


class Training(Block):
    """How long a training takes, and what an update in place costs."""

    fixed: LawText = Field(spelt("0s"), description="A duration or a law, whatever the data: of the trainer.")
    per_example: Duration = Field(spelt("0s"), description="For each matured impression that the training reads.")
    in_place: LawText = Field(
        spelt("0s"), description="In place of `fixed`, of an update in place: a cost that delays nothing."
    )


class Platform(Block):
    """How long it takes from feedback to a model that serves."""

    ingest: LawText = Field(spelt("constant(0s)"), description="From delivery to the log, one draw per impression.")
    training: Training = Field(default_factory=Training, description="How long a training takes.")
    push: LawText = Field(spelt("constant(0s)"), description="From trained to live.")


class World(Block):
    """A scenario file."""

    name: str = Field(pattern=_NAME, max_length=100, description="A short name.")
    description: str = Field("", description="One sentence for people.")
    horizon: Interval = Field(description="How long the scenario runs.")
    users: Users = Field(description="Who comes, how often, and what they like.")
    items: Items = Field(description="What can be shown.")
    slate: Slate = Field(description="What is shown at a request.")
    feedback: Feedback = Field(description="What comes back, and how late.")
    platform: Platform = Field(
        default_factory=Platform, description="How long it takes from feedback to a model that serves."
    )
