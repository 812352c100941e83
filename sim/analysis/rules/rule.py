"""Rules of thumb to test, as an experiment states them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.errors import LabError
from sim.scenario.errors import lines_of

Settings = dict[str, str | int | float | bool | None]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Model):
    """One rule, and what it is tested against.

    Attributes:
        says: the rule in a few words.
        source: who says so, with a link.
        obeys: settings of the agent that follows it.
        versus: settings of the alternative.
    """

    says: str
    source: str
    obeys: Settings
    versus: Settings

    @model_validator(mode="after")
    def _differ(self) -> Rule:
        if self.obeys == self.versus:
            raise ValueError("obeys and versus are the same settings")
        return self


class Rules(_Model):
    """Rules that are tested over the same worlds.

    Attributes:
        margin: the share of the reward that a rule may lose and still hold.
        down: the dotted key of the rows of each map.
        across: that of the columns.
        each: the rules.
    """

    margin: float = Field(gt=0.0, lt=1.0)
    down: str
    across: str
    each: tuple[Rule, ...] = Field(min_length=1)


def rules_of(told: Any) -> Rules:
    """Return the rules that are described under ``decision``.

    Raises:
        LabError: with a line for each problem.
    """
    try:
        return Rules.model_validate(told)
    except ValidationError as error:
        raise LabError("\n".join(lines_of(error, Rules, "decision"))) from None
