"""Plain data as the text of a scenario file."""

from __future__ import annotations

from typing import Any

import yaml

from sim.scenario.source import plain_word

# the same text in a quarter of the time, where it is compiled
_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):  # type: ignore[misc]
    """Quotes what `sim.scenario.source` would not read as text; YAML 1.1, which the library writes, has other rules."""


def _word(dumper: Any, word: str) -> yaml.Node:
    read_as_text = isinstance(plain_word(word), str)
    node: yaml.Node = dumper.represent_scalar("tag:yaml.org,2002:str", word, None if read_as_text else '"')
    return node


_Dumper.add_representer(str, _word)


def as_yaml(data: dict[str, Any]) -> str:
    """Return the text of a file that says the same; absent keys are left out."""
    return yaml.dump(_told(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _told(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _told(value) for key, value in data.items() if value is not None}
    return [_told(value) for value in data] if isinstance(data, list) else data
