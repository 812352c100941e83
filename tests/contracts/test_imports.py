"""No modules import each other in a circle, in functions and for type checkers included."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tests.contracts.source import read

ROOT = Path(__file__).parents[2]
KNOWN: set[frozenset[str]] = set()


def sources(root: Path, packages: tuple[str, ...] = ("sim", "agents")) -> dict[str, str]:
    """Return the text of each module by its dotted name; a package's is that of its ``__init__``."""
    files = (file for package in packages for file in sorted((root / package).rglob("*.py")))
    return {
        ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file.read_text()
        for file in files
    }


def imported(text: str, modules: Mapping[str, object]) -> Iterator[str]:
    """Yield the modules that one imports, wherever in it, among those that are given.

    ``from package import module`` imports the module; any other name of a package is its ``__init__``'s.
    """
    for node in read(text).imports:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in modules else str(node.module) for name in full]
        else:
            names = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        yield from (name for name in names if name in modules)


def circles(modules: Mapping[str, str]) -> list[set[str]]:
    """Return the sets of modules each of which imports the others, directly or by way of others."""
    number = {name: n for n, name in enumerate(modules)}
    arrows = {(number[name], number[other]) for name, text in modules.items() for other in imported(text, modules)}
    start, end = np.array(sorted(arrows)).T
    graph = csr_array((np.ones(len(start)), (start, end)), shape=(len(modules), len(modules)))
    _, knot = connected_components(graph, connection="strong")
    sets = [{name for name in modules if knot[number[name]] == one} for one in range(max(knot) + 1)]
    return [one for one in sets if len(one) > 1]


def test_no_modules_import_each_other() -> None:
    found = [one for one in circles(sources(ROOT)) if frozenset(one) not in KNOWN]
    assert found == []


@pytest.mark.parametrize(
    "back",
    ["import p.a", "from p.a import A", "from p import a", "def f():\n    from p.a import A", 'a = lazy("p.a")',
     "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.a import A"],
)  # fmt: skip
def test_a_circle_is_found_however_it_is_imported(back: str) -> None:
    assert circles({"p": "", "p.a": "import p.b", "p.b": back, "p.c": "import p.a"}) == [{"p.a", "p.b"}]


def test_a_package_may_export_its_modules_unless_they_import_it() -> None:
    package = {"p": "from p.a import A", "p.b": "from p import a"}
    assert circles(package | {"p.a": "A = 1"}) == []
    assert circles(package | {"p.a": "from p import B"}) == [{"p", "p.a"}]
