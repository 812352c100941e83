"""The page of shipped scenarios: a row each, and the commands that their files show."""

import re

import pytest

from sim.scenario import find, shipped
from tests.docs.pages import ROOT, commands

PAGE = ROOT / "docs" / "library.md"


def test_each_scenario_has_a_row():
    rows = re.findall(r"^\| `(\w+)` \| [^|]+\? \| [^|]+ \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == shipped()


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_is_short_and_its_command_is_on_the_page(name):
    lines = find(name).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    shown = [line.lstrip("# ") for line in lines if re.match(r"#   (?:python|delaylab) ", line)]
    assert set(shown) <= {*commands(PAGE), "python -m sim scenario=./my_feed.yaml"}
