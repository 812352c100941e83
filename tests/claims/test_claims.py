"""Every claim holds."""

import pytest

from ._claim import at_most, exact, follows, found, near, share


def marked(name, topic):
    return pytest.param(topic, id=name, marks=[pytest.mark.slow] if getattr(topic, "slow", False) else [])


@pytest.mark.parametrize("topic", [marked(*named) for named in found().items()])
def test_theory_and_simulator_agree(topic):
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
