"""Ranges of keys that are not known."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.analysis.settings import two_words
from sim.errors import LabError
from sim.laws.durations import per_second, seconds

_LAW = re.compile(r"(\w+)\s*\(.*\)", re.DOTALL)
_KEY = re.compile(r"[A-Za-z_]\w*(\.\w+)*")
_EXAMPLE = "'users.trend.spread=0..1.8' or 'platform.push=constant(20m)..constant(6h)'"


@dataclass(frozen=True)
class Range:
    """A key of the scenario and its two ends.

    Attributes:
        key: such as ``users.trend.spread``.
        low: one end, as it is written.
        high: the other.
    """

    key: str
    low: str
    high: str

    @property
    def name(self) -> str:
        """The key in words: ``trend spread``."""
        return two_words(self.key)

    @property
    def overrides(self) -> tuple[str, str]:
        """What sets each end on the command line."""
        return f"scenario.{self.key}={self.low}", f"scenario.{self.key}={self.high}"


def ranges_of(texts: Sequence[str]) -> list[Range]:
    """Return the ranges in texts such as ``users.trend.spread=0..1.8``.

    Raises:
        LabError: a text is no range, or a key has two.

    >>> ranges_of(["scenario.platform.push=constant(20m)..constant(6h)"])
    [Range(key='platform.push', low='constant(20m)', high='constant(6h)')]
    """
    found = [_range(text) for text in texts]
    for n, one in enumerate(found):
        if one.key in [other.key for other in found[:n]]:
            raise LabError(f"--range: {one.key} is given twice; a key has one range")
    return found


def _range(text: str) -> Range:
    key, _, value = (part.strip() for part in text.partition("="))
    low, dots, high = (part.strip() for part in value.partition(".."))
    key = key.removeprefix("scenario.")
    if not (_KEY.fullmatch(key) and dots and low and high):
        raise LabError(f"--range: {text!r} is no range; KEY=LOW..HIGH is allowed, such as {_EXAMPLE}")
    (kind, first), (other, second) = _kind(low), _kind(high)
    if kind != other:
        raise LabError(f"--range: {key}: {low} is {kind}, and {high} is {other}; two ends of the same kind are allowed")
    if low == high or first == second is not None:
        raise LabError(f"--range: {key}: both ends are {low}; two different ends are allowed")
    if first is not None and second is not None and first > second:
        raise LabError(f"--range: {key}: {low} is above {high}; the lower end comes first")
    return Range(key, low, high)


def _kind(end: str) -> tuple[str, float | None]:
    """Return the kind and the size of an end."""
    if law := _LAW.fullmatch(end):
        return f"the law {law[1]}", None
    for kind, read in (("a number", float), ("a duration", seconds), ("a rate", per_second)):
        try:
            size = read(end)
        except ValueError:
            continue
        if math.isfinite(size):
            return kind, size
    return "a word", None
