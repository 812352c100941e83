"""Known wishes that no scenario can say: their answers, and the page that lists them."""

import re
from pathlib import Path

import pytest

from sim.analysis.jobs.keys import explain_key
from sim.scenario.errors import blocks_in, kinds_of
from sim.scenario.not_modelled import LIMITS
from sim.scenario.schema import World
from tests.docs.test_docs import rows as key_rows

PAGE = Path(__file__).parents[2] / "docs" / "limits.md"
KEYS = {re.match(r"\| `(\S+)`", row)[1] for row in key_rows()}
WORDS = [word for limit in LIMITS for word in limit.words]


def test_the_page_has_a_row_for_each_in_order():
    cells = [
        line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"
    ]
    said = [(tuple(re.findall(r"`(\w+)`", words)), nearest.replace("`", "")) for words, _, nearest in cells]
    assert said == [(limit.words, limit.nearest) for limit in LIMITS]


def test_each_word_stands_once_and_is_no_key():
    assert len(WORDS) == len(set(WORDS))
    assert {key.split(".")[-1] for key in KEYS}.isdisjoint(WORDS)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.words[0])
def test_what_is_nearest_is_there(limit):
    named = re.findall(r"\b(?:users|items|slate|feedback|platform)\.[a-z_.]*[a-z]", limit.nearest)
    assert set(named) <= KEYS
    kinds = re.findall(r"\b(?:label_\w+|traffic|push_\w+|trainer_\w+)\b", limit.nearest)
    blocks = blocks_in(World.model_fields["incidents"].annotation)
    assert set(kinds) <= {kind for block in blocks for kind in kinds_of(block)}


@pytest.mark.parametrize("word", [*WORDS, "Watch-Time"])
def test_a_wish_is_answered_wherever_it_stands(wrong, feed, word):
    (line,) = wrong(feed.replace("preferences:", f"{word}: 1\n  preferences:"))
    assert re.match(rf"mine\.yaml:6:3: users\.{word}: not modelled; nearest is .*; allowed here are count, ", line)


def test_a_wish_as_a_kind_a_choice_of_words_or_an_override(wrong, feed):
    (line,) = wrong(feed + "incidents: [{kind: downtime, at: 1h, for: 1h}]\n")
    assert line.endswith(
        "incidents.0.kind: 'downtime' is not modelled; nearest is an incident of kind traffic with a small factor: "
        "users stay away"
    )
    (line,) = wrong(feed.replace("feedback:\n", "feedback:\n  learn_from: watch_time\n"))
    assert "feedback.learn_from: not modelled; nearest is feedback.click.value: seconds by a law" in line
    assert line.endswith("input should be 'click' or 'conversion', found 'watch_time'")
    (line,) = wrong(feed, {"items.stock": 3})
    assert "items.stock: not modelled; nearest is items.lifetime or items.turnover: items go by time" in line
    assert explain_key("scenario.users.churn").startswith(
        "scenario.users.churn: not modelled; nearest is users.leaving"
    )


def test_a_word_nobody_knows_has_the_nearest_key(wrong, feed):
    (line,) = wrong(feed.replace("preferences:", "preferencs:"))
    assert "unknown key, did you mean preferences" in line
