"""Asking an agent's code.

Its errors are named, its forks ended.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from typing import Any

from sim.pipeline.agent_error import failed


def end_if_forked(home: int, who: str) -> None:
    """End this process if an agent's code forked it.

    It is then not the one that began, and came back from the agent's code.

    Two processes would go on with the same run and write the same files.

    Args:
        home: the process that began.
        who: which part came back.
    """
    if os.getpid() != home:
        line = f"{who}: a process that it forked came back from its code and was ended; os._exit ends one in time\n"
        os.write(sys.stderr.fileno(), line.encode(errors="backslashreplace"))
        os._exit(1)


def asked(who: str, ask: Callable[..., Any], *about: Any) -> Any:
    """Return an agent's answer.

    An error says with ``who`` who failed to do what, and when.
    """
    try:
        return ask(*about)
    except BaseException as error:
        raise failed(who, error) from error


def takes(method: Callable[..., Any] | None, *about: str) -> bool:
    """Return whether a method can be called with things.

    They are given in turn. The last parameter, where it has a default, must have the name of the thing.

    >>> takes(lambda rows: 0, "rows"), takes(lambda rows, fast=False: 0, "rows", "items")
    (True, False)
    """
    if not callable(method):
        return False
    signature = inspect.signature(method, follow_wrapped=False)
    try:
        bound = signature.bind(*about)
    except TypeError:
        return False
    last = signature.parameters[list(bound.arguments)[-1]]
    return last.default is last.empty or last.name == about[-1]
