"""The schema of scenarios.

The users are in `sim.scenario.users`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.scenario.field_types import (
    Block,
    ChoiceText,
    ClickRate,
    Duration,
    Features,
    Instant,
    Interval,
    LawText,
    PositiveDuration,
    Rate,
    Spread,
    ValueText,
    spelt,
)
from sim.scenario.incidents import AnyIncident
from sim.scenario.serving import Canary, Serving
from sim.scenario.users import Users

_NAME = r"^[A-Za-z0-9][A-Za-z0-9_. -]*$"  # it becomes part of run names
Probability = Annotated[float, Field(gt=0, lt=1)]


class Turnover(Block):
    """Replacements of items at fixed instants."""

    every: Interval = Field(description="Gap between the instants, in whole seconds.")
    rate: Rate = Field(description="Each second since the last instant brings a replacement with this probability.")


class Items(Block):
    """The catalogue of items.

    It has ``count`` items around one ``click_rate``, or plain arms with ``click_rates``.
    """

    later: ClassVar = frozenset({"turnover", "redrawn", "features"})
    count: int | None = Field(None, ge=1, le=1_000_000, description="Items alive at any instant.")
    lifetime: PositiveDuration | None = Field(
        None, description="Mean life of an item (exponential), which is then replaced; absent: items stay."
    )
    turnover: Turnover | None = Field(None, description="Replacements at fixed instants; absent: none.")
    redrawn: bool = Field(False, description="A fresh catalogue at every request.")
    click_rate: ClickRate | None = Field(
        None,
        description="Click rate of an item of popularity 0, shown alone to a user without taste: a number, or "
        "a law over items, beta(a, b) or uniform(low, high).",
    )
    click_rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] | None = Field(
        None, strict=False, min_length=1, description="Click rate of each arm, for plain Bernoulli arms."
    )
    popularity: Spread = Field(
        0.0, description="Standard deviation of the items' popularity, in log odds; hidden from the agent."
    )
    features: Features = Field(
        "normal",
        description="Entries of the items' features: normal, N(0, 1/dim), or uniform, U(0, 1), then of length 1; or a "
        "file of vectors beside the scenario, Parquet or CSV.",
    )

    @property
    def alive(self) -> int:
        """Items alive at any instant."""
        return self.count or len(self.click_rates or ())


class Slate(Block):
    """The list of items shown at a request."""

    later: ClassVar = frozenset({"link"})
    size: int = Field(ge=1, le=1000, description="Items in a slate.")
    choice: ChoiceText = Field(
        spelt("bernoulli"),
        description="How users choose: a choice model such as cascade or position_based(examination=[1, 0.5]).",
    )
    link: Literal["logit", "identity"] = Field(
        "logit",
        description="What a utility is: log odds of a click (logit), or its probability, cut to 0 and 1 (identity).",
    )


class Reversal(Block):
    """Positives that are taken back later."""

    rate: float = Field(gt=0, le=1, description="Share of them that is ever taken back.")
    delay: LawText = Field(description="From the positive to its reversal.")
    window: Interval | None = Field(None, description="Later reversals do not count; absent: no limit.")


class Click(Block):
    """The way clicks become known."""

    later: ClassVar = frozenset({"value", "reversal"})
    delay: LawText = Field(description="From request to click.")
    window: Interval | None = Field(
        None, description="Attribution window: later clicks are never credited; absent: no limit."
    )
    negatives: Literal["silent", "explicit"] | None = Field(
        None,
        description="silent: a missing click is known only when the window closes; explicit: reported like a click; "
        "absent: silent with a window, explicit without.",
    )
    value: ValueText | None = Field(
        None,
        description="What it is worth: a number, a law of plain numbers such as lognormal(mean=40, sigma=1), or "
        "by_utility(effect=, law=) of one; absent: 1.",
    )
    reversal: Reversal | None = Field(None, description="Refunds and cancellations, a second log entry; absent: none.")


class Conversion(Click):
    """A conversion, which may follow a click.

    Its delay and window start at the click.
    """

    delay: LawText = Field(description="From click to conversion.")
    window: Interval | None = Field(
        None, description="Attribution window, from the click: later conversions are never credited; absent: no limit."
    )
    negatives: Literal["silent", "explicit"] | None = Field(
        None, description="The same for no conversion after a click; absent: silent with a window, explicit without."
    )
    rate: Probability = Field(description="Conversions per click, for a user without taste.")
    spread: Spread = Field(0.0, description="Standard deviation of each coordinate of the conversion taste.")
    agrees_with_click: float = Field(
        0.0, ge=-1, le=1, description="Correlation of the conversion taste with the click taste."
    )


class Feedback(Block):
    """The outcomes, their delays, and which of them is learnt."""

    click: Click = Field(description="Clicks.")
    conversion: Conversion | None = Field(None, description="Conversions; absent: none.")
    learn_from: Literal["click", "conversion"] = Field(
        "click", description="The outcome that counts as reward and is learnt."
    )

    @property
    def learnt(self) -> Click:
        """The kind of feedback that is learnt."""
        return self.conversion if self.learn_from == "conversion" and self.conversion is not None else self.click


class Training(Block):
    """The durations of trainings and of updates in place."""

    fixed: LawText = Field(spelt("0s"), description="A duration or a law that does not depend on the data.")
    per_example: Duration = Field(spelt("0s"), description="For each matured impression that the training reads.")
    in_place: LawText = Field(spelt("0s"), description="Replaces `fixed` for updates in place: a cost without delay.")


class Gate(Block):
    """The check of a version before its push."""

    lasts: Instant = Field(alias="for", description="How long a version waits after its training.")
    margin: float = Field(
        0.0, ge=0, le=100, description="It is rejected if its loss exceeds the live one's by more than this share."
    )
    least: int = Field(30, ge=1, description="Impressions that both must predict; with fewer a version passes.")


class Platform(Block):
    """The delays from feedback to a model that serves."""

    later: ClassVar = frozenset({"gate", "serving", "canary"})
    ingest: LawText = Field(spelt("constant(0s)"), description="From delivery to the log, one draw per impression.")
    training: Training = Field(default_factory=Training, description="How long a training takes.")
    push: LawText = Field(spelt("constant(0s)"), description="From trained to live.")
    gate: Gate | None = Field(None, description="Compares a version with the live one before its push; absent: none.")
    serving: Serving = Field(default_factory=Serving, description="Which pushed version a user is served by.")
    canary: Canary | None = Field(None, description="A share of the users that tries each pushed version first.")


class World(Block):
    """A scenario file."""

    later: ClassVar = frozenset({"incidents"})
    name: str = Field(pattern=_NAME, max_length=100, description="A short name.")
    description: str = Field("", description="One sentence about the scenario.")
    horizon: Interval = Field(description="How long the scenario runs.")
    users: Users = Field(description="The users, their visits and their tastes.")
    items: Items = Field(description="The items that can be shown.")
    slate: Slate = Field(description="What is shown at a request.")
    feedback: Feedback = Field(description="The outcomes and their delays.")
    platform: Platform = Field(
        default_factory=Platform, description="How long it takes from feedback to a model that serves."
    )
    incidents: tuple[AnyIncident, ...] = Field((), strict=False, description="Stated disturbances.")
