"""Every claim holds."""

import sys

import pytest

from ._claim import at_most, exact, follows, found, near, share

FEWER = {  # of modules whose topics take seconds: with fewer repetitions in make test, whole in make test-all
    "age": {"HORIZON": 10_000.0},
    "best": {"AGENTS": (3, 10)},
    "bounds": {"STUDIES": 700},
    "canaries": {"HORIZON": 6000.0},
    "clients": {"USERS": 60},
    "delays_of_items": {"USERS": 400},
    "drills": {"RUNS": 6},
    "explore_then_commit": {"REPETITIONS": 3000},
    "fresh_features": {"USERS": 500},
    "frozen_taste": {"CYCLES": 50},
    "in_flight": {"HORIZON": 300_000.0},
    "information": {"ROUNDS": 1000},
    "label_rates": {"RUNS": 20},
    "laws": {"DRAWS": 15_000.0},
    "normal_limit": {"FEW": 8, "MANY": 1500},
    "off_policy": {"RUNS": 8},
    "pushes": {"SHORT": 100_000.0, "QUEUE": 130_000.0},
    "sensitivity": {"REPLICATIONS": 5},
    "triggers": {"SHIFTS": 40, "CLOCKS": 4},
    "values": {"VISITS": 5000.0},
    "visits": {"USERS": 200},
}
ELSEWHERE = {"draws.no_two_keys_are_equal"}  # in tests/kernel/test_draws.py too, which make test runs
LONGER = {  # a shorter topic of the same module is in make test
    "age.irregular_retrain", "age.saturated_trainer", "best.colours", "best.pairs", "bounds.rules_at_their_margin",
    "items.ages", "items.popularity", "items.redrawn_arms",
}  # fmt: skip


def cases():
    """Yield topics, with the sizes that are not their own."""
    for name, topic in found().items():
        fewer, slow = FEWER.get(name.partition(".")[0]), getattr(topic, "slow", False) or name in ELSEWHERE | LONGER
        yield pytest.param(topic, {}, id=name, marks=[pytest.mark.slow] if slow or fewer else [])
        if fewer and not slow:
            yield pytest.param(topic, fewer, id=f"{name}, fewer")


@pytest.mark.parametrize(("topic", "sizes"), list(cases()))
def test_theory_and_simulator_agree(topic, sizes, monkeypatch):
    for name, size in sizes.items():
        monkeypatch.setattr(sys.modules[topic.__module__], name, size)
    claims = topic()
    assert claims
    assert [claim for claim in claims if not claim.holds] == []


def test_a_claim_can_fail():
    assert not exact("", 1, 2, "").holds
    assert not near("", 1, [2, 2.1, 1.9] * 5, "").holds
    assert not near("", 3, [2, 2.1, 1.9] * 5, "").holds
    assert not at_most("", 1, 2, "").holds
    assert not near("", 3, [2, 2.1, 1.9] * 5, "", sign=">=").holds
    assert not share("", 0.5, 90, 100, "").holds
    assert not follows("", [0.1] * 100, lambda x: x, "").holds
