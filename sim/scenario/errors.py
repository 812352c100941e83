"""Errors with file, line, column, key and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from sim.scenario.not_modelled import not_modelled

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
Problem = tuple[Path, str, bool]  # where, what is wrong, whether a key is missing
Marks = Mapping[Path, tuple[int, int] | None]  # line and column; None for values of overrides
_LAST = (10**9, 0)


class ScenarioError(ValueError):
    """The error of a wrong scenario.

    Attributes:
        messages: all problems, one line each, ``FILE:LINE:COL: KEY: what is wrong``. Characters that are not printable
            are escaped, so an untrusted file cannot send control codes to the terminal.
    """

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = [printable(message) for message in messages]
        super().__init__("\n".join(self.messages))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[str]]]:
        return type(self), (self.messages,)


def printable(text: str) -> str:
    r"""Return text with characters escaped that are not printable.

    >>> printable("red \x1b[31m")
    'red \\x1b[31m'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def cut(text: str, longest: int) -> str:
    """Return text, shortened to ``longest`` characters."""
    return text if len(text) <= longest else f"{text[:longest]}..."


def problems_of(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Return pydantic's errors as a list of `Problem`."""
    problems = []
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and any(_within(one["loc"], detail["loc"]) for one in details):
            continue  # pydantic counts the entries that are right
        path = _untagged(tuple(part for part in detail["loc"] if not str(part).startswith("function-")), model)
        if detail["type"] == "missing":
            problems.append((path, "is missing", True))
        elif detail["type"] == "extra_forbidden":
            problems.append((path, _unknown(detail["loc"], model), False))
        elif detail["type"] == "value_error":
            text = detail["msg"].removeprefix("Value error, ")
            problems.append((path, text[:1].lower() + text[1:], False))
        elif detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
            problems.append(_kind(path, detail))
        else:
            problems.append((path, f"{_expected(detail, path, model)}, found {_shown(detail['input'])}", False))
    return problems


def _within(path: Path, block: Path) -> bool:
    return len(path) > len(block) and path[: len(block)] == block


def lines_of(error: ValidationError, model: type[BaseModel], where: str) -> list[str]:
    """Return pydantic's errors as lines ``KEY: what is wrong``.

    Args:
        error: what pydantic raised.
        model: what it was checked against.
        where: the key of the whole, such as ``published``.
    """
    return [f"{'.'.join(map(str, (where, *at)))}: {why}" for at, why, _ in problems_of(error, model)]


def _kind(path: Path, detail: ErrorDetails) -> Problem:
    """Return what is wrong with an entry's kind."""
    if detail["type"] == "union_tag_not_found":
        return (*path, "kind"), "is missing", True
    if wish := not_modelled(detail["ctx"]["tag"]):
        return (*path, "kind"), f"{_shown(detail['ctx']['tag'])} is {wish}", False
    kinds = [kind.strip("' ") for kind in detail["ctx"]["expected_tags"].split(",")]
    near = get_close_matches(str(detail["ctx"]["tag"]), kinds, 1)
    hint = f", did you mean {near[0]}" if near else ""
    return (*path, "kind"), f"unknown kind {_shown(detail['ctx']['tag'])}{hint}; allowed are {', '.join(kinds)}", False


def _expected(detail: ErrorDetails, path: Path, model: type[BaseModel]) -> str:
    """Return what is allowed, in YAML's terms."""
    if detail["type"] in ("model_type", "model_attributes_type"):
        known = keys_at(path, model)
        glued = str(detail["input"]).partition(":")[0] in known
        return f"expected a block of keys: {', '.join(known)}" + (
            "; a space is needed after the colon" if glued else ""
        )
    if detail["type"] == "tuple_type":
        return "expected a list [...]"
    if detail["type"] in ("too_short", "too_long"):
        return _expected_length(detail["ctx"])
    if detail["type"] == "string_pattern_mismatch":
        return "expected letters, digits and any of _ - . and spaces"
    if detail["type"] == "literal_error" and (wish := not_modelled(detail["input"])):
        return f"{wish}; {detail['msg'][:1].lower() + detail['msg'][1:]}"
    return detail["msg"][:1].lower() + detail["msg"][1:]


def _expected_length(limits: dict[str, Any]) -> str:
    """Return how many entries a list may have.

    >>> _expected_length({"min_length": 1}), _expected_length({"max_length": 7})
    ('expected a list of at least one entry', 'expected a list of at most 7 entries')
    """
    least = limits.get("min_length")
    if least == 1:
        return "expected a list of at least one entry"
    return f"expected a list of at {'most' if least is None else 'least'} {least or limits['max_length']} entries"


def _shown(value: Any) -> str:
    """Return a value as in YAML, shortened."""
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else f"{value!r:.60}"


def _unknown(path: Path, model: type[BaseModel]) -> str:
    known = keys_at(path[:-1], model)
    key = str(path[-1])
    if key.partition(":")[0] in known:
        return "unknown key; a space is needed after the colon"
    if wish := not_modelled(key):
        return f"{wish}; allowed here are {', '.join(known)}"
    near = get_close_matches(key, known, 1)
    hint = f", did you mean {near[0]}" if near else ""
    return f"unknown key{hint}; allowed are {', '.join(known)}"


def key_of(name: str, field: FieldInfo) -> str:
    """Return the key of a field in a file."""
    return field.alias or name


def keys_at(path: Path, model: type[BaseModel]) -> list[str]:
    """Return the keys of a block of the schema.

    Those of all kinds, where an entry of a list may be of several and the path does not say which.
    """
    here, is_name = [model], False
    for part in path:
        if is_name:
            is_name = False
            continue
        is_name = any(is_named(field.annotation) for field in _fields(here, part))
        here = _inside(here, part)
    return [] if is_name else list(dict.fromkeys(key_of(*item) for own in here for item in own.model_fields.items()))


def is_named(annotation: Any) -> bool:
    """Return whether a type is blocks by name."""
    return get_origin(annotation) is dict


def _inside(here: list[type[BaseModel]], part: str | int) -> list[type[BaseModel]]:
    """Return the blocks that one more part leads to.

    It is a key, a number in a list, or the kind of an entry.
    """
    if isinstance(part, int):
        return here
    if of_kind := [block for block in here if part in kinds_of(block)]:
        return of_kind
    return [inner for field in _fields(here, part) for inner in blocks_in(field.annotation)]


def _fields(here: list[type[BaseModel]], key: str | int) -> list[FieldInfo]:
    """Return the fields of a key, block by block."""
    return [field for block in here for name, field in block.model_fields.items() if key_of(name, field) == key]


def _untagged(path: Path, model: type[BaseModel]) -> Path:
    """Return a path of pydantic's without the kinds of entries.

    They are no keys in a file.
    """
    here, kept = [model], list[str | int]()
    for before, part in zip((None, *path), path, strict=False):
        if not (isinstance(before, int) and any(part in kinds_of(block) for block in here)):
            kept.append(part)
        here = _inside(here, part)
    return tuple(kept)


def kinds_of(block: type[BaseModel]) -> tuple[str, ...]:
    """Return the words that a block has as its ``kind``."""
    field = block.model_fields.get("kind")
    return () if field is None else get_args(field.annotation)


def blocks_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the blocks that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [block for part in get_args(annotation) for block in blocks_in(part)]


def written(problems: Iterable[Problem], file: str | None, marks: Marks) -> list[str]:
    """Return the messages in file order, missing keys last.

    Args:
        problems: problems, as from `problems_of`.
        file: the name of the file, None for a dict.
        marks: line and column of every key in the file.
    """
    lines = []
    for path, text, missing in problems:
        above = [marks[path[:n]] for n in range(len(path), -1, -1) if path[:n] in marks]
        mark = above[0] if above else None
        key = cut(".".join(str(p) for p in path), 100) or "the file"
        place = "" if file is None else f"{file}:{mark[0]}:{mark[1]}: " if mark else f"{file}: "
        order = next((m for m in above if m is not None), _LAST)
        lines.append(((missing, order), f"{place}{key}: {cut(text, 400)}"))
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]
