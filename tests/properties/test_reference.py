"""The naive model is another one: it shares draws, laws, scenarios and ports with the kernel, and the clock."""

import ast
from pathlib import Path

import pytest

import tests.reference
from sim.choices import parse_choice
from sim.choices.language import shelf
from tests.reference.choices import NAMES, judge, judge_many

ALLOWED = ("sim.draws", "sim.laws", "sim.scenario", "sim.ports", "sim.pipeline.clock", "tests.reference", "__future__")
STANDARD = ("fractions", "functools", "importlib", "inspect", "itertools", "math", "pkgutil", "typing", "warnings")
OTHERS = (*STANDARD, "numpy", "pandas", "scipy.special", "scipy.stats", "simpy")
FILES = sorted(Path(tests.reference.__path__[0]).rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_naive_model_imports_nothing_of_what_it_checks(file):
    for node in ast.walk(ast.parse(file.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module]
        for name in names:
            assert name in OTHERS or any(name == a or name.startswith(f"{a}.") for a in ALLOWED), name


def test_every_choice_model_has_a_naive_twin():
    """Random worlds draw the models that have one: what is missing is tests/reference/choices/NAME.py."""
    assert set(NAMES) == set(shelf())


def test_a_sort_finds_the_slate_that_looking_at_all_of_them_finds():
    choice = parse_choice("position_based(examination=[0.5, 1, 0.7])")
    utility = [0.3, -1.0, 2.0, 0.3, 1.0]
    best, worth, mean = judge_many(choice, utility, [None] * 5, 3)
    every = judge(choice, utility, [None] * 5, 3)
    assert best == every[0]
    assert (worth, mean) == (pytest.approx(every[1]), pytest.approx(every[2]))
