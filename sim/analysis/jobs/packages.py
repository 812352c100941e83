"""The packages that agents need on another machine."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents import Agent


def packages_of(agents: Iterable[Agent]) -> list[str]:
    """Return the packages and files of us and the agents.

    Packages installed in site-packages are left out: every machine must have them.

    Args:
        agents: those that are to run there.
    """
    parts = [part for agent in agents for part in (agent.learner, agent.correction, agent.cadence)]
    names = {"sim": None, "agents": None} | {type(p).__module__.partition(".")[0]: None for p in parts}
    installed = [Path(sysconfig.get_path(kind)).resolve() for kind in ("purelib", "platlib", "stdlib")]
    found = {name: _place(name) for name in names}
    return [
        str(place)
        for name, place in found.items()
        if place is not None and (name in ("sim", "agents") or not any(place.is_relative_to(i) for i in installed))
    ]


def _place(name: str) -> Path | None:
    file = getattr(sys.modules.get(name), "__file__", None)
    if file is None:
        return None
    path = Path(file).resolve()
    return path.parent if path.name == "__init__.py" else path
