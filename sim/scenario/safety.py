"""Checks for code, interpolation and too deep data.

A scenario passes through Hydra and OmegaConf, which would instantiate a ``_target_``, resolve a ``${...}`` and read
``???`` as a missing value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.scenario.errors import Path

DEEPEST = 32
NOT_A_KEY = "this key is not allowed in a scenario; a scenario is data only, never code"
_REFUSED = {"hydra", "<<"}


def refused_key(key: str) -> bool:
    """Return whether a key has a meaning for config tools."""
    return key.startswith("_") or key in _REFUSED or "${" in key


def refused_word(word: str) -> str | None:
    """Return why a text is not allowed, or None."""
    if "${" in word:
        return "interpolation ${...} is not allowed; write the value out"
    return "??? is not a value; write the value out" if word == "???" else None


def copied(value: Any, depth: int = 0) -> Any:
    """Return a copy of plain data with Python numbers.

    Plain data are dicts, lists and values; numbers and arrays of numpy are converted.

    Raises:
        RecursionError: the data are deeper than any scenario.
    """
    if depth > DEEPEST:
        raise RecursionError(f"more than {DEEPEST} levels")
    if isinstance(value, Mapping):
        return {key: copied(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, (np.ndarray, np.generic)):
        return copied(value.tolist(), depth + 1)
    return [copied(inner, depth + 1) for inner in value] if isinstance(value, (list, tuple)) else value


def unsafe(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield path and reason of everything that is not allowed."""
    if isinstance(value, str) and (why := refused_word(value)):
        yield path, why
    elif isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(key, str) and refused_key(key):
                yield (*path, key), NOT_A_KEY
            else:
                yield from unsafe(inner, (*path, key))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from unsafe(inner, (*path, n))
