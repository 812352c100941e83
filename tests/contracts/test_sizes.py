"""Functions and files stay small."""

import ast
from pathlib import Path

import sim

ROOT = Path(sim.__file__).parent.parent
MOST_LINES, MOST_LINES_OF_A_FILE = 50, 300


def test_no_function_is_longer_than_fifty_lines_and_no_file_than_three_hundred():
    long = []
    for file in sorted(path for part in ("sim", "agents", "tests") for path in (ROOT / part).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        sizes = {str(file.relative_to(ROOT)): len(text.splitlines()) - MOST_LINES_OF_A_FILE}
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                sizes[f"{file.relative_to(ROOT)}: {node.name}"] = node.end_lineno - node.lineno + 1 - MOST_LINES
        long += [name for name, excess in sizes.items() if excess > 0]
    assert long == []
