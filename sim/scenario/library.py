"""The shipped scenarios, and the files of names and paths."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path

from sim.scenario.errors import ScenarioError


def data_dir(name: str) -> Path:
    """Return a top-level folder of the project.

    In a checkout it is beside ``sim/``, in a wheel inside the package.
    """
    package = Path(__file__).resolve().parent.parent
    packed = package / f"_{name}"
    return packed if packed.is_dir() else package.parent / name


def shipped() -> list[str]:
    """Return the names of the shipped scenarios."""
    return sorted(p.stem for p in data_dir("scenarios").glob("*.yaml"))


def looks_like_path(name: str) -> bool:
    """Return whether a text is a path, not a name."""
    return "/" in name or "\\" in name or name.startswith(("~", ".")) or name.endswith(".yaml")


def find(name: str | Path) -> Path:
    """Return the file of a scenario's name or path.

    The ending ``.yaml`` may be left out.

    Raises:
        ScenarioError: there is no such scenario.
    """
    if isinstance(name, str) and not looks_like_path(name):
        file = data_dir("scenarios") / f"{name}.yaml"
        if os.path.isfile(file):
            return file
        near = get_close_matches(name.removeprefix("scenario="), shipped(), 1)
        beside = next((f"./{name}{end}" for end in (".yaml", "") if os.path.isfile(f"{name}{end}")), None)
        hint = f", did you mean {beside or near[0]}" if beside or near else ""
        raise ScenarioError(
            [
                f"scenario: unknown name {name!r}{hint}; shipped are {', '.join(shipped())}; "
                "or give a path such as ./mine.yaml"
            ]
        )
    try:
        path = Path(name).expanduser()
    except RuntimeError:  # ``~`` with an unknown user
        path = Path(name)
    for candidate in (path, path.with_name(f"{path.name}.yaml")) if path.name else (path,):
        if os.path.isfile(candidate):  # also false for a name that is too long
            return candidate
    if os.path.isdir(path):
        inside = sorted(file.name for file in path.glob("*.yaml"))
        files = f"; it holds {', '.join(inside[:10])}" if inside else ""
        raise ScenarioError([f"scenario: {str(name)!r} is a folder; give a file{files}"])
    near = get_close_matches(path.name, [file.name for file in path.parent.glob("*.yaml")], 1)
    hint = f", did you mean {path.with_name(near[0])}" if near else ""
    raise ScenarioError([f"scenario: there is no file {str(name)!r}{hint}; shipped are {', '.join(shipped())}"])
