"""The field types of a scenario.

They check text from files and turn it into numbers, laws and choice models.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from sim.choices import Choice, parse_choice
from sim.laws import Law, parse_law
from sim.laws.durations import per_second, seconds, time_of_day
from sim.laws.instants import SHORTEST, microseconds, whole
from sim.scenario.click_rate import ClickRates, parse_click_rate
from sim.scenario.drivers import parse_driver
from sim.scenario.values import Value, parse_value
from sim.scenario.vectors import KINDS, Vectors, read_vectors

DRAWN = ("normal", "uniform")  # features of items that are drawn
_PERCENT = re.compile(r"\s*([0-9]*\.?[0-9]+)\s*%\s*")


class Block(BaseModel):
    """A block of a scenario: strict, frozen, no unknown keys.

    Attributes:
        later: keys that came when runs had been named already: with their default they are left out of the digest.
    """

    later: ClassVar[frozenset[str]] = frozenset()

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        arbitrary_types_allowed=True,
        validate_default=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


def spelt(text: str) -> Any:
    """Return a default written as text, to be checked."""
    return text


def _duration(value: Any) -> float:
    if isinstance(value, str):
        return seconds(value)
    raise ValueError(f"{value!r} has no unit; write a duration such as 90s, 20m, 6h, 7d")


def _positive(value: Any) -> float:
    if (number := _duration(value)) <= 0:
        raise ValueError(f"{value!r} must be longer than 0s")
    return number


def _instant(value: Any) -> float:
    return whole(_duration(value))


def _interval(value: Any) -> float:
    if microseconds(_positive(value)) < 1.0:
        raise ValueError(f"{value!r} is too short; at least {SHORTEST} is allowed")
    return _instant(value)


def _pause(value: Any) -> float:
    return 0.0 if _duration(value) == 0.0 else _interval(value)


def _share(value: Any) -> Any:
    """Return the number that a text such as 5% says."""
    match = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    return value if match is None else float(match[1]) / 100.0


def _law(value: Any, info: ValidationInfo) -> Law:
    return parse_law(value, (info.context or {}).get("folder"))


def _value(value: Any, info: ValidationInfo) -> Value:
    return parse_value(value, (info.context or {}).get("folder"))


def _vectors(value: Any, info: ValidationInfo) -> Vectors:
    return read_vectors(value, (info.context or {}).get("folder"))


def _features(value: Any, info: ValidationInfo) -> str | Vectors:
    if not isinstance(value, str | Vectors) or (isinstance(value, str) and "." not in value and value not in DRAWN):
        raise ValueError(f"{value!r:.60} is neither {', '.join(DRAWN)} nor the name of a file ({' or '.join(KINDS)})")
    return value if value in DRAWN else _vectors(value, info)


def _text(example: str, kind: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "examples": [example], "format": kind})


# in log odds; 20 is a probability of 2e-9, and far more would overflow
Spread = Annotated[float, Field(ge=0, le=20)]
Duration = Annotated[float, BeforeValidator(_duration), _text("20m", "duration")]
PositiveDuration = Annotated[float, BeforeValidator(_positive), _text("7d", "interval")]
# scheduled instants and intervals: whole microseconds
Instant = Annotated[float, BeforeValidator(_instant), _text("20m", "duration")]
Interval = Annotated[float, BeforeValidator(_interval), _text("7d", "interval")]
Pause = Annotated[float, BeforeValidator(_pause), _text("7d", "duration")]  # an interval, or 0s for none
Rate = Annotated[float, BeforeValidator(per_second), _text("4 per day", "rate")]
Share = Annotated[
    float,
    Field(ge=0, le=1),
    BeforeValidator(_share),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1},
                {"type": "string", "examples": ["5%"], "pattern": r"^\s*[0-9]*\.?[0-9]+\s*%\s*$"},
            ]
        }
    ),
]
TimeOfDay = Annotated[float, BeforeValidator(time_of_day), _text("20:00", "time_of_day")]
LawText = Annotated[Law, BeforeValidator(_law), _text("lognormal(median=20s, p95=5m)", "law")]
ClickRate = Annotated[
    float | ClickRates,
    BeforeValidator(parse_click_rate),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "exclusiveMaximum": 1},
                {"type": "string", "examples": ["beta(4, 4)", "uniform(0.1, 0.3)"], "format": "click_rates"},
            ]
        }
    ),
]
VectorFile = Annotated[Vectors, BeforeValidator(_vectors), _text("users.parquet", "file")]
Features = Annotated[
    str | Vectors,
    BeforeValidator(_features),
    WithJsonSchema({"anyOf": [{"enum": list(DRAWN)}, {"type": "string", "examples": ["items.csv"], "format": "file"}]}),
]
ValueText = Annotated[
    Value,
    BeforeValidator(_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "examples": ["lognormal(mean=40, sigma=1)"], "format": "value"},
            ]
        }
    ),
]
Driver = Annotated[
    str,
    BeforeValidator(parse_driver),
    WithJsonSchema({"type": "string", "examples": ["clicks", "value", "feature(0)"], "format": "driver"}),
]
ChoiceText = Annotated[Choice, BeforeValidator(parse_choice), _text("cascade", "choice")]
