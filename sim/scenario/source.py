"""A reader of untrusted YAML: data only, with limits.

It keeps line and column of every key. Plain words follow the YAML 1.2 core rules (``on`` is text, ``1e3`` a number,
``12:30`` text). Errors: tags, anchors and aliases, merge keys, duplicates, interpolation, directives for a config tool,
keys that start with an underscore, and data that are too large or too deep.
"""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Any

import yaml

from sim.scenario.errors import Path, ScenarioError
from sim.scenario.safety import DEEPEST, NOT_A_KEY, refused_key, refused_word

MOST_BYTES = 1 << 20
MOST_NODES = 20_000
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LONGEST_NUMBER = 64  # characters
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C where the library has it
_GLUED = re.compile(r"\s*([A-Za-z_]\w*):[^\s/]")  # a key and its value without a space; not a URL
_DIRECTIVE = re.compile(r"^\s*#\s*@\w+", re.MULTILINE)


class Source:
    """A file as plain data, with the positions of keys.

    Args:
        text: the content of the file.
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
        if (bad := yaml.reader.Reader.NON_PRINTABLE.search(text)) is not None:
            line, start = text.count("\n", 0, bad.start()) + 1, text.rfind("\n", 0, bad.start())
            self._say((line, bad.start() - start), "the file", f"the character {bad[0]!a} is not allowed")
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
            if not self._messages:
                self._scan(text)
            return None if self._messages else yaml.compose(text, _LOADER)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            at, why = _hint(text, at, error.problem or error.context or "")
            self._say(at, "the file", f"not YAML: {why}")
        except yaml.YAMLError as error:
            self._say((1, 1), "the file", f"not YAML: {' '.join(str(error).split())}")
        return None

    def _scan(self, text: str) -> None:
        """Check the flat events of the parser.

        This is done first: composing a hostile file could overflow the stack.
        """
        depth = nodes = documents = 0
        for event in yaml.parse(text, _LOADER):
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
            elif getattr(event, "version", None) or getattr(event, "tags", None):
                why = "a % directive is not allowed; a scenario is data only"
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
        if why := refused_word(node.value):
            self._say(at, ".".join(map(str, path)), why)
        return node.value if getattr(node, "style", None) in ("'", '"', "|", ">") else plain_word(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            at = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            key = key_node.value
            if not isinstance(key, str):
                self._say(at, ".".join(map(str, path)) or "the file", "a key must be a word")
                continue
            name = ".".join(map(str, (*path, key)))
            if refused_key(key):
                self._say(at, name, NOT_A_KEY)
            elif key in data:
                self._say(at, name, "the key is given twice")
            self.marks[(*path, key)] = at
            data[key] = self._walk(value_node, (*path, key))
        return data


def plain_word(word: str) -> Any:
    """Return the value of a word without quotes.

    It is null, a boolean, a number, or the text itself.

    >>> plain_word("1e3"), plain_word("on"), plain_word("20:00")
    (1000.0, 'on', '20:00')
    """
    if word in _WORDS:
        return _WORDS[word]
    if len(word) > _LONGEST_NUMBER:
        return word
    if _INT.fullmatch(word):
        return int(word)
    return float(word) if _FLOAT.fullmatch(word) else word


def _hint(text: str, at: tuple[int, int], problem: str) -> tuple[tuple[int, int], str]:
    """Return place and text of a YAML error.

    For common mistakes they are better than the parser's, which often reports a later line.
    """
    lines = (text.splitlines() or [""])[: at[0]]
    if lines[-1][at[1] - 1 : at[1]] == "\t":
        return at, "a tab; indent with spaces"
    content = [n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")]
    for n in reversed(content[-2:]):
        if (glued := _GLUED.match(lines[n])) is not None:
            return (n + 1, glued.start(1) + 1), f"a space is needed after the colon of {glued[1]}:"
    if re.search(r"\b[a-z_]+\(", lines[-1]):
        return at, f"{problem}; a law with a colon, or inside {{...}} with a comma or bracket, must stand in quotes"
    return at, problem


def read(path: FilePath) -> Source:
    """Return the content of a file, at most 1 MB.

    Raises:
        ScenarioError: it cannot be read, is too large, or is not plain data.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise ScenarioError([f"{path.name}:1:1: the file: larger than 1 MB"])
        return Source(content.decode("utf-8-sig"), path.name)
    except OSError as error:
        raise ScenarioError([f"{path}: the file: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ScenarioError([f"{path.name}:1:1: the file: not UTF-8 text"]) from None
