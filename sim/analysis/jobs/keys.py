"""What is said of an override of an unknown key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sim.analysis.jobs.command_line import KEYS, typed
from sim.errors import unknown_key
from sim.scenario.errors import keys_at
from sim.scenario.not_modelled import not_modelled
from sim.scenario.schema import World


def explain_key(key: str, block: Mapping[Any, Any] | None = None, asked: str = "") -> str:
    """Return the message for an override of an unknown key.

    Args:
        key: dotted, as it was typed or up to the part that is unknown; ``[0]`` is an entry of a list.
        block: the keys and values of the block that has no such key, None if they are not known.
        asked: the whole key as it was typed, if ``key`` is not.

    >>> explain_key("learner@learner.base")
    'learner.base: the learner chosen is not made of another one'
    >>> explain_key("learner.alfa", {"_target_": "agents.LinUCB", "alpha": 1.0})
    'learner.alfa: unknown key of LinUCB, did you mean learner.alpha; allowed are alpha'
    >>> explain_key("users", asked="users.count").partition(";")[0]
    'users: unknown key, did you mean scenario.users.count'
    """
    if "@" in key:
        (part,) = typed([key])
        return f"{part}: the {part.partition('.')[0]} chosen is not made of another one"
    at = re.sub(r"\[(\d+)\]", r".\1", key)
    *above, last = at.split(".")
    if not above:
        return unknown_key(at, KEYS, meant=f"scenario.{asked or key}" if at in keys_at((), World) else "")
    if above[0] != "scenario":
        block = block or {}
        target = str(block.get("_target_") or "").rpartition(".")[2]
        return unknown_key(at, [str(k) for k in block if not str(k).startswith("_")], target)
    known = keys_at(tuple(int(p) if p.isdecimal() else p for p in above[1:]), World)
    if last in known:
        return f"{at}: the block {'.'.join(above)} is absent in this scenario; write it in the file"
    if wish := not_modelled(last):
        return f"{at}: {wish}; allowed here are {', '.join(known)}"
    return unknown_key(at, known)
