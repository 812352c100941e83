"""Functions and files stay small."""

import ast
from pathlib import Path

import sim

ROOT = Path(sim.__file__).parent.parent
MOST_LINES = 50  # of a function, without its docstring
MOST_LINES_OF_A_FILE = {"sim": 300, "agents": 300, "tests": 350}


def test_no_function_is_longer_than_fifty_lines_and_no_file_than_three_hundred():
    long = []
    for part, most in MOST_LINES_OF_A_FILE.items():
        for file in sorted((ROOT / part).rglob("*.py")):
            text, name = file.read_text(encoding="utf-8"), str(file.relative_to(ROOT))
            sizes = {name: len(text.splitlines()) - most}
            for node in functions(ast.parse(text)):
                sizes[f"{name}: {node.name}"] = lines_of(node) - MOST_LINES
            long += [which for which, excess in sizes.items() if excess > 0]
    assert long == []


def functions(node):
    """Yield all functions below; in expressions there are none."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield part
        if not isinstance(part, ast.expr):
            yield from functions(part)


def lines_of(node):
    docstring = node.body[0] if ast.get_docstring(node, clean=False) is not None else None
    own = 0 if docstring is None else docstring.end_lineno - docstring.lineno + 1
    return node.end_lineno - node.lineno + 1 - own
