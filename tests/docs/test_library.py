"""The page of shipped scenarios: a row each, their numbers, and the commands that their files show.

``python -m tests.docs.test_library`` prints the rows of numbers.
"""

import re

import pytest

from sim.analysis.estimate import delays, expected_requests
from sim.analysis.units import digits, span
from sim.laws.quantiles import quantile
from sim.scenario import Scenario, find, shipped
from tests.docs.pages import ROOT, commands

PAGE = ROOT / "docs" / "library.md"


def numbers(name):
    """Return the row of a scenario's numbers, those of ``delaylab preview``."""
    world = Scenario.load(name)
    kind = world.feedback.learn_from
    _, law = delays(world)[kind]
    late = " / ".join(span(quantile(law, share)) for share in (0.5, 0.95))
    return (
        f"| `{name}` | {world.users.count} | {span(world.horizon)} | {digits(expected_requests(world))} "
        f"| {world.slate.size} of {world.items.alive} | {kind} | {late} |"
    )


def test_each_scenario_has_a_row():
    rows = re.findall(r"^\| `(\w+)` \| [^|]+\? \| [^|]+ \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == shipped()


@pytest.mark.parametrize("name", shipped())
def test_the_numbers_of_a_scenario_are_on_the_page(name):
    assert numbers(name) in PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", shipped())
def test_the_picture_of_a_scenario_is_there_and_small(name):
    assert f"[{name}](previews/{name}.png)" in PAGE.read_text(encoding="utf-8")
    picture = (ROOT / "docs" / "previews" / f"{name}.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert 5_000 < len(picture) < 60_000


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_is_short_and_its_command_is_on_the_page(name):
    lines = find(name).read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 60
    shown = [line.lstrip("# ") for line in lines if re.match(r"#   (?:python|delaylab) ", line)]
    assert set(shown) <= {*commands(PAGE), "python -m sim scenario=./my_feed.yaml"}


if __name__ == "__main__":
    print("\n".join(map(numbers, shipped())))
