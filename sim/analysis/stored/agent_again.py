"""An agent built again from its stored description."""

from __future__ import annotations

import inspect
import re
from contextlib import suppress
from typing import Any

from agents import Agent
from agents.describe import class_name, describe
from agents.shelves import METHODS, shelf
from sim.analysis.stored.agent_classes import located
from sim.errors import LabError

_FORMER = re.compile(r"^agents\.(learners|corrections|cadences)\.\w+")  # class names in runs of older versions


def agent_again(told: Any, trust: bool = False) -> Agent:
    """Return the agent that a stored run describes.

    Args:
        told: the description, see `agents.describe`; a stranger may have written it.
        trust: whether classes that are not ours are imported, which runs their code.

    Raises:
        LabError: it describes no agent, or one with classes that are not trusted.
    """
    if not isinstance(told, dict):
        raise LabError("config.yaml: agent: is missing")
    parts: dict[str, Any] = {part: _part_again(part, told.get(part), trust) for part in METHODS}
    try:
        return Agent(**parts, ship=told.get("ship"))
    except (TypeError, ValueError) as error:
        raise LabError(f"config.yaml: agent: {error}") from error


def _part_again(part: str, told: Any, trust: bool) -> Any:
    where = f"config.yaml: agent.{part}"
    if not isinstance(told, dict) or not isinstance(told.get("class"), str):
        raise LabError(f"{where}: names no class")
    told = told | {"class": _FORMER.sub("agents", told["class"])}
    kind: Any = known(part).get(told["class"])
    if kind is None:
        if not trust:
            raise LabError(f"{where}: {told['class']!r} is no class of ours; --trust imports it, which runs its code")
        kind = located(told["class"], where)
    parameters: set[str] = set()
    with suppress(TypeError, ValueError):
        parameters = set(inspect.signature(kind).parameters)
    values = {key: value for key, value in told.items() if key in parameters and key != "class"}
    for key, value in values.items():
        if isinstance(value, dict) and "class" in value:  # a learner within
            values[key] = _part_again("learner", value, trust)
    try:
        built = kind(**values)
    except Exception as error:  # any error of a constructor is about its arguments
        raise LabError(f"{where}: {' '.join(str(error).split()) or type(error).__name__}") from error
    if describe(built) != told:
        raise LabError(f"{where}: {told['class']!r} cannot be built again from what is stored of it")
    return built


def known(part: str) -> dict[str, type]:
    """Return our classes for a part, by stored name.

    >>> "agents.NoCorrection" in known("correction")
    True
    """
    return {class_name(kind): kind for kind in shelf(part).values()}
