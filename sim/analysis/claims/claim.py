"""A claim: one agent's score less another's has a bound.

``claims: {regret/at_base_rate: {of: linucb_hourly, versus: linucb_online, at_most: 0.02}}`` in an experiment says that
the hourly agent's regret exceeds that of the online one by at most 0.02.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from sim.errors import LabError, unknown
from sim.laws.durations import seconds, text
from sim.scenario.errors import lines_of
from sim.score import about


class Bound(BaseModel):
    """A bound on the mean paired difference of two agents.

    Attributes:
        of: words that name an agent.
        versus: words that name the one whose score is taken away.
        at_most: the upper bound; None without one.
        at_least: the lower bound; None without one. A claim has one of the two.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    of: str
    versus: str
    at_most: float | None = None
    at_least: float | None = None

    @field_validator("at_most", "at_least", mode="before")
    @classmethod
    def _in_seconds(cls, value: Any) -> Any:
        """Accept a duration such as ``1h``, or less as ``-1h``."""
        if not isinstance(value, str):
            return value
        return -seconds(value[1:]) if value.startswith("-") else seconds(value)

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("has one of at_most and at_least, a number or a duration")
        if not math.isfinite(self.bound):
            raise ValueError("the bound is a finite number")
        return self

    @property
    def bound(self) -> float:
        """The bound."""
        return float(self.at_most if self.at_most is not None else self.at_least or 0.0)


class Claim(Bound):
    """A bound on the difference in a score."""

    score: str

    def holds(self, difference: float) -> bool:
        """Return whether a difference satisfies the claim.

        >>> Claim(score="requests", of="a", versus="b", at_most=0.02).holds(0.02)
        True
        """
        return difference <= self.bound if self.at_most is not None else difference >= self.bound

    def __str__(self) -> str:
        sign = "<=" if self.at_most is not None else ">="
        shown = f"{self.bound:g}"
        if (kind := about().get(self.score)) is not None and kind.unit == "s":
            shown = ("-" if self.bound < 0 else "") + text(abs(self.bound))
        return f"{self.score}: {self.of} - {self.versus} {sign} {shown}"


def claims_of(told: Any) -> tuple[Claim, ...]:
    """Return the claims that are described under ``claims``.

    Args:
        told: by score, the keys of a claim or a list of such.

    Raises:
        LabError: with a line for each problem.

    >>> print(*claims_of({"requests": {"of": "a", "versus": "b", "at_least": 0}}))
    requests: a - b >= 0
    """
    if not isinstance(told, Mapping):
        raise LabError(f"claims: is {told!r}; scores with keys of versus at_most (or at_least) are allowed")
    found, wrong = [], []
    for score, own in told.items():
        if str(score) not in about():
            raise unknown("claims", str(score), about(), more="; claims are listed by score")
        several = isinstance(own, (list, tuple))
        for n, one in enumerate(own if several else [own]):
            where = f"claims.{score}[{n}]" if several else f"claims.{score}"
            if not isinstance(one, Mapping):
                raise LabError(f"{where}: is {one!r}; keys of versus at_most (or at_least) are allowed")
            try:
                found.append(Claim(score=str(score), **Bound.model_validate(dict(one)).model_dump()))
            except ValidationError as error:
                wrong += lines_of(error, Bound, where)
    if wrong:
        raise LabError("\n".join(wrong))
    return tuple(found)
