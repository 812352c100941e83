"""Changes of plain data by dotted key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.scenario.errors import Path, ScenarioError


def override(data: dict[str, Any], overrides: Mapping[str, Any]) -> list[Path]:
    """Change data in place.

    Args:
        data: nested dicts and lists.
        overrides: values by dotted key; a number is the index of a list entry, from 0, as in ``users.shifts.0.size``.
            Missing blocks are added.

    Returns:
        The paths that were changed.

    Raises:
        ScenarioError: the path goes through a value that is not a block.

    >>> override(data := {"users": {"count": 3}}, {"users.count": 5, "slate.size": 1}), data
    ([('users', 'count'), ('slate', 'size')], {'users': {'count': 5}, 'slate': {'size': 1}})
    """
    changed: list[Path] = []
    for dotted, value in overrides.items():
        path: Path = ()
        here: Any = data
        *above, last = str(dotted).split(".")
        for part in above:
            place = _place(here, part, dotted)
            if isinstance(here, dict) and here.get(part) is None:
                here[part] = {}
            here, path = here[place], (*path, place)
        place = _place(here, last, dotted)
        here[place] = value
        changed.append((*path, place))
    return changed


def _place(here: Any, part: str, dotted: str) -> str | int:
    if isinstance(here, dict):
        return part
    if not isinstance(here, list):
        raise ScenarioError([f"{dotted}: there is no {part!r} to change, what is above it is a value"])
    if not part.isdecimal() or int(part) >= len(here):
        raise ScenarioError([f"{dotted}: {part!r} is not an entry of the list; allowed are 0 to {len(here) - 1}"])
    return int(part)
