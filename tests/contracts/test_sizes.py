"""Functions and files stay small."""

from pathlib import Path

import sim
from tests.contracts.source import read

ROOT = Path(sim.__file__).parent.parent
MOST_LINES = 50  # of a function, without its docstring
MOST_LINES_OF_A_FILE = {"sim": 300, "agents": 300, "tests": 350}


def test_no_function_is_longer_than_fifty_lines_and_no_file_than_three_hundred():
    long = []
    for part, most in MOST_LINES_OF_A_FILE.items():
        for file in sorted((ROOT / part).rglob("*.py")):
            text, name = file.read_text(encoding="utf-8"), str(file.relative_to(ROOT))
            sizes = [(name, len(text.splitlines()) - most)]
            sizes += [(f"{name}: {function}", lines - MOST_LINES) for function, lines in read(text).sizes]
            long += [which for which, excess in sizes if excess > 0]
    assert long == []
