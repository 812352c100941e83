"""Laws without quotes, which YAML splits inside ``{...}``.

YAML ends a word inside ``{...}`` at its first comma: ``{delay: lognormal(median=20s, p95=5m), window: 30m}`` gives
``delay: lognormal(median=20s`` and a key ``p95=5m)``. The pieces are joined again, and one message explains it.
"""

from __future__ import annotations

from typing import Any

from sim.scenario.errors import Path, Problem


def rejoin(data: dict[str, Any], path: Path = ()) -> tuple[dict[str, Any], list[Problem]]:
    """Return data with split laws joined, and the problems."""
    whole: dict[str, Any] = {}
    problems: list[Problem] = []
    cut: str | None = None
    for key, value in data.items():
        if cut is not None:
            whole[cut] += f", {key}" if value is None else f", {key}: {value}"
        elif isinstance(value, dict):
            whole[key], inner = rejoin(value, (*path, key))
            problems += inner
        else:
            whole[key] = value
            cut = key if _is_open(value) else None
        if cut is not None and not _is_open(whole[cut]):
            problems.append(((*path, cut), _message(data[cut], whole[cut]), False))
            cut = None
    # a bracket that never closes is an error of the law itself
    return (whole, problems) if cut is None else (data, [])


def _is_open(value: Any) -> bool:
    return isinstance(value, str) and value.count("(") > value.count(")")


def _message(start: str, law: str) -> str:
    return f'{start!r} ends at a comma inside {{...}}: put the whole law in quotes, "{law}"'
