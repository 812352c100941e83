"""Classes of agents' parts, found by name, and their parameters."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from agents.parameters import durations
from sim.errors import LabError, refusing, unknown_key
from sim.laws.durations import seconds


def located(target: str, part: str) -> Any:
    """Return the class of a dotted name, which is imported.

    Args:
        target: the name, such as ``agents.LinUCB``.
        part: where it was given, for messages.

    Raises:
        LabError: there is no such module or class.
    """
    first, *names = target.split(".")
    found, path = _imported(first, target, part), first
    for name in names:
        inner = f"{path}.{name}"
        found = getattr(found, name) if hasattr(found, name) else _imported(inner, target, part, found)
        path = inner
    if not callable(found):
        raise LabError(f"{part}: _target_ {target}: is not a class")
    return found


def _imported(module: str, target: str, part: str, above: Any = None) -> Any:
    try:
        return import_module(module)
    except (Exception, SystemExit) as error:  # importing runs the module, which may raise anything
        if above is not None and isinstance(error, ModuleNotFoundError) and module.startswith(error.name or module):
            home, _, name = module.rpartition(".")
            near = get_close_matches(name, [n for n, value in vars(above).items() if inspect.isclass(value)], 1)
            hint = f", did you mean {near[0]}" if near else ""
            raise LabError(f"{part}: _target_ {target}: {home} has no {name}{hint}") from error
        why = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise LabError(f"{part}: _target_ {target}: the module {module} cannot be imported ({why})") from error


def check(part: str, given: Mapping[str, Any], asked: Collection[str] = ()) -> None:
    """Refuse keys and values that a class does not take.

    Args:
        part: where they were given, for messages, such as ``learner``.
        given: ``_target_``, the class, and its parameters; so are parts within it.
        asked: the dotted keys that were set on the command line.

    Raises:
        LabError: one is refused; the message names the nearest known key.
    """
    found = located(given["_target_"], part)
    values = {str(key): value for key, value in given.items() if not str(key).startswith("_")}
    _check_keys(part, found, values, asked)
    _check_durations(part, found, values)
    for key, value in values.items():
        if isinstance(value, dict) and isinstance(value.get("_target_"), str):
            check(f"{part}.{key}", value, asked)


def _check_keys(part: str, found: Any, values: Mapping[str, Any], asked: Collection[str]) -> None:
    try:
        parameters = inspect.signature(found).parameters.values()
    except (TypeError, ValueError):  # not written in Python
        return
    known = [p.name for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if any(p.kind == p.VAR_KEYWORD for p in parameters):
        return
    wrong = [key for key in values if key not in known]
    left = [key for key in wrong if f"{part}.{key}" not in asked]
    if left and f"{part}._target_" in asked:
        target = f"{found.__module__}.{found.__qualname__}"
        raise LabError(  # the class alone keeps the keys of the part that it replaces
            f"{part}._target_: {found.__name__} does not take {', '.join(left)}, left from the {part} chosen before; "
            f"write conf/{part}/mine.yaml with the line _target_: {target} and add --config-dir conf {part}=mine"
        )
    if wrong:
        raise LabError(unknown_key(f"{part}.{wrong[0]}", known, found.__name__))


def _check_durations(part: str, found: Any, values: Mapping[str, Any]) -> None:
    """Refuse a duration without unit, as in scenarios."""
    for key, none_will_do in durations(found).items():
        value = values.get(key)
        if key not in values or (value is None and none_will_do):
            continue
        if isinstance(value, (int, float)):
            raise LabError(f"{part}.{key}: {value!r} has no unit; write a duration such as 30s, 20m, 6h, 7d")
        with refusing(f"{part}.{key}: {{why}}", TypeError, ValueError):
            seconds("null" if value is None else value)
