"""The language of laws: ``name(argument, key=value, weight: law)``, nested."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from sim.laws.base import Argument, Law
from sim.laws.durations import seconds
from sim.laws.nested import as_law
from sim.parts import classes

# a number with its unit, or a word (file names may start with a digit), or any one character
_TOKEN = re.compile(
    r"\s*(?:(?!\w[\w-]*\.(?:csv|txt)\b)(-?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*([A-Za-z]*)|(\w[\w./-]*)|(.))"
)
_DEEPEST = 16
_LONGEST = 10_000  # characters


def parse_law(source: str, folder: Path | None = None, plain: bool = False) -> Law:
    """Return the law that a line of text describes.

    Args:
        source: such as ``mixture(0.4: exponential(mean=40m), 0.6: exponential(mean=11d))``; a duration alone is a
            constant.
        folder: the folder that ``empirical(file=...)`` may read.
        plain: whether it is a law of values: plain numbers stand where a law of delays has durations.

    Raises:
        ValueError: the text is wrong; the message says what is wrong and what is allowed.

    >>> str(parse_law("exponential( mean = 90m )"))
    'exponential(mean=90m)'
    """
    if not isinstance(source, str):
        shown = "null" if source is None else repr(source)
        raise ValueError(
            f"{shown} is not a law; write one as text such as constant(30s) or lognormal(median=20s, p95=5m)"
        )
    reader = _Reader(source, folder, plain)
    value, is_duration = reader.value(0)
    reader.end()
    law = as_law(Argument(None, value, is_duration, plain=plain))
    if law is None:
        raise ValueError(f"{source!r} is not a law; write name(...) with one of {', '.join(shelf())}")
    return law


def parse_call(source: str, folder: Path | None = None, plain: bool = False) -> tuple[str, list[Argument]]:
    """Return the name and the arguments of ``name(key=[1, 0.5])``.

    The arguments may be missing, as in ``cascade``; folder and plain are those of `parse_law`.

    Raises:
        ValueError: the text cannot be read.

    >>> parse_call("name(key=[1, 0.5])")
    ('name', [Argument(key='key', value=[1.0, 0.5], is_duration=False, typed='[1, 0.5]', plain=False)])
    """
    reader = _Reader(source, folder, plain)
    call = reader.call()
    reader.end()
    return call


@cache
def shelf() -> dict[str, type[Law]]:
    """Return all laws of this folder, by name."""
    return classes(__package__, lambda part: issubclass(part, Law) and bool(part.name), name="name")


class _Reader:
    """A recursive-descent parser of laws.

    Tokens are numbers with units, names and single characters.
    """

    def __init__(self, source: str, folder: Path | None, plain: bool) -> None:
        if len(source) > _LONGEST:
            raise ValueError(f"{source[:40]!r}... is longer than the {_LONGEST} characters that are allowed")
        self._source, self._folder, self._plain = source, folder, plain
        self._tokens = [m for m in _TOKEN.finditer(source.rstrip()) if m[0].strip()]
        self._at = 0

    def end(self) -> None:
        if self._at < len(self._tokens):
            self._fail(f"unexpected {self._tokens[self._at][0].strip()!r}")

    def value(self, depth: int) -> tuple[Any, bool]:
        """Return the next value and whether it is a duration.

        It is a number, a duration, a list, a word or a law.
        """
        if depth > _DEEPEST:
            self._fail(f"laws nest deeper than {_DEEPEST}")
        token = self._next()
        if token[1]:
            if token[2] and token[1].startswith("-"):
                self._fail("unexpected '-'")
            if self._plain and token[2]:
                raise ValueError(f"{token[0].strip()} has a unit; a value takes plain numbers such as 40")
            return (seconds(token[1] + token[2]), True) if token[2] else (float(token[1]), False)
        if token[4] == "[":
            return self._list(depth), False
        if not token[3]:
            self._fail(f"unexpected {token[0].strip()!r}")
        return (self._call(token[3], depth), False) if self._take("(") else (token[3], False)

    def call(self) -> tuple[str, list[Argument]]:
        """Read a name and its arguments, if any."""
        token = self._next()
        if not token[3]:
            self._fail(f"unexpected {token[0].strip()!r}")
        return token[3], self._arguments(0) if self._take("(") else []

    def _call(self, name: str, depth: int) -> Law:
        if name not in shelf():
            near = get_close_matches(name, shelf(), 1)
            hint = f", did you mean {near[0]}" if near else ""
            raise ValueError(f"unknown law {name!r}{hint}; known are {', '.join(shelf())}")
        return shelf()[name].build(self._arguments(depth), self._folder)

    def _arguments(self, depth: int) -> list[Argument]:
        arguments = []
        while not self._take(")"):
            arguments.append(self._argument(depth))
            if not self._take(",") and not self._sees(")"):
                self._fail("expected , or )")
        return arguments

    def _argument(self, depth: int) -> Argument:
        start = self._at
        value, is_duration = self.value(depth + 1)
        key: str | float | None = None
        for mark, kind in (("=", str), (":", float)):
            if isinstance(value, kind) and not is_duration and self._take(mark):
                key, start = value, self._at
                value, is_duration = self.value(depth + 1)
        typed = "".join(token[0] for token in self._tokens[start : self._at]).strip()
        return Argument(key, value, is_duration, typed, self._plain)

    def _list(self, depth: int) -> list[Any]:
        values = []
        while not self._take("]"):
            values.append(self.value(depth + 1)[0])
            if not self._take(",") and not self._sees("]"):
                self._fail("expected , or ]")
        return values

    def _sees(self, mark: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at][4] == mark

    def _take(self, mark: str) -> bool:
        if self._sees(mark):
            self._at += 1
            return True
        return False

    def _next(self) -> re.Match[str]:
        if self._at >= len(self._tokens):
            self._fail("it ends too early (a missing bracket?)")
        self._at += 1
        return self._tokens[self._at - 1]

    def _fail(self, why: str) -> None:
        shown = repr(self._source) if len(self._source) <= 120 else f"{self._source[:120]!r}..."
        raise ValueError(f"cannot read {shown}: {why}")
