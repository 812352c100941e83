"""``delaylab verify``."""

from types import SimpleNamespace

import pytest

from sim.analysis.verified import row
from sim.lab.cli import main, verify


def claim(holds: bool, sign: str = "=") -> SimpleNamespace:
    return SimpleNamespace(
        name="age", theory=1.0, measured=1.5, low=1.4, high=1.6, source="Palm 1943", sign=sign, holds=holds
    )


def test_all_claims_of_a_topic_hold(capsys) -> None:
    assert main(["verify", "windows"]) == 0
    said = capsys.readouterr().out
    assert "credited within 10 min of " in said
    assert "9 of 9 claims hold" in said


def test_a_claim_that_fails_is_shown_and_ends_with_one(monkeypatch, capsys) -> None:
    monkeypatch.setattr(verify, "topics", lambda: {"age": lambda: [claim(True), claim(False)]})
    assert main(["verify"]) == 1
    said = capsys.readouterr().out
    assert "FAILS" in said
    assert "1 of 2 claims hold" in said


def test_slow_topics_only_with_all() -> None:
    slow = SimpleNamespace(slow=True)
    known = {"age.mean": SimpleNamespace(), "age.often": slow, "draws.keys": SimpleNamespace()}
    assert list(verify.choose(known, [], slow=False)) == ["age.mean", "draws.keys"]
    assert list(verify.choose(known, ["age"], slow=True)) == ["age.mean", "age.often"]


@pytest.mark.parametrize(("word", "hint"), [("often", "add --all"), ("nothing", "known are")])
def test_no_topic_is_an_error(word: str, hint: str, monkeypatch, capsys) -> None:
    monkeypatch.setattr(verify, "topics", lambda: {"age.often": SimpleNamespace(slow=True)})
    assert main(["verify", word]) == 2
    assert hint in capsys.readouterr().err


def test_cells_say_bounds_and_intervals() -> None:
    assert row(claim(True, "<="))[1:5] == ["at most 1", "1.5", "1.4 to 1.6", "holds"]
