"""Read untrusted files as bounded plain data.

Their text has no control characters.

Run folders are mailed, downloaded from a tracking server, and put on shared disks. Reading them never runs code, takes
bounded time and memory, and ends in a message if the content is not that of a run folder.
"""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import yaml

from sim.errors import LabError, harmless

MOST_BYTES = 16 << 20
MOST_VALUES = 200_000
DEEPEST = 64
MOST_NUMBER = 1 << 63
_BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, ten times as fast, if libyaml is there
_SIXTIES = re.compile(rb"(?<![\d_:])(?:[\d_]++:){16}")  # 1:30:00 is a number to base 60; many parts take very long
_OPENS = re.compile(rb"[\[{:?-]")
_NAME = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9_\-.]{0,127}")


class _Loader(_BASE):  # type: ignore[misc]
    """YAML loader without merge keys.

    Nested merges with ``<<`` could grow without bound.
    """

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value):
            raise ValueError("a key <<")
        super().flatten_mapping(node)


def plain_name(name: object) -> bool:
    """Say whether a name is one visible path component.

    >>> [plain_name(name) for name in ("3f9c2a71b0de", "../3f9c", "/etc", "..", ".x", None)]
    [True, False, False, False, False, False]
    """
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def content(file: Path, most: int = MOST_BYTES) -> bytes:
    """Return the content of a bounded, regular file.

    So it neither waits (a pipe) nor reads forever (``/dev/zero``).
    """
    if not stat.S_ISREG(file.stat().st_mode):
        raise LabError(f"{file}: is no regular file")
    with file.open("rb") as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise LabError(f"{file}: is larger than {most >> 20} MB")
    return data


def mapping(file: Path) -> dict[str, Any]:
    """Return the mapping in a YAML or JSON file."""
    try:
        data = content(file)
        found = json.loads(data) if file.suffix == ".json" else _yaml(data)
        cleaned = _Cleaner().clean(found, 0)
    except OSError as error:
        raise LabError(f"{file}: cannot be read: {error.strerror}") from error
    except LabError:
        raise
    except (ValueError, yaml.YAMLError, RecursionError, TypeError) as error:
        raise LabError(harmless(f"{file}: not plain data ({' '.join(str(error).split())[:200]})")) from error
    if not isinstance(cleaned, dict):
        raise LabError(f"{file}: holds no keys")
    return cleaned


def _yaml(data: bytes) -> Any:
    if _SIXTIES.search(data):
        raise ValueError("a number of many parts")
    if len(_OPENS.findall(data)) > 1000:  # the compiled loader would exhaust the stack at some thousand levels
        depth = 0
        for event in yaml.parse(data, _BASE):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise ValueError(f"more than {DEEPEST} levels")
    return yaml.load(data, Loader=_Loader)


class _Cleaner:
    """Copies data without control characters in text.

    Aliases count as often as they occur.
    """

    def __init__(self) -> None:
        self.left = MOST_VALUES

    def clean(self, value: Any, depth: int) -> Any:
        self.left -= 1
        if self.left < 0 or depth > DEEPEST:
            raise ValueError(f"more than {DEEPEST} levels or {MOST_VALUES} values")
        if isinstance(value, str):
            return harmless(value)
        if isinstance(value, dict):
            return {harmless(str(key)): self.clean(inner, depth + 1) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.clean(inner, depth + 1) for inner in value]
        if isinstance(value, int) and abs(value) > MOST_NUMBER:
            raise ValueError(f"a number of {value.bit_length()} bits")
        if value is None or isinstance(value, (bool, int, float)):
            return value
        return harmless(str(value))  # a date, in YAML
