"""Errors that name file, line, column and key, and say what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

Path = tuple[str | int, ...]
Marks = Mapping[Path, tuple[int, int]]
_LAST = (10**9, 0)


class ScenarioError(ValueError):
    """A scenario is wrong.

    Attributes:
        messages: all that is wrong, one line each, ``FILE:LINE:COL: KEY: what is wrong``.
    """

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = list(messages)
        super().__init__("\n".join(self.messages))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[str]]]:
        return type(self), (self.messages,)


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[tuple[Path, str, bool]]:
    """Return the errors that pydantic found as (path, what is wrong, whether a key is missing)."""
    found = []
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if not str(part).startswith("function-"))
        if detail["type"] == "missing":
            found.append((path, "is missing", True))
        elif detail["type"] == "extra_forbidden":
            found.append((path, _unknown(path, model), False))
        else:
            text = detail["msg"].removeprefix("Value error, ")
            shown = "" if detail["type"] == "value_error" else f", found {detail['input']!r:.60}"
            found.append((path, text[:1].lower() + text[1:] + shown, False))
    return found


def _unknown(path: Path, model: type[BaseModel]) -> str:
    known = keys_at(path[:-1], model)
    key = str(path[-1])
    if ")" in key or "(" in key or "]" in key:
        return 'is cut out of a law with a comma: put the whole law in quotes, such as "lognormal(median=20s, p95=5m)"'
    near = get_close_matches(key, known, 1)
    hint = f", did you mean {near[0]}" if near else ""
    return f"unknown key{hint}; allowed are {', '.join(known)}"


def keys_at(path: Path, model: type[BaseModel]) -> list[str]:
    """Return the keys that a block of the schema knows."""
    here: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        field = here.model_fields.get(part)
        here = _block_in(field.annotation) if field else None
        if here is None:
            return []
    return list(here.model_fields)


def _block_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((b for a in get_args(annotation) if (b := _block_in(a))), None)


def written(problems: Iterable[tuple[Path, str, bool]], file: str | None, marks: Marks) -> list[str]:
    """Return the messages in file order, missing keys last.

    Args:
        problems: as from `problems_of`.
        file: the file's name, None for a plain dict.
        marks: line and column of every key in the file.
    """
    lines = []
    for path, text, missing in problems:
        near = next((path[:n] for n in range(len(path), -1, -1) if path[:n] in marks), ())
        mark = marks.get(near)
        key = ".".join(str(p) for p in path) or "the file"
        place = "" if file is None else f"{file}:{mark[0]}:{mark[1]}: " if mark else f"{file}: "
        lines.append(((missing, mark or _LAST), f"{place}{key}: {text}"))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]
