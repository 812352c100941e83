"""The schemas of durations, rates, laws and other texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sim.choices.language import shelf as choices
from sim.choices.patterns import choice_pattern
from sim.laws.durations import UNITS, WORDS
from sim.laws.language import shelf as laws
from sim.laws.patterns import DURATION, POSITIVE, SIZE, WAIT, law_pattern
from sim.scenario.click_rate import LAWS as RATE_LAWS
from sim.scenario.values import NEITHER
from sim.scenario.vectors import KINDS

_UNITS = "|".join([*(f"{word}s?" for word in WORDS), *UNITS, DURATION])


def text_schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each kind of text, by ``format``."""
    at_midnight = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
    kinds = "|".join(kind.removeprefix(".") for kind in KINDS)
    return {
        "duration": _text(WAIT, "a duration such as 90s, 20m, 6h, 7d", ["20m"]),
        "interval": _text(DURATION, "a duration above 0s such as 90s, 20m, 6h, 7d", ["7d"]),
        "rate": _text(rf"{POSITIVE}\s*%?\s+per\s+(?:{_UNITS})", "a rate such as 4 per day or 1 per 20m", ["4 per day"]),
        "time_of_day": _text(at_midnight, 'a time of day in quotes such as "20:00"', ["20:00"], quoted=True),
        "law": _text(law_pattern(), "a law such as lognormal(median=20s, p95=5m), or a duration", _delays(), True),
        "value": _text(
            law_pattern(plain=True, without={*NEITHER} - {"by_utility"}),
            "a law of plain numbers such as lognormal(mean=40, sigma=1)",
            ["lognormal(mean=40, sigma=1)", "by_utility(effect=0.5, law=lognormal(mean=40, sigma=1))"],
            quoted=True,
        ),
        "click_rates": _text(
            f"(?:{'|'.join(_numbers(name, [f.name for f in fields(law)]) for name, law in RATE_LAWS.items())})",
            "a number, beta(a, b) or uniform(low, high)",
            ["beta(4, 4)", "uniform(0.1, 0.3)"],
            quoted=True,
        ),
        "choice": _text(
            choice_pattern(),
            "a choice model such as cascade or position_based(examination=[1, 0.5])",
            [_example(model) for model in choices().values()],
            quoted=True,
        ),
        "driver": _text(
            r"(?:clicks|value|feature\s*\(\s*[0-9]{1,3}\s*\))", "clicks, value or feature(k)",
            ["clicks", "value", "feature(0)"],
        ),
        "file": _text(rf"[^./\\\s][^/\\]*\.(?:{kinds})", f"the name of a file that ends in {' or '.join(KINDS)}", []),
    }  # fmt: skip


def _text(pattern: str, meant: str, examples: Iterable[str], quoted: bool = False) -> dict[str, Any]:
    """Return the schema of a text.

    Quoted examples can stand inside ``{...}`` too.
    """
    schema = {"type": "string", "pattern": rf"^\s*(?:{pattern})\s*$", "patternErrorMessage": f"Expected {meant}."}
    if quoted:
        return schema | {"defaultSnippets": [{"label": one, "body": f'"{one}"'} for one in examples]}
    return schema | {"examples": [*examples]} if examples else schema


def _delays() -> list[str]:
    return [_example(law) for law in laws().values()]


def _example(part: type[Any]) -> str:
    """Return the first example in a docstring."""
    found = re.search(r"``(.+?)``", part.__doc__ or "")
    return found[1] if found else part.name


def _numbers(name: str, keys: list[str]) -> str:
    """Return the pattern of a law of two numbers."""
    one, two = keys
    in_order = rf"(?:{one}\s*=\s*)?{SIZE}\s*,\s*(?:{two}\s*=\s*)?{SIZE}"
    swapped = rf"{two}\s*=\s*{SIZE}\s*,\s*{one}\s*=\s*{SIZE}"
    return rf"{name}\s*\(\s*(?:{in_order}|{swapped})\s*,?\s*\)"
