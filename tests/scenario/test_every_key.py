"""No documented key is without an effect: each changes the trace, or is refused where it could not.

The schema itself is walked, so that a new key without a case in `tests.scenario.keys` fails here.
"""

import pytest

from agents import Agent, Every, LinUCB, ObservedOnly
from sim.scenario import Scenario, ScenarioError
from sim.simulation import simulate
from tests.scenario.keys import (
    ARMS,
    ARMS_REFUSE,
    CASES,
    COSTS,
    FEW,
    NO_EFFECT,
    NO_SPREAD,
    REFUSED,
    SWITCHES,
    changed,
    keys,
    plain,
)
from tests.support.worlds import CLOCKWORK

AGENT = Agent(LinUCB(0.3), ObservedOnly(), Every("3h"))  # pushed: every latency counts


PRINTS: dict[str, str] = {}  # by all that a scenario says


def fingerprint(scenario: Scenario) -> str:
    said = repr(scenario.plain())
    if said not in PRINTS:
        PRINTS[said] = simulate(scenario, AGENT, seed=3).fingerprint
    return PRINTS[said]


def test_every_key_of_the_schema_has_a_case_and_every_case_a_key():
    found = list(keys())
    assert len(found) > 40
    assert set(found) == set(CASES) | set(NO_EFFECT) | set(COSTS)
    listed = {key.replace(".0", "") for key in (*SWITCHES, *REFUSED, *ARMS_REFUSE)}
    blocks = {"users.shifts", "users.visits.session", "users.groups", "users.arrivals", "incidents"}
    assert listed <= {key.replace(".0", "") for key in found} | blocks


@pytest.mark.parametrize("key", CASES)
def test_changing_it_alone_changes_the_trace_and_it_is_not_said_to_have_no_effect(key):
    before, after = changed(key)
    assert after.digest != before.digest
    assert fingerprint(after) != fingerprint(before)
    assert after.no_effect([plain(key)]) == ()


@pytest.mark.parametrize("key", NO_EFFECT)
def test_what_is_for_people_changes_nothing(key):
    assert fingerprint(Scenario.load(FEW, {key: "other words"})) == fingerprint(Scenario.load(FEW))


@pytest.mark.parametrize("key", COSTS)
def test_what_is_a_cost_changes_it_and_nothing_else(key):
    agent = Agent(LinUCB(0.3), ObservedOnly(), Every("3h"), ship="in_place")
    value, score, world = COSTS[key]
    before = Scenario.load(FEW, world)
    one, other = (simulate(Scenario.load(before, told), agent) for told in ({}, {plain(key): value}))
    assert one.fingerprint == other.fingerprint
    assert one.summary[score] != other.summary[score]


@pytest.mark.parametrize("key", SWITCHES)
def test_a_mechanism_that_is_off_has_no_effect_whatever_its_other_keys(key):
    value, off = SWITCHES[key]
    still = Scenario.load(FEW, off)
    assert fingerprint(Scenario.load(still, {plain(key): value})) == fingerprint(still)


@pytest.mark.parametrize("key", SWITCHES)
def test_a_key_of_a_mechanism_that_is_off_is_told_to_who_set_it(key):
    value, off = SWITCHES[key]
    key = plain(key)
    still = Scenario.load(FEW, {**off, key: value})
    (line,) = still.no_effect([key, "horizon", *off])
    assert line.startswith(f"{key}: has no effect while ")
    switch, _, setting = line.partition(" while ")[2].partition(" is ")
    assert off[switch] == (0.0 if setting == "0" else setting), line


def test_a_conversion_taste_of_no_spread_agrees_with_none():
    """Some agreement is refused, and who says that there is none is told that it does not matter."""
    key = "feedback.conversion.agrees_with_click"
    with pytest.raises(ScenarioError, match=f"{key}: has no effect while feedback.conversion.spread is 0"):
        Scenario.load(FEW, NO_SPREAD | {key: 0.5})
    none = Scenario.load(FEW, NO_SPREAD | {key: 0.0})
    assert none.no_effect([key]) == (f"{key}: has no effect while feedback.conversion.spread is 0",)
    assert Scenario.load(none, {"feedback.learn_from": "click"}).no_effect([key]) == (
        f"{key}: has no effect while feedback.learn_from is click",
    )


@pytest.mark.parametrize("key", REFUSED)
def test_where_it_would_have_no_effect_it_is_refused(key):
    value, world, why = REFUSED[key]
    base = Scenario.load(FEW, world)
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(base, {key: value})
    assert any(why in line for line in caught.value.messages), caught.value.messages


@pytest.mark.parametrize("key", ARMS_REFUSE)
def test_plain_arms_refuse_what_they_cannot_have(key):
    value, why = ARMS_REFUSE[key]
    base = Scenario.load(CLOCKWORK, ARMS)
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(base, {key: value})
    assert any(why in line for line in caught.value.messages), caught.value.messages
