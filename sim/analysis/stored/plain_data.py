"""Plain data in text that a stranger wrote, bounded.

Reading it never runs code and takes bounded time and memory. Text in it has no control characters.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from sim.errors import harmless

NOT_PLAIN = (ValueError, yaml.YAMLError, RecursionError, TypeError)
MOST_NUMBER = 1 << 63
_MOST_VALUES = 200_000
_DEEPEST = 64
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast, if libyaml is there
_SIXTIES = re.compile(rb"(?<![\d_:])(?:[\d_]++:){16}")  # 1:30:00 is a number to base 60; many parts take very long
_NAME = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9_\-.]{0,127}")
_OPENS = re.compile(rb"[\[{:?-]")


def plain_data(text: bytes, json_text: bool = False) -> Any:
    """Return the data in YAML or JSON.

    Args:
        text: of bounded length.
        json_text: whether it is JSON.

    Raises:
        ValueError, yaml.YAMLError, RecursionError, TypeError: it is no plain data, or too large or deep.

    >>> plain_data(b"seed: 1"), plain_data(b"[1, 2]", json_text=True)
    ({'seed': 1}, [1, 2])
    """
    return _Cleaner().clean(json.loads(text) if json_text else _yaml(text), 0)


class _Loader(_BASE):  # type: ignore[misc]
    """YAML loader without merge keys: nested ones have no bound."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value):
            raise ValueError("a key <<")
        super().flatten_mapping(node)


def _yaml(data: bytes) -> Any:
    if _SIXTIES.search(data):
        raise ValueError("a number of many parts")
    if len(_OPENS.findall(data)) > 1000:  # the compiled loader would exhaust the stack at some thousand levels
        depth = 0
        for event in yaml.parse(data, _BASE):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise ValueError(f"more than {_DEEPEST} levels")
    return yaml.load(data, Loader=_Loader)


class _Cleaner:
    """Copies data; aliases count as often as they occur."""

    def __init__(self) -> None:
        self.left = _MOST_VALUES

    def clean(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0 or depth > _DEEPEST:
            raise ValueError(f"more than {_DEEPEST} levels or {_MOST_VALUES} values")
        if isinstance(value, dict):
            return {harmless(str(key)): self.clean(inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.clean(inner, depth + 1) for inner in value]
        if isinstance(value, int) and abs(value) > MOST_NUMBER:
            raise ValueError(f"a number of {value.bit_length()} bits")
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return harmless(str(value))  # text, or a date in YAML


def plain_name(name: object) -> bool:
    """Say whether a name is one visible path component.

    Args:
        name: of a file or folder, as somebody gave it.

    >>> [plain_name(name) for name in ("3f9c2a71b0de", "../3f9c", "/etc", "..", ".x", None)]
    [True, False, False, False, False, False]
    """
    return isinstance(name, str) and _NAME.fullmatch(name) is not None
