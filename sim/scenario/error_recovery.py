"""Error recovery: data without their wrong keys.

The rules between the other keys can then be checked too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sim.scenario.errors import Path
from sim.scenario.safety import copied

# a minimal scenario
_STAND_IN: dict[Path, Any] = {
    ("name",): "x",
    ("horizon",): "1d",
    ("users",): {},
    ("users", "count"): 1,
    ("users", "visits"): {"every": "1h"},
    ("items",): {"count": 1, "click_rate": 0.5},
    ("slate",): {},
    ("slate", "size"): 1,
    ("feedback",): {},
    ("feedback", "click"): {"delay": "0s"},
}


def repaired(data: dict[str, Any], wrong: Iterable[Path]) -> dict[str, Any]:
    """Return a copy of data without wrong keys.

    A required key that is missing gets a harmless value.

    Args:
        data: plain data.
        wrong: paths of wrong and of missing keys.
    """
    whole: dict[str, Any] = copied(data)
    for path in wrong:
        inside = next((n for n, part in enumerate(path) if isinstance(part, int)), len(path))
        _drop(whole, _optional(path[:inside]))
    for path, value in _STAND_IN.items():
        block = _at(whole, path[:-1])
        if isinstance(block, dict):
            block.setdefault(path[-1], copied(value))
    return whole


def _optional(path: Path) -> Path:
    """Return the path to leave out for a wrong key.

    It is the path itself, or the optional block above it where the key is required.
    """
    if "reversal" in path:
        return path[: path.index("reversal") + 1]
    if path[:2] == ("feedback", "conversion"):
        return path[:2]
    if path[:2] in (("users", "groups"), ("users", "arrivals"), ("users", "leaving")):
        return path[:2]
    if path[:3] == ("users", "visits", "session"):
        return path[:3]
    return path[:2] if path[:2] == ("feedback", "click") and path[2:] == ("delay",) else path


def _drop(data: dict[str, Any], path: Path) -> None:
    block = _at(data, path[:-1])
    if isinstance(block, dict) and path:
        block.pop(path[-1], None)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data
