"""Agents: learner x correction x cadence.

The parts are the classes that the files of ``learners``, ``corrections`` and ``cadences`` define. They import the
ports (`sim.ports`) and never the world.
"""

from typing import TYPE_CHECKING, Any

from agents.agent import Agent
from agents.saving import load, save
from agents.shelves import parts

if TYPE_CHECKING:  # a checker cannot walk folders; for precise types import a part from its own file

    def __getattr__(name: str) -> Any: ...


_PARTS = parts()
__all__ = ["Agent", "load", "save", *_PARTS]  # noqa: PLE0604
globals().update(_PARTS)
