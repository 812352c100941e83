"""Every claim holds."""

import pytest

from ._claim import at_most, exact, follows, found, near, share
from ._fewer import FEWER, shrink

ELSEWHERE = {"draws.no_two_keys_are_equal"}  # in tests/kernel/test_draws.py too, which make test runs
LONGER = {  # a shorter topic of the same module is in make test
    "age.irregular_retrain", "age.saturated_trainer", "best.colours", "best.pairs", "bounds.rules_at_their_margin",
    "information.worse_arm_must_be_tried", "items.ages", "items.popularity", "items.redrawn_arms",
}  # fmt: skip


def cases():
    """Yield topics, and whether their sizes are the smaller ones."""
    for name, topic in found().items():
        fewer = name.partition(".")[0] in FEWER
        slow = getattr(topic, "slow", False) or name in ELSEWHERE | LONGER
        yield pytest.param(topic, False, id=name, marks=[pytest.mark.slow] if slow or fewer else [])
        if fewer and not slow:
            yield pytest.param(topic, True, id=f"{name}, fewer")


@pytest.mark.parametrize(("topic", "fewer"), list(cases()))
def test_theory_and_simulator_agree(topic, fewer, monkeypatch):
    claims = (shrink(topic, monkeypatch) if fewer else topic)()
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
