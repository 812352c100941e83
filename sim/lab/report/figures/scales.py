"""The levels of a setting, sorted by size."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sim.analysis.settings import PUSH, magnitude, two_words
from sim.lab.report.figures.model import Axis

_IN_WORDS = {
    "scenario.users.trend.spread": "how fast tastes change",
    "scenario.users.drift.spread": "how fast each user's taste changes",
    "scenario.feedback.click.delay": "how late clicks come",
    "scenario.feedback.conversion.delay": "how late conversions come",
    PUSH: "push takes",
    "scenario.users.count": "users",
    "scenario.slate.size": "items in a slate",
}


def scale(values: Iterable[str], key: str) -> Axis:
    """Return the levels of a setting, sorted by size.

    Durations and numbers are compared, also those inside of a law: ``exponential(mean=5m)`` is below ``…=1h)``.
    """
    levels = set(values)
    heads = {law[1] if (law := re.fullmatch(r"(\w+\(\w+=)[^,()]+\)", one)) else "" for one in levels}
    head = heads.pop() if len(heads) == 1 else ""
    short = {level: level[len(head) : -1] if head else level for level in levels}
    order = sorted(levels, key=lambda level: (magnitude(short[level]), level))
    name = _IN_WORDS.get(key, two_words(key)) + (f", {head}…)" if head else "")
    return Axis(key, name, tuple(order), tuple(short[level] for level in order))
