"""The language of choice models: a name and parameters."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from sim.choices.base import Choice, spelt
from sim.laws.base import Argument
from sim.laws.language import parse_call
from sim.parts import classes

_TYPES = {"array": "[...]", "integer": "whole number", "boolean": "true or false", "string": "word"}


def parse_choice(source: str) -> Choice:
    """Return the choice model that a line of text describes.

    Raises:
        ValueError: the text is wrong; the message says what is allowed.

    >>> parse_choice("position_based(examination=[1, 0.5])")
    PositionBased(examination=(1.0, 0.5))
    """
    if not isinstance(source, str):
        raise ValueError(f"{source!r} is not a choice model; write {usage()}")
    try:
        name, arguments = parse_call(source)
    except ValueError as error:
        raise ValueError(f"{error}; write {usage()}") from None
    if name not in shelf():
        near = get_close_matches(name, shelf(), 1)
        hint = f", did you mean {near[0]}" if near else ""
        raise ValueError(f"unknown choice model {name!r}{hint}; write {usage()}")
    return _built(shelf()[name], _given(shelf()[name], arguments))


@cache
def shelf() -> dict[str, type[Choice]]:
    """Return all choice models of this folder, by name."""
    return classes(__package__, lambda part: issubclass(part, Choice) and bool(part.name), name="name")


@cache
def _adapter(model: type[Choice]) -> TypeAdapter[Choice]:
    return TypeAdapter(model)


@cache
def parameters(model: type[Choice]) -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of a model's parameters, by name."""
    return cast("dict[str, dict[str, Any]]", _adapter(model).json_schema().get("properties", {}))


def required(model: type[Choice]) -> list[str]:
    """Return the names of a model's parameters without a default."""
    return list(_adapter(model).json_schema().get("required", ()))


def described(choice: Choice) -> list[tuple[str, str, str]]:
    """Return name, value and meaning of each parameter."""
    schemas = parameters(type(choice)).items()
    return [(key, spelt(getattr(choice, key)), str(schema.get("description", ""))) for key, schema in schemas]


def usage() -> str:
    """Return how each choice model is written."""
    *most, last = (_usage(model) for model in shelf().values())
    return f"{', '.join(most)} or {last}" if most else last


def _usage(model: type[Choice]) -> str:
    return f"{model.name}({_takes(model)})" if parameters(model) else model.name


def _takes(model: type[Choice]) -> str:
    """Return a model's parameters with their defaults or types."""
    shown = {
        key: how.get("default", _TYPES.get(how.get("type", ""), "number")) for key, how in parameters(model).items()
    }
    return ", ".join(f"{key}={value}" for key, value in shown.items()) or "no arguments"


def _given(model: type[Choice], arguments: list[Argument]) -> dict[str, Any]:
    """Return the values of the parameters, by name."""
    given: dict[str, Any] = {}
    for key, value, is_duration, typed, _ in arguments:
        if not isinstance(key, str) or key not in parameters(model):
            near = get_close_matches(str(key), parameters(model), 1)
            hint = f", did you mean {near[0]}" if near else ""
            raise ValueError(f"{model.name} takes {_takes(model)}, not {key or typed}{hint}")
        if key in given:
            raise ValueError(f"{model.name} is given {key} twice")
        if is_duration:
            raise ValueError(f"{model.name}: {key} is {typed}, which is a duration; a plain value is allowed")
        given[key] = value
    return given


def _built(model: type[Choice], given: dict[str, Any]) -> Choice:
    try:
        return _adapter(model).validate_python(given)
    except ValidationError as error:
        wrong = error.errors()[0]
    where = ".".join(map(str, wrong["loc"]))
    if wrong["type"] == "missing":
        raise ValueError(f"{model.name} takes {_takes(model)}; {where} is missing")
    why = str(wrong.get("ctx", {}).get("error", wrong["msg"]))
    meant = parameters(model)[str(wrong["loc"][0])].get("description") if where else None
    problem = f"{where}: {why[:1].lower()}{why[1:]}" if where else why
    raise ValueError(f"{model.name}: {problem}" + (f" ({meant})" if meant else ""))
