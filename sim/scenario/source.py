"""Reading YAML that a stranger may have written: data only, within limits, with the place of every key.

YAML 1.2 core rules for plain words (``on`` is text, ``1e3`` a number, ``12:30`` text). Refused: tags,
anchors and aliases, merge keys, duplicates, interpolation, directives for a config tool, keys that
start with an underscore, and whatever is too large or too deep.
"""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Any

import yaml

from sim.scenario.messages import Path, ScenarioError

MOST_BYTES = 1 << 20
DEEPEST = 32
MOST_NODES = 20_000
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DIRECTIVE = re.compile(r"^\s*#\s*@\w+", re.MULTILINE)
_REFUSED = {"hydra", "<<"}


class Source:
    """A file as plain data, with the line and column of every key.

    Args:
        text: the file's content.
        file: its name, for messages.

    Attributes:
        data: the content, nested dicts and lists.
        marks: line and column, from 1, by path.

    Raises:
        ScenarioError: not plain data.
    """

    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self.marks: dict[Path, tuple[int, int]] = {}
        self._messages: list[tuple[tuple[int, int], str]] = []
        if (directive := _DIRECTIVE.search(text)) is not None:
            line = text.count("\n", 0, directive.end()) + 1
            self._say(
                (line, 1),
                "the file",
                f"{directive[0].strip()!r} is a directive for a config tool; a scenario is data only",
            )
        root = self._parse(text)
        self.data: Any = self._walk(root, ()) if root is not None else None
        if not isinstance(self.data, dict) and not self._messages:
            self._say((1, 1), "the file", "expected keys and values such as name: my_scenario")
        if self._messages:
            raise ScenarioError(f"{file}:{at[0]}:{at[1]}: {text}" for at, text in sorted(self._messages))

    def _say(self, at: tuple[int, int], key: str, text: str) -> None:
        self._messages.append((at, f"{key}: {text}"))

    def _parse(self, text: str) -> yaml.Node | None:
        try:
            self._scan(text)
            return None if self._messages else yaml.compose(text, yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self._say(at, "the file", f"not YAML: {error.problem or error.context}{_quote_hint(text, at)}")
        except yaml.YAMLError as error:
            self._say((1, 1), "the file", f"not YAML: {' '.join(str(error).split())}")
        return None

    def _scan(self, text: str) -> None:
        """Walk the flat events first: composing a hostile file could exhaust the stack."""
        depth = nodes = documents = 0
        for event in yaml.parse(text, yaml.SafeLoader):
            mark = event.start_mark
            at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            nodes += isinstance(event, yaml.NodeEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            why = None
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                why = "anchors and aliases are not allowed; write the value out"
            elif tag := getattr(event, "tag", None):
                why = f"the tag {tag} is not allowed; a scenario is data only"
            elif depth > DEEPEST or nodes > MOST_NODES:
                why = f"more than {DEEPEST} levels or {MOST_NODES} values"
            elif documents > 1:
                why = "a second document; one file is one scenario"
            if why:
                self._say(at, "the file", why)
                return

    def _walk(self, node: yaml.Node, path: Path) -> Any:
        at = (node.start_mark.line + 1, node.start_mark.column + 1)
        self.marks.setdefault(path, at)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._walk(child, (*path, n)) for n, child in enumerate(node.value)]
        if "${" in node.value:
            self._say(at, ".".join(map(str, path)), "interpolation ${...} is not allowed; write the value out")
        return node.value if getattr(node, "style", None) in ("'", '"', "|", ">") else _plain(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            at = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            key = key_node.value
            if not isinstance(key, str):
                self._say(at, ".".join(map(str, path)) or "the file", "a key must be a word")
                continue
            name = ".".join(map(str, (*path, key)))
            if key.startswith("_") or key in _REFUSED or "${" in key:
                self._say(at, name, "this key is not allowed in a scenario; a scenario is data only, never code")
            elif key in data:
                self._say(at, name, "the key is given twice")
            self.marks[(*path, key)] = at
            data[key] = self._walk(value_node, (*path, key))
        return data


def _plain(word: str) -> Any:
    if word in _WORDS:
        return _WORDS[word]
    if _INT.fullmatch(word):
        return int(word)
    return float(word) if _FLOAT.fullmatch(word) else word


def _quote_hint(text: str, at: tuple[int, int]) -> str:
    lines = text.splitlines()
    line = lines[min(at[0], len(lines)) - 1] if lines else ""
    if "(" in line and ("{" in line or "[" in line):
        return "; a law that holds a comma, colon or bracket inside {...} must stand in quotes"
    return ""


def read(path: FilePath) -> Source:
    """Read a file.

    Raises:
        ScenarioError: it cannot be read, is too large, or is not plain data.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ScenarioError([f"{path.name}:1:1: the file: larger than 1 MB"])
        return Source(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise ScenarioError([f"{path}: the file: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ScenarioError([f"{path.name}:1:1: the file: not UTF-8 text"]) from None
