"""The levels of a setting as figures and maps have them: by size, and without what all of them share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sim.analysis.paired.contenders import Contender
from sim.analysis.settings import PUSH, display_value, two_words
from sim.lab.report.units import magnitude

_IN_WORDS = {
    "scenario.users.trend.spread": "how fast tastes change",
    "scenario.users.drift.spread": "how fast each user's taste changes",
    "scenario.feedback.click.delay": "how late clicks come",
    "scenario.feedback.conversion.delay": "how late conversions come",
    PUSH: "push takes",
    "scenario.users.count": "users",
    "scenario.slate.size": "items in a slate",
}


@dataclass(frozen=True)
class Scale:
    """The levels of a key.

    Attributes:
        key: dotted.
        levels: as people write them, by size.
        common: what all of them begin and end with; it goes into the name.
    """

    key: str
    levels: tuple[str, ...]
    common: tuple[str, str] = ("", "")

    @property
    def name(self) -> str:
        """Return the key in words, and the law if all levels share one: ``…, exponential(mean=…)``."""
        law = f", {self.common[0]}…{self.common[1]}" if any(self.common) else ""
        return in_words(self.key) + law

    def short(self, level: str) -> str:
        """Return a level without what all share."""
        return level[len(self.common[0]) : len(level) - len(self.common[1])]


def in_words(key: str) -> str:
    """Return what a key sets in plain words, or the last two parts of its name."""
    return _IN_WORDS.get(key, two_words(key))


def scale(found: Iterable[Contender], key: str) -> Scale:
    """Return the levels of a key, durations and numbers by size, also those inside of a law."""
    levels = list(dict.fromkeys(display_value(one.settings, key) for one in found))
    heads = {law[1] if (law := re.fullmatch(r"(\w+\(\w+=)[^,()]+\)", one)) else "" for one in levels}
    head = heads.pop() if len(heads) == 1 else ""
    made = Scale(key, tuple(levels), (head, ")" if head else ""))
    return Scale(key, tuple(sorted(levels, key=lambda one: magnitude(made.short(one)))), made.common)
