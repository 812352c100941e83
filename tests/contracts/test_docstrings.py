"""First lines of docstrings stay short: verb, object, unit."""

import re
from pathlib import Path

import pytest

import sim
from tests.contracts.source import read

ROOT = Path(sim.__file__).parent.parent
MOST_WORDS = 10  # inline code such as ``(n, m)`` counts as one
PLACES = (
    "agents",
    "sim/analysis",
    "sim/choices",
    "sim/draws",
    "sim/lab",
    "sim/kernel",
    "sim/laws",
    "sim/pipeline",
    "sim/ports",
    "sim/reading",
    "sim/scenario",
    "sim/score",
    "sim/trace",
    "sim/world",
    "sim/__init__.py",
    "sim/__main__.py",
    "sim/declared.py",
    "sim/errors.py",
    "sim/lazy.py",
    "sim/owning.py",
    "sim/parts.py",
    "sim/rows.py",
    "sim/replication.py",
    "sim/simulation.py",
    "sim/stable_math.py",
    "sim/tuning.py",
)


@pytest.mark.parametrize("place", PLACES)
def test_first_lines_of_docstrings_have_at_most_ten_words(place: str) -> None:
    files = [ROOT / place] if place.endswith(".py") else sorted((ROOT / place).rglob("*.py"))
    lines = [(file, line) for file in files for line in first_lines(file)]
    long = [f"{file.relative_to(ROOT)}: {line}" for file, line in lines if words(line) > MOST_WORDS]
    assert lines
    assert long == []


def first_lines(file: Path) -> list[str]:
    """Return the first line of every docstring of a file."""
    return read(file.read_text(encoding="utf-8")).first_lines


def words(line: str) -> int:
    """Return the number of words of a line.

    >>> words("Return the estimate of every pair, ``(n, m)``.")
    7
    """
    return len(re.sub(r"``.+?``", "code", line).split())
