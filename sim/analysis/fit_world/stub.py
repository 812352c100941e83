"""A fitted world as the text of a scenario file.

What is not a key is a comment, so that all of it can be pasted into a file.
"""

from __future__ import annotations

import re
from textwrap import wrap
from typing import Any

import numpy as np

from sim.analysis.fit_world.found import Estimate, Unknown
from sim.analysis.fit_world.seasonality import WEEKLY
from sim.analysis.fit_world.world import PREFERENCES, Fitted
from sim.laws.durations import text
from sim.scenario.text import as_yaml

_WIDTH = 80
_ORDER = (
    *(f"users.{key}" for key in ("count", "visits.rate", "visits.every", "visits.daily_peak", "visits.daily_swing")),
    "users.visits.weekly",
    *(f"users.visits.session.{key}" for key in ("stay", "gap")),
    *(f"users.preferences.{key}" for key in ("dim", "spread")),
    *(f"items.{key}" for key in ("count", "lifetime", "click_rate", "popularity")),
    *("slate.size", "slate.choice"),
    *(f"feedback.{key}" for key in ("click.delay", "click.window", "conversion.rate", "conversion.delay")),
)
_CONVERSION = "feedback.conversion."
_NEEDED = {"items.click_rate": "0.05", "feedback.click.delay": "constant(0s)"}
_OWN = (  # what no log says, and ranges to begin with
    "--range 'users.trend.spread=0..1'",
    "--range 'users.drift.spread=0..1'",
    "--range 'platform.push=constant(0s)..constant(1d)'",
)


def stub(fitted: Fitted, name: str, notes: list[str], window: float = np.inf) -> str:
    """Return a scenario with intervals, and what is not known.

    Args:
        fitted: the world.
        name: of the file.
        notes: remarks about it, full sentences.
        window: seconds after which no click is ever recorded; inf: no limit.
    """
    lines = _commented(f"{_counts(fitted)} In brackets: 95 % intervals.", *notes, *fitted.found.notes)
    lines += _yaml({"name": _plain(name), "description": f"Fitted to {_plain(name)} by delaylab fit --world."})
    lines.append(f"horizon: {text(np.ceil(fitted.days * 24.0) * 3600.0)}")
    lines += _block(_tree(fitted, window), 0)
    lines += ["", *_commented("Not identified by this log:"), *_listed(fitted.found.unknown)]
    return "\n".join([*lines, "", *_ranges(fitted)]) + "\n"


def range_options(fitted: Fitted) -> list[str]:
    """Return the intervals as options of ``delaylab sensitivity``.

    Factors of days have none: their mean counts for nothing, so that both ends are nearly the same world. Nor have
    conversions: the scenario learns from clicks.
    """
    told = [one for one in fitted.found.estimates if one.key != WEEKLY and not one.key.startswith(_CONVERSION)]
    found = [(one.key, one.ends) for one in told]
    return [f"--range '{key}={ends[0]}..{ends[1]}'" for key, ends in found if ends and ends[0] != ends[1]]


def _counts(fitted: Fitted) -> str:
    return (
        f"Impressions: {fitted.impressions:,}, requests: {fitted.requests:,}, users: {fitted.users:,}, items:"
        f" {fitted.items:,}, clicks: {fitted.clicks:,}, days: {fitted.days:.3g}."
    )


def _tree(fitted: Fitted, window: float) -> dict[str, Any]:
    """Return estimates nested by key."""
    found: dict[str, Any] = {**_NEEDED, **{one.key: one for one in fitted.found.estimates}}
    if np.isfinite(window):
        found["feedback.click.window"] = text(window)
    if "feedback.conversion.delay" in found:
        found.setdefault("feedback.conversion.rate", "0.1")  # a scenario must have it
    tree: dict[str, Any] = {}
    for key, value in sorted(found.items(), key=lambda one: _ORDER.index(one[0])):
        *above, last = key.split(".")
        here = tree
        for part in above:
            here = here.setdefault(part, {})
        here[last] = value
    return tree


def _block(tree: dict[str, Any], depth: int) -> list[str]:
    lines = []
    for key, value in tree.items():
        if isinstance(value, dict):
            lines += [f"{'  ' * depth}{key}:", *_block(value, depth + 1)]
        elif isinstance(value, Estimate):
            lines += _line(key, value.text, _remark(value), depth)
        else:
            lines += _line(key, value, "not identified: yours to state" if key != "window" else "as given", depth)
    return lines


def _line(key: str, value: str, remark: str, depth: int) -> list[str]:
    indent = "  " * depth
    (line,) = _yaml({key: _typed(value)})
    if not remark:
        return [indent + line]
    if len(indent + line) + len(remark) + 4 <= _WIDTH:
        return [f"{indent}{line}  # {remark}"]
    above = wrap(remark, _WIDTH - len(indent) - 2, break_long_words=False)
    return [*(f"{indent}# {part}" for part in above), indent + line]


def _remark(one: Estimate) -> str:
    if one.ends is None or isinstance(one.value, str):
        return one.note
    if isinstance(one.value, np.ndarray):
        ends = (end[end.index("[") :].rstrip(")") for end in one.ends)
        return f"{' to '.join(ends)}: {one.note}"
    return f"[{one.ends[0]}, {one.ends[1]}]{f' {one.note}' if one.note else ''}"


def _typed(value: str) -> Any:
    """Return a number that is text as a number."""
    if re.fullmatch(r"\d+", value):
        return int(value)
    return float(value) if re.fullmatch(r"\d*\.?\d+(e-?\d+)?", value) else value


def _yaml(data: dict[str, Any]) -> list[str]:
    lines = []
    for key, value in data.items():
        lines += [
            f"{key}: {value}"
            if isinstance(value, str) and value.startswith("[")
            else f'{key}: "{value}"'
            if isinstance(value, str) and re.search(r"[(:,]", value)
            else as_yaml({key: value}).strip()
        ]
    return lines


def _plain(name: str) -> str:
    """Return a name that a scenario may have."""
    return re.sub(r"[^A-Za-z0-9_. -]", "_", name).lstrip("_. -")[:60] or "log"


def _listed(unknown: tuple[Unknown, ...]) -> list[str]:
    lines = []
    for one in unknown:
        first, *rest = wrap(f"{one.key}: {one.why}", _WIDTH - 4, break_long_words=False, break_on_hyphens=False)
        lines += [f"# - {first}", *(f"#   {part}" for part in rest)]
    return lines


def _ranges(fitted: Fitted) -> list[str]:
    lines = _commented("For delaylab sensitivity, the intervals:")
    lines += [f"#   {option}" for option in range_options(fitted)]
    tastes = " (--preferences-spread 0.5 writes the tastes that must be there)"
    given = fitted.found.get(PREFERENCES) is not None
    lines += _commented(f"and for what no log says ranges of your own, such as these{'' if given else tastes}:")
    return [*lines, *(f"#   {option}" for option in _OWN)]


def _commented(*sentences: str) -> list[str]:
    lines = (wrap(one, _WIDTH - 2, break_long_words=False, break_on_hyphens=False) for one in sentences)
    return [f"# {line}" for some in lines for line in some]
