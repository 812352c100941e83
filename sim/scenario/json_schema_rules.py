"""The rules between keys that a JSON Schema can say.

They are those of `sim.scenario.rules` which compare no numbers: what may not stand together, what needs another key.
A rule is ``if``, what is wrong, ``then``, the key that is blamed for it. Keys are written as patterns: editors offer
every name under ``properties`` as a completion.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

Test = dict[str, Any]
_VALUE: Test = {"type": ["string", "number", "boolean", "object", "array"]}  # null stands for absent
_NOT_0: Test = {"type": "number", "not": {"const": 0}}
_TRUE: Test = {"const": True}
_LONGER_THAN_0: Test = {"type": "string", "pattern": "^[ 0.]*[1-9]"}
_SOME: Test = {"type": "array", "minItems": 1}
# what has no effect where something is off, and why
_NEED_RATE: dict[str, Test] = {
    "users.visits.daily_swing": _NOT_0,
    "users.visits.weekly": _VALUE,
    "users.visits.session": {"type": "object", "required": ["stay"], "patternProperties": {"^stay$": _NOT_0}},
    "users.satisfaction.return_effect": _NOT_0,
    "incidents": {
        "type": "array",
        "contains": {"required": ["kind"], "patternProperties": {"^kind$": {"const": "traffic"}}},
    },
}
_NEED_DIM: dict[str, Test] = {
    "users.preferences.spread": _NOT_0,
    "users.preferences.mean": _NOT_0,
    "users.trend.spread": _NOT_0,
    "users.drift.spread": _NOT_0,
    "users.satiation.strength": _NOT_0,
    "users.observed.share": _NOT_0,
    "users.observed.noise": _NOT_0,
    "users.observed.recent": _VALUE,
    "users.context.spread": _NOT_0,
    "users.shifts": _SOME,
    "items.features": {"type": "string", "not": {"const": "normal"}},
    "feedback.conversion.spread": _NOT_0,
    "users.satisfaction.driven_by": {"type": "string", "pattern": r"^\s*feature"},
}
_NOT_FOR_ARMS: dict[str, Test] = {
    "users.preferences.dim": _NOT_0,
    "items.lifetime": _VALUE,
    "items.turnover": _VALUE,
    "items.redrawn": _TRUE,
    "items.popularity": _NOT_0,
    "slate.link": {"const": "identity"},
}
_ONE_OF = (
    ("users.visits", ("rate", "every"), True),
    ("items", ("click_rate", "click_rates"), True),
    ("items", ("lifetime", "turnover", "redrawn"), False),
)
_ALWAYS_END = tuple(
    f"platform.{law}" for law in ("ingest", "push", "training.fixed", "training.in_place", "serving.cache")
)


def rules() -> list[dict[str, Any]]:
    """Return schemas of whole scenarios, one for each rule."""
    return [*_needed(), *({"if": wrong, "then": _blamed(key, why)} for key, wrong, why in _refused())]


def _needed() -> Iterator[dict[str, Any]]:
    """Yield what refuses blocks without the key they need."""
    for block, keys, needed in _ONE_OF:
        none = _all(_at(block, {"type": "object"}), *(_not_at(f"{block}.{key}", _VALUE) for key in keys))
        if needed:
            yield {"if": none, "then": _under(block, _demand(keys[0], f"give one of {' and '.join(keys)}"))}
    uncounted = _all(_not_at("items.click_rates", _VALUE), _not_at("items.count", _VALUE))
    yield {"if": uncounted, "then": _under("items", _demand("count", "count is missing"))}


def _refused() -> Iterator[tuple[str, Test, str]]:
    """Yield the key to blame, what is refused, and why."""
    for block, keys, _ in _ONE_OF:
        given = {key: _at(f"{block}.{key}", _TRUE if key == "redrawn" else _VALUE) for key in keys}
        for key, other in combinations(keys, 2):
            yield f"{block}.{other}", _all(given[key], given[other]), f"{key} is given: give one of {', '.join(keys)}"
    for key, test in _NEED_RATE.items():
        yield key, _all(_at(key, test), _not_at("users.visits.rate", _VALUE)), "has no effect without visits.rate"
    no_dim = _not_at("users.preferences.dim", _NOT_0)
    for key, test in _NEED_DIM.items():
        yield key, _all(_at(key, test), no_dim), "has no effect while users.preferences.dim is 0"
    for key, test in _NOT_FOR_ARMS.items():
        yield key, _all(_at(key, test), _at("items.click_rates", _VALUE)), "plain arms (items.click_rates) have none"
    for key in _ALWAYS_END:
        never = _at(key, {"type": "string", "pattern": r"^\s*never\s*\("})
        yield key, never, "may never end; a law that always ends is allowed"
    yield from _of_users()
    yield from _of_groups()
    yield from _of_satisfaction()
    yield from _of_feedback()
    yield from _of_platform()


def _of_users() -> Iterator[tuple[str, Test, str]]:
    at = "users.observed.noise"
    yield at, _all(_at(at, _NOT_0), _not_at("users.observed.share", _NOT_0)), "has no effect while share is 0"
    at, groups = "users.observed.group", {"type": "object", "minProperties": 1}
    yield at, _all(_at(at, _TRUE), _not_at("users.groups", groups)), "has no effect without users.groups"
    at, normals = "users.context", {"hour": _TRUE, "weekday": _TRUE, "dim": _NOT_0}
    empty = (_not_at(f"{at}.{key}", test) for key, test in normals.items())
    yield f"{at}.spread", _all(_at(f"{at}.spread", _NOT_0), *empty), "has no effect without hour, weekday or dim"
    for key in ("users.preferences.spread", "users.preferences.mean"):
        yield key, _all(_at("users.tastes", _VALUE), _at(key, _NOT_0)), "has no effect with users.tastes"
    at = "users.arrivals"
    yield at, _all(_at(at, _VALUE), _at("items.redrawn", _TRUE)), "items.redrawn is for the users of the start"
    at, logit = "items.click_rate", _not_at("slate.link", {"const": "identity"})
    yield at, _all(_at(at, {"const": 0}), logit), "is 0; above 0 is allowed, or slate.link identity"


def _of_groups() -> Iterator[tuple[str, Test, str]]:
    at, by_rate = "users.groups", _at("users.visits.rate", _VALUE)
    other = _at(at, _some_entry("visits", {"type": "number", "not": {"const": 1}}))
    yield at, _all(other, {"not": by_rate}), "visits of a group have no effect without visits.rate"
    own = _at(at, _some_entry("click_rate", _VALUE))
    yield at, _all(own, _at("items.click_rates", _VALUE)), "plain arms (items.click_rates) say all of their click rate"


def _of_satisfaction() -> Iterator[tuple[str, Test, str]]:
    at, by_conversion = "users.satisfaction", _at("feedback.learn_from", {"const": "conversion"})
    worth = {kind: _at(f"feedback.{kind}.value", _VALUE) for kind in ("click", "conversion")}
    none = {"if": by_conversion, "then": {"not": worth["conversion"]}, "else": {"not": worth["click"]}}
    yield f"{at}.value_effect", _all(_at(f"{at}.value_effect", _NOT_0), none), "needs a value to change"
    counts_1 = {"not": {"anyOf": [by_conversion, worth["click"], _at("feedback.click.reversal", _VALUE)]}}
    by_value = _at(f"{at}.driven_by", {"type": "string", "pattern": r"^\s*value"})
    yield f"{at}.driven_by", _all(by_value, counts_1), "is value, but each click counts 1"
    at, at_once = "users.visits.session.gap", r"^\s*(?:constant\s*\(\s*)?[0.]+\s*[a-z]"
    yield at, _at(at, {"type": "string", "pattern": at_once}), "may be 0s; a law of longer gaps is allowed"


def _of_feedback() -> Iterator[tuple[str, Test, str]]:
    for kind in ("feedback.click", "feedback.conversion"):
        at, no_window = f"{kind}.negatives", _not_at(f"{kind}.window", _VALUE)
        yield at, _all(_at(at, {"const": "silent"}), no_window), "silent needs a window"
    at, none = "feedback.learn_from", _not_at("feedback.conversion", _VALUE)
    yield at, _all(_at(at, {"const": "conversion"}), none), "is conversion, but there is no feedback.conversion"
    at, fixed = "feedback.conversion.agrees_with_click", _not_at("feedback.conversion.spread", _NOT_0)
    yield at, _all(_at(at, _NOT_0), fixed), "has no effect while feedback.conversion.spread is 0"


def _of_platform() -> Iterator[tuple[str, Test, str]]:
    at, many = "platform.serving", {"type": "number", "exclusiveMinimum": 1}
    alone = _all(_at(f"{at}.rollout", _LONGER_THAN_0), _not_at(f"{at}.replicas", many))
    yield f"{at}.rollout", alone, "has no effect while platform.serving.replicas is 1"
    at, drops = "platform.ingest", {"type": "string", "pattern": r"\breleased\s*\("}
    yield at, _at(at, drops), "released holds an event until the next file drop: put it into the delay"


def _at(key: str, test: Test) -> Test:
    """Return the schema of scenarios whose dotted key fits."""
    for part in reversed(key.split(".")):
        test = {"type": "object", "required": [part], "patternProperties": {f"^{part}$": test}}
    return test


def _some_entry(key: str, test: Test) -> Test:
    """Return the schema of named blocks with a fitting key."""
    return {"type": "object", "not": {"additionalProperties": {"not": _at(key, test)}}}


def _not_at(key: str, test: Test) -> Test:
    return {"not": _at(key, test)}


def _all(*tests: Test) -> Test:
    return {"allOf": list(tests)}


def _blamed(key: str, why: str) -> Test:
    """Return the schema that refuses a key."""
    block, _, own = key.rpartition(".")
    return _under(block, {"patternProperties": {f"^{own}$": False}, "errorMessage": f"{own}: {why}."})


def _demand(key: str, why: str) -> Test:
    message = {"errorMessage": f"{why[:1].upper()}{why[1:]}."}
    return {"required": [key], "patternProperties": {f"^{key}$": _VALUE | message}, **message}


def _under(block: str, test: Test) -> Test:
    """Return the schema of scenarios whose block fits."""
    for part in reversed(block.split(".")) if block else ():
        test = {"patternProperties": {f"^{part}$": test}}
    return test
