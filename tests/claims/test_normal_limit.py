"""The closed form for normal rewards at its published place, and that a claim about it can fail."""

from dataclasses import replace

import pytest

from . import normal_limit
from ._fewer import shrink


def test_the_published_number():
    assert round(normal_limit._closed_form(), 2) == 179.14


def test_how_far_zeros_and_ones_are_from_normal():
    """Computed exactly; the bound of Berry and Esseen, 0.56 x E|x|^3 / (s^3 sqrt(2n)), is 0.056 here."""
    bandit = normal_limit._bandit()
    assert normal_limit._off(bandit) == pytest.approx(0.00187, abs=1e-5)
    assert bandit.wrong_choice() - normal_limit._normal_wrong() == pytest.approx(0.00121, abs=1e-5)
    many = replace(bandit, pulls=800)
    assert normal_limit._off(many) < normal_limit._off(bandit) / 4  # as 1 / sqrt(n)


@pytest.mark.parametrize(
    ("rounds", "pulls", "failing"),
    [
        (1, 0, [False, True, True]),
        (0, -1, [True, True, True]),
    ],
)
def test_one_round_of_delay_or_one_pull_is_seen(monkeypatch, rounds, pulls, failing):
    shrink(normal_limit.normal_rewards, monkeypatch)
    bandit = normal_limit._bandit()
    claims = normal_limit._claims(8, 100, replace(bandit, delay=bandit.delay + rounds, pulls=bandit.pulls + pulls))
    assert [not claim.holds for claim in claims][:3] == failing
