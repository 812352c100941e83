"""Checked scenarios from a name, a path or a dict."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, PrivateAttr, ValidationError

from sim.choices import Choice
from sim.laws import Law
from sim.laws.durations import text as duration_text
from sim.scenario.error_recovery import repaired
from sim.scenario.errors import (
    Marks,
    Problem,
    ScenarioError,
    blocks_in,
    is_named,
    key_of,
    kinds_of,
    problems_of,
    written,
)
from sim.scenario.json_schema import json_schema
from sim.scenario.library import find
from sim.scenario.no_effect import no_effect
from sim.scenario.overrides import override
from sim.scenario.rules import broken, warnings
from sim.scenario.safety import copied, unsafe
from sim.scenario.schema import World
from sim.scenario.source import read
from sim.scenario.text import as_yaml
from sim.scenario.unquoted_laws import rejoin
from sim.scenario.values import Value


class Scenario(World):
    """A checked, frozen scenario.

    Durations are in seconds, rates per second, and laws are objects. Use `Scenario.load` to create one.
    """

    _plain: dict[str, Any] = PrivateAttr(default_factory=dict)
    _folder: FilePath | None = PrivateAttr(default=None)

    @classmethod
    def load(
        cls, source: str | FilePath | Mapping[str, Any] | Scenario, overrides: Mapping[str, Any] | None = None
    ) -> Scenario:
        """Return a checked scenario.

        Args:
            source: the name of a shipped scenario, a path to a YAML file, or the content as a dict.
            overrides: values by dotted key, such as ``{"platform.push": "constant(1h)"}``; checked
                together with the rest.

        Raises:
            ScenarioError: the scenario is wrong; it lists all problems.
        """
        file, folder = None, None
        marks: Marks = {}
        if isinstance(source, Scenario):
            data, folder = source.plain(), source._folder
        elif isinstance(source, Mapping):
            data = _copied(source)
        else:
            path = find(source)
            content = read(path)
            data, marks, file, folder = content.data, content.marks, path.name, path.parent
        for place in override(data, _copied(overrides or {})):
            marks = {at: mark for at, mark in marks.items() if at[: len(place)] != place} | {place: None}
        return cls.check(data, file, folder, marks)

    @classmethod
    def check(
        cls, data: dict[str, Any], file: str | None = None, folder: FilePath | None = None, marks: Marks | None = None
    ) -> Scenario:
        """Return the checked scenario of plain data.

        Args:
            data: the content.
            file: the name of the file, for messages.
            folder: the folder that ``empirical(file=...)`` reads.
            marks: line and column by path.

        Raises:
            ScenarioError: the data are wrong; it lists all problems.
        """
        data, problems = rejoin(_copied(data))
        problems += [(path, why, False) for path, why in unsafe(data)]
        scenario, invalid = cls._validated(data, folder)
        problems += [problem for problem in invalid if all(problem[0] != path for path, _, _ in problems)]
        wrong = [path for path, _, _ in problems]
        sound = scenario or cls._validated(repaired(data, wrong), folder)[0]
        problems += [(path, text, False) for path, text in (broken(sound, wrong) if sound else ())]
        if scenario is None or problems:
            raise ScenarioError(written(problems, file, marks or {}))
        scenario._plain = _with_defaults(data, World)
        scenario._folder = folder
        return scenario

    @classmethod
    def _validated(cls, data: dict[str, Any], folder: FilePath | None) -> tuple[Scenario | None, list[Problem]]:
        try:
            return cls.model_validate(_filled(data), context={"folder": folder}), []
        except ValidationError as error:
            return None, problems_of(error, World)

    def __eq__(self, other: object) -> bool:
        """Return whether two scenarios have the same meaning.

        Spelling and the location of the file do not matter.
        """
        return isinstance(other, Scenario) and all(getattr(self, k) == getattr(other, k) for k in World.model_fields)

    def __hash__(self) -> int:
        return hash((self.name, self.horizon))

    def __repr__(self) -> str:
        facts = f"horizon={duration_text(self.horizon)!r}, users={self.users.count}, items={self.items.count}"
        return f"Scenario({self.name!r}, {facts})"

    def __str__(self) -> str:
        return repr(self)

    def plain(self) -> dict[str, Any]:
        """Return the content as plain data, with all defaults.

        Values are as written; `load` gives an equal scenario.
        """
        return deepcopy(self._plain)

    @property
    def folder(self) -> FilePath | None:
        """The folder that ``empirical(file=...)`` reads, None without a file."""
        return self._folder

    @property
    def text(self) -> str:
        """The text of a file with an equal scenario."""
        return as_yaml(self._plain)

    def warnings(self) -> tuple[str, ...]:
        """Return settings without effect within the horizon, as text."""
        return tuple(f"{'.'.join(map(str, path))}: {text}" for path, text in warnings(self))

    def no_effect(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return a line for each dotted key without effect.

        Such a key belongs to a mechanism that is switched off.
        """
        return tuple(no_effect(self, keys))

    @property
    def digest(self) -> str:
        """A hash of the scenario's meaning, equal for equal worlds."""
        content = {key: value for key, value in _meaning(self).items() if key != "description"}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @staticmethod
    def json_schema() -> dict[str, Any]:
        """Return the JSON Schema of scenario files.

        It describes every key.
        """
        return json_schema()


def read_plain(path: str | FilePath) -> dict[str, Any]:
    """Return the content of a checked file, with all defaults.

    Raises:
        ScenarioError: the file is wrong.
    """
    return Scenario.load(FilePath(path)).plain()


def _copied(data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return dict(copied(data))
    except RecursionError as error:
        raise ScenarioError([f"the file: {error}"]) from None


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    """Return data in which derived defaults are filled in.

    These are the number of plain arms, and ``negatives`` of feedback.
    """
    data = deepcopy(data)
    items = data.get("items")
    if isinstance(items, dict) and items.get("count") is None and isinstance(items.get("click_rates"), (list, tuple)):
        items["count"] = len(items["click_rates"])
    feedback = data.get("feedback")
    for kind in feedback.values() if isinstance(feedback, dict) else ():
        if isinstance(kind, dict) and kind.get("negatives") is None:
            kind["negatives"] = "explicit" if kind.get("window") is None else "silent"
    return data


def _with_defaults(data: Mapping[str, Any], model: type[BaseModel]) -> dict[str, Any]:
    full: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        key, blocks = key_of(name, field), blocks_in(field.annotation)
        given = data.get(key, field.get_default(call_default_factory=False))
        if is_named(field.annotation):
            full[key] = _named(given, blocks[0])
        elif blocks and (isinstance(given, Mapping) or field.default_factory is not None):
            full[key] = _with_defaults(given if isinstance(given, Mapping) else {}, blocks[0])
        elif isinstance(given, (list, tuple)):
            full[key] = [_entry(one, blocks) if isinstance(one, Mapping) else one for one in given]
        else:
            full[key] = given
    return full


def _named(given: Any, block: type[BaseModel]) -> Any:
    """Return blocks by name; anything else as it is."""
    if not isinstance(given, Mapping):
        return given
    return {name: _with_defaults(own, block) if isinstance(own, Mapping) else own for name, own in given.items()}


def _entry(data: Mapping[str, Any], blocks: list[type[BaseModel]]) -> dict[str, Any]:
    """Return an entry of a list, by its kind."""
    own = (block for block in blocks if data.get("kind") in (None, *kinds_of(block)))
    return _with_defaults(data, next(own))


def _meaning(value: Any) -> Any:
    if isinstance(value, BaseModel):
        later, keys = getattr(value, "later", ()), type(value).model_fields.items()
        own = {name: getattr(value, name) for name, _ in keys}
        defaults = {name: key.get_default(call_default_factory=True) for name, key in keys if name in later}
        return {name: _meaning(own[name]) for name in own if name not in defaults or own[name] != defaults[name]}
    if isinstance(value, dict):
        return {name: _meaning(own) for name, own in value.items()}
    if isinstance(value, (list, tuple)):
        return [_meaning(v) for v in value]
    if isinstance(value, Law | Value):
        return str(value) + "".join(getattr(part, "digest", "") for part in value.parts())
    if isinstance(value, Choice):
        return str(value)
    return value if isinstance(value, (str, int, float, bool, type(None))) else repr(value)
