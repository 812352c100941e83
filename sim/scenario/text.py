"""Plain data as the text of a scenario file."""

from __future__ import annotations

from typing import Any

import yaml

from sim.scenario.source import plain_word


class _Dumper(yaml.SafeDumper):
    """Quotes what `sim.scenario.source` would not read as text; YAML 1.1, which the library writes, has other rules."""


def _word(dumper: yaml.SafeDumper, word: str) -> yaml.Node:
    read_as_text = isinstance(plain_word(word), str)
    return dumper.represent_scalar("tag:yaml.org,2002:str", word, None if read_as_text else '"')


_Dumper.add_representer(str, _word)


def as_yaml(data: dict[str, Any]) -> str:
    """Return the text of a file that says the same; absent keys are left out."""
    return yaml.dump(_told(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _told(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _told(value) for key, value in data.items() if value is not None}
    return [_told(value) for value in data] if isinstance(data, list) else data
