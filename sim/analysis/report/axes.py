"""A setting's levels as an axis of a map."""

from __future__ import annotations

from collections.abc import Iterable

from sim.analysis.report.model import Axis
from sim.analysis.settings import PUSH, levels, two_words

_IN_WORDS = {
    "scenario.users.trend.spread": "how fast tastes change",  # within a half-life, equal in all rows
    "scenario.users.trend.half_life": "how long tastes keep",
    "scenario.users.drift.spread": "how far each user's taste drifts",
    "scenario.feedback.click.delay": "how late clicks come",
    "scenario.feedback.conversion.delay": "how late conversions come",
    PUSH: "push takes",
    "scenario.users.count": "users",
    "scenario.slate.size": "items in a slate",
}


def scale(values: Iterable[str], key: str) -> Axis:
    """Return the levels of a setting, sorted by size."""
    head, short = levels(values)
    name = _IN_WORDS.get(key, two_words(key)) + (f", {head}…)" if head else "")
    return Axis(key, name, tuple(short), tuple(short.values()))
