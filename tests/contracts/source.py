"""What tests of style read in the text of a module, which is parsed once for all of them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
NAMES = {ast.Attribute: "attr", ast.Name: "id", ast.keyword: "arg", ast.FunctionDef: "name", ast.ClassDef: "name"}


@dataclass(frozen=True)
class Source:
    """Little of a module: whole trees of all modules are too much to keep.

    ``sizes`` are the lines of each function without its docstring, ``first_lines`` those of docstrings, ``imports``
    the nodes that may import something, ``private`` those that have a private name and define nothing, ``own`` the
    private names that are defined.
    """

    sizes: list[tuple[str, int]]
    first_lines: list[str]
    imports: list[ast.Import | ast.ImportFrom | ast.Call]
    private: list[ast.Attribute | ast.keyword]
    own: set[str]


@cache
def read(text: str) -> Source:
    """Return what a module's text says."""
    nodes = list(ast.walk(ast.parse(text)))
    functions = [node for node in nodes if isinstance(node, FUNCTIONS)]
    documented = [*functions, *(node for node in nodes if isinstance(node, ast.Module | ast.ClassDef))]
    named = [node for node in nodes if (place := NAMES.get(type(node))) and private(getattr(node, place))]
    return Source(
        sizes=[(node.name, lines_of(node)) for node in functions],
        first_lines=[said.splitlines()[0] for node in documented if (said := ast.get_docstring(node))],
        imports=[node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) or is_call_of_import(node)],
        private=[node for node in named if isinstance(node, ast.Attribute | ast.keyword)],
        own={getattr(node, NAMES[type(node)]) for node in named if defines(node)},
    )


def private(name: str | None) -> bool:
    """Return whether a name is private to a module or class."""
    return name is not None and name.startswith("_") and not name.endswith("__")


def defines(node: ast.AST) -> bool:
    """Return whether a node defines its name: a function, a class, a variable or an attribute of an object itself."""
    if isinstance(node, ast.Attribute):
        return isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    return isinstance(node, ast.FunctionDef | ast.ClassDef) or (
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )


def is_call_of_import(node: ast.AST) -> bool:
    """Return whether a node imports by a call."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("lazy", "import_module")


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines of a function without its docstring."""
    docstring = function.body[0] if ast.get_docstring(function, clean=False) is not None else None
    own = 0 if docstring is None else docstring.end_lineno - docstring.lineno + 1
    return function.end_lineno - function.lineno + 1 - own
