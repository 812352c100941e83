"""Plain data as the text of a scenario file."""

from __future__ import annotations

from typing import Any

import yaml

from sim.scenario.source import plain_word

# the dumper in C writes the same text in a quarter of the time
_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):  # type: ignore[misc]
    """A dumper that quotes by the rules of `sim.scenario.source`.

    The library writes YAML 1.1, which has other rules.
    """


def _word(dumper: Any, word: str) -> yaml.Node:
    read_as_text = isinstance(plain_word(word), str)
    node: yaml.Node = dumper.represent_scalar("tag:yaml.org,2002:str", word, None if read_as_text else '"')
    return node


_Dumper.add_representer(str, _word)


def as_yaml(data: dict[str, Any]) -> str:
    """Return data as YAML text, without absent keys."""
    return yaml.dump(_present(data), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _present(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _present(value) for key, value in data.items() if value is not None}
    return [_present(value) for value in data] if isinstance(data, list) else data
