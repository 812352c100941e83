"""The users of a scenario."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

from pydantic import Field

from sim.scenario.context import Context, Recent
from sim.scenario.field_types import (
    Block,
    Driver,
    Instant,
    Interval,
    LawText,
    PositiveDuration,
    Rate,
    Share,
    Spread,
    TimeOfDay,
    VectorFile,
    spelt,
)
from sim.scenario.groups import Group, GroupName

KNOTS_PER_HALF_LIFE = 32  # of a taste that moves: it is held between knots


class Session(Block):
    """Sessions: visits of one user close together."""

    stay: float = Field(0.0, ge=0, le=0.9999, description="Probability of another visit after each one; 0: off.")
    gap: LawText = Field(description="From a visit to the next one of its session.")


class Visits(Block):
    """The visits of each user, by ``rate`` or ``every``."""

    later: ClassVar = frozenset({"weekly", "session"})
    rate: Rate | None = Field(None, description="Visits per user, Poisson, such as 4 per day.")
    every: Interval | None = Field(
        None,
        description="Fixed gap between a user's visits; the first comes after one gap, users are staggered evenly.",
    )
    daily_peak: TimeOfDay = Field(
        spelt("12:00"), description="Time of day with the highest visit rate; t = 0 is midnight."
    )
    daily_swing: float = Field(
        0.0, ge=0, lt=1, description="Relative height of the daily peak: 0 none, 0.6 is 60 % above the mean."
    )
    weekly: tuple[Annotated[float, Field(gt=0, le=1000)], ...] | None = Field(
        None,
        strict=False,
        min_length=7,
        max_length=7,
        description="Seven factors of the visit rate, a day each from the first on; they are divided by their mean.",
    )
    session: Session | None = Field(None, description="Visits come in sessions, which `rate` counts; absent: alone.")

    @property
    def in_sessions(self) -> bool:
        """Whether visits come in sessions."""
        return self.session is not None and self.session.stay > 0

    def per_second(self, factor: float = 1.0) -> float:
        """Return the mean visits of a user a second.

        Whatever satisfaction does; 0 where nothing is said.

        A session of k visits in the mean begins ``1 / rate`` after the end of the one before, and lasts k - 1 gaps.

        Args:
            factor: of the rate.
        """
        if self.rate is None:
            return 1.0 / self.every if self.every else 0.0
        if self.session is None or not self.in_sessions:
            return self.rate * factor
        visits = 1.0 / (1.0 - self.session.stay)
        return visits / (1.0 / (self.rate * factor) + (visits - 1.0) * self.session.gap.delivered_mean)


class Preferences(Block):
    """The fixed taste of each user, a vector."""

    later: ClassVar = frozenset({"mean"})
    dim: int = Field(0, ge=0, le=256, description="Number of taste coordinates, and of item features; 0: no tastes.")
    spread: Spread = Field(0.0, description="Standard deviation of each coordinate of the fixed taste.")
    mean: float = Field(0.0, ge=-20, le=20, description="Mean of each of its coordinates, common to all users.")


class Wander(Block):
    """A taste that moves as an Ornstein-Uhlenbeck process."""

    half_life: PositiveDuration = Field(spelt("1d"), description="Time in which the correlation with the past halves.")
    spread: Spread = Field(0.0, description="Standard deviation of each coordinate; 0: off.")


class Shift(Block):
    """An abrupt move of some users' taste."""

    at: Instant = Field(description="When it happens.")
    share: Share = Field(description="Share of the users it moves.")
    size: float = Field(ge=0, le=100, description="Length of the vector added to their taste.")


class Satiation(Block):
    """Satiation: items like those shown lately are liked less."""

    half_life: PositiveDuration = Field(spelt("1d"), description="Time in which satiation halves.")
    strength: Spread = Field(0.0, description="What a slate adds, in units of its mean item; 0: off.")


class Satisfaction(Block):
    """Satisfaction: good slates bring users back sooner."""

    later: ClassVar = frozenset({"driven_by", "value_effect"})
    half_life: PositiveDuration = Field(
        spelt("1d"), description="Memory of the average of +1 (any click) and -1 (none)."
    )
    driven_by: Driver = Field(
        "clicks",
        description="What it is the average of: clicks (+1 for any, -1 for none), value (of the slate, -1 for none, +1 "
        "from the mean of an outcome on), or feature(k) (mean of the slate's, less 0.5, times 2).",
    )
    return_effect: float = Field(
        0.0, ge=-5, le=5, description="The visit rate is multiplied by exp(return_effect * satisfaction); 0: off."
    )
    value_effect: float = Field(
        0.0, ge=-20, le=20, description="Values are multiplied by 2 * sigmoid(value_effect * satisfaction); 0: off."
    )

    @property
    def on(self) -> bool:
        """Whether satisfaction changes anything."""
        return self.return_effect != 0 or self.value_effect != 0


class Observed(Block):
    """The part of the fixed taste that the agent sees."""

    later: ClassVar = frozenset({"group", "recent"})
    share: Share = Field(0.0, description="Share of the taste's coordinates that the agent sees.")
    noise: Spread = Field(0.0, description="Standard deviation of a fixed error in each seen coordinate.")
    group: bool = Field(False, description="Whether the agent sees the group of a user, as one number for each group.")
    recent: Recent | None = Field(None, description="Features from the user's own clicks; absent: none.")


class Arrivals(Block):
    """New users."""

    rate: Rate = Field(description="New users in all, Poisson, such as 200 per day.")


class Leaving(Block):
    """Users who leave for good."""

    rate: Rate = Field(description="Hazard of leaving of a user whose satisfaction is 0, such as 1% per day.")
    satisfaction_effect: float = Field(
        0.0, ge=-5, le=5, description="The hazard is multiplied by exp(-satisfaction_effect * satisfaction); 0: off."
    )


class Users(Block):
    """The users, their visits and their tastes."""

    later: ClassVar = frozenset({"groups", "context", "tastes", "arrivals", "leaving"})
    count: int = Field(ge=1, le=100_000_000, description="Number of users.")
    visits: Visits = Field(description="The visits of each user.")
    preferences: Preferences = Field(default_factory=Preferences, description="The fixed taste of each user.")
    tastes: VectorFile | None = Field(
        None, description="The fixed tastes, a file of vectors beside the scenario, Parquet or CSV; absent: drawn."
    )
    trend: Wander = Field(default_factory=Wander, description="Moves the taste of all users together.")
    drift: Wander = Field(default_factory=Wander, description="Moves the taste of each user independently.")
    shifts: tuple[Shift, ...] = Field((), strict=False, description="Abrupt moves of the taste of many users.")
    satiation: Satiation = Field(default_factory=Satiation, description="Items like those shown lately are liked less.")
    satisfaction: Satisfaction = Field(default_factory=Satisfaction, description="Good slates bring users back sooner.")
    observed: Observed = Field(default_factory=Observed, description="The part of the fixed taste that the agent sees.")
    groups: dict[GroupName, Group] = Field({}, description="Groups of users, by name; absent: all are alike.")
    context: Context = Field(
        default_factory=Context, description="The context of each request: agents see it, and it moves tastes."
    )
    arrivals: Arrivals | None = Field(None, description="New users, after `count` at the start; absent: none.")
    leaving: Leaving | None = Field(None, description="Users leave for good; absent: nobody does.")

    @property
    def moods(self) -> bool:
        """Whether satisfaction changes anything."""
        return self.satisfaction.on or self.leave_by_satisfaction

    @property
    def leave_by_satisfaction(self) -> bool:
        """Whether satisfaction has a say in who leaves."""
        return self.leaving is not None and self.leaving.satisfaction_effect != 0

    def ever(self, horizon: float) -> float:
        """Return the expected number of users who are ever there."""
        return self.count + (0.0 if self.arrivals is None else self.arrivals.rate * horizon)

    def present(self, horizon: float) -> float:
        """Return the mean number of users who are there.

        Whatever satisfaction does.
        """
        come = 0.0 if self.arrivals is None else self.arrivals.rate
        if self.leaving is None:
            return self.count + come * horizon / 2.0
        gone = self.leaving.rate * horizon
        stays = -math.expm1(-gone) / gone
        return self.count * stays + come / self.leaving.rate * (1.0 - stays)

    @property
    def visits_per_second(self) -> float:
        """Mean visits of a user a second, over groups.

        Whatever satisfaction does.
        """
        if not self.groups:
            return self.visits.per_second()
        return sum(group.share * self.visits.per_second(group.visits) for group in self.groups.values())
