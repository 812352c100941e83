"""The rules between keys that a JSON Schema can say.

They are those of `sim.scenario.rules` which compare no numbers: what may not stand together, what needs another key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Test = dict[str, Any]
_VALUE = {"type": ["string", "number", "boolean", "object", "array"]}  # null stands for absent
_NOT_0 = {"type": "number", "not": {"const": 0}}
_TRUE = {"const": True}
_LONGER_THAN_0 = {"type": "string", "pattern": "^[ 0.]*[1-9]"}
_SOME = {"type": "array", "minItems": 1}
_CALL = r"^\s*{}\s*\("
# what has no effect where something is off, and why
_NEED_RATE = {
    "users.visits.daily_swing": _NOT_0,
    "users.visits.weekly": _VALUE,
    "users.visits.session": {"type": "object", "required": ["stay"], "properties": {"stay": _NOT_0}},
    "users.satisfaction.return_effect": _NOT_0,
    "incidents": {"contains": {"required": ["kind"], "properties": {"kind": {"const": "traffic"}}}, "type": "array"},
}
_NEED_DIM = {
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
}
_NOT_FOR_ARMS = {
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
_ALWAYS_END = ("ingest", "push", "training.fixed", "training.in_place", "serving.cache")


def rules() -> list[dict[str, Any]]:
    """Return the rules as schemas with messages.

    Each is of the whole scenario.
    """
    return [{"not": never, "errorMessage": message} for never, message in _refused()]


def _refused() -> Iterator[tuple[Test, str]]:
    """Yield what is refused, and the message."""
    for block, keys, needed in _ONE_OF:
        yield from _choices(block, keys, needed)
    for key, test in _NEED_RATE.items():
        yield _all(_at(key, test), _not_at("users.visits.rate", _VALUE)), f"{key} has no effect without visits.rate"
    for key, test in _NEED_DIM.items():
        off = _not_at("users.preferences.dim", _NOT_0)
        yield _all(_at(key, test), off), f"{key} has no effect while users.preferences.dim is 0"
    for key, test in _NOT_FOR_ARMS.items():
        yield _all(_at(key, test), _at("items.click_rates", _VALUE)), f"{key}: plain arms (click_rates) have none"
    for key in _ALWAYS_END:
        never = {"type": "string", "pattern": _CALL.format("never")}
        yield _at(f"platform.{key}", never), f"platform.{key} may never end; a law that always ends is allowed"
    yield from _others()


def _choices(block: str, keys: tuple[str, ...], needed: bool) -> Iterator[tuple[Test, str]]:
    """Yield the refusals of keys that exclude each other.

    And of none where one is needed.
    """
    given = [_at(f"{block}.{key}", _TRUE if key == "redrawn" else _VALUE) for key in keys]
    names = ", ".join(keys)
    for n, one in enumerate(given):
        for other in given[n + 1 :]:
            yield _all(one, other), f"{block}: give one of {names}"
    if needed:
        yield _all(_at(block, {"type": "object"}), {"not": {"anyOf": given}}), f"{block}: give one of {names}"


def _others() -> Iterator[tuple[Test, str]]:
    for kind in ("click", "conversion"):
        at = f"feedback.{kind}"
        no_window = _not_at(f"{at}.window", _VALUE)
        yield _all(_at(f"{at}.negatives", {"const": "silent"}), no_window), f"{at}.negatives: silent needs a window"
    learnt = _at("feedback.learn_from", {"const": "conversion"})
    yield _all(learnt, _not_at("feedback.conversion", _VALUE)), "feedback.learn_from: there is no feedback.conversion"
    agrees, spread = "feedback.conversion.agrees_with_click", _not_at("feedback.conversion.spread", _NOT_0)
    yield _all(_at(agrees, _NOT_0), spread), f"{agrees} has no effect while feedback.conversion.spread is 0"
    counted = _all(_at("items", {"type": "object"}), _not_at("items.click_rates", _VALUE))
    yield _all(counted, _not_at("items.count", _VALUE)), "items: count is missing"
    noise, share = _at("users.observed.noise", _NOT_0), _not_at("users.observed.share", _NOT_0)
    yield _all(noise, share), "users.observed.noise has no effect while observed.share is 0"
    group, groups = _at("users.observed.group", _TRUE), _not_at("users.groups", {"type": "object", "minProperties": 1})
    yield _all(group, groups), "users.observed.group has no effect without users.groups"
    normals = {"hour": _TRUE, "weekday": _TRUE, "dim": _NOT_0}
    empty = _all(*(_not_at(f"users.context.{key}", test) for key, test in normals.items()))
    yield _all(_at("users.context.spread", _NOT_0), empty), "users.context.spread needs hour, weekday or dim"
    rollout, many = _at("platform.serving.rollout", _LONGER_THAN_0), {"type": "number", "exclusiveMinimum": 1}
    one = _not_at("platform.serving.replicas", many)
    yield _all(rollout, one), "platform.serving.rollout has no effect while platform.serving.replicas is 1"
    for key in ("spread", "mean"):
        own = _all(_at("users.tastes", _VALUE), _at(f"users.preferences.{key}", _NOT_0))
        yield own, f"users.preferences.{key} has no effect with users.tastes"
    both = _all(_at("users.arrivals", _VALUE), _at("items.redrawn", _TRUE))
    yield both, "users.arrivals: items.redrawn numbers items by the users of the start"
    certain = _all(_at("items.click_rate", {"const": 0}), _not_at("slate.link", {"const": "identity"}))
    yield certain, "items.click_rate is 0; above 0 is allowed, or slate.link identity"
    drops = _at("platform.ingest", {"type": "string", "pattern": r"\breleased\s*\("})
    yield drops, "platform.ingest: released holds an event until the next file drop: put it into the delay"


def _at(key: str, test: Test) -> Test:
    """Return the schema for a dotted key that fits."""
    for part in reversed(key.split(".")):
        test = {"type": "object", "required": [part], "properties": {part: test}}
    return test


def _not_at(key: str, test: Test) -> Test:
    return {"not": _at(key, test)}


def _all(*tests: Test) -> Test:
    return {"allOf": list(tests)}
