"""The naive model is another one: it shares draws, laws, scenarios and ports with the kernel, and the clock."""

import ast
from pathlib import Path

import pytest

import tests.reference

ALLOWED = ("sim.draws", "sim.laws", "sim.scenario", "sim.ports", "sim.pipeline.clock", "tests.reference", "__future__")
OTHERS = ("itertools", "typing", "numpy", "pandas", "simpy")
FILES = sorted(Path(tests.reference.__path__[0]).glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_naive_model_imports_nothing_of_what_it_checks(file):
    for node in ast.walk(ast.parse(file.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module]
        for name in names:
            assert name in OTHERS or any(name == a or name.startswith(f"{a}.") for a in ALLOWED), name
