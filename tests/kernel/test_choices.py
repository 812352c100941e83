"""Choice models as text: what each may be given, and what is said where it is not."""

from dataclasses import dataclass
from itertools import permutations
from typing import Annotated, ClassVar, Literal

import numpy as np
import pytest
from pydantic import Field

from sim.choices import language, parse_choice
from sim.choices.cascade import Cascade
from sim.choices.position_based import PositionBased
from tests.reference import choices


@dataclass(frozen=True)
class Impatient(Cascade):
    """A cascade with parameters of several kinds."""

    name: ClassVar[str] = "impatient"
    patience: Annotated[float, Field(ge=0, le=1, description="probability of looking at the next item")]
    pages: int = 3
    mood: Literal["good", "bad"] = "good"


@pytest.fixture
def impatient(monkeypatch):
    known = {**language.shelf(), "impatient": Impatient}
    monkeypatch.setattr(language, "shelf", lambda: known)


def test_a_model_takes_the_parameters_that_it_declares(impatient):
    assert parse_choice("impatient(patience=0.5, pages=2, mood=bad)") == Impatient(0.5, 2, "bad")
    assert parse_choice(" impatient( patience = 1 ) ") == Impatient(1.0)
    assert "impatient(patience=number, pages=3, mood=good)" in language.usage()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("casacde", "unknown choice model 'casacde', did you mean cascade; write bernoulli, cascade, "),
        ("cascade(examination=[1])", "cascade takes no arguments, not examination"),
        ("cascade(3)", "cascade takes no arguments, not 3"),
        ("position_based", "position_based takes examination=[...]; examination is missing"),
        ("position_based(examinaton=[1])", "not examinaton, did you mean examination"),
        ("position_based(examination=[1, 2])", "examination.1: input should be less than or equal to 1"),
        ("position_based(examination=[1, soon])", "examination.1: input should be a valid number"),
        ("position_based(examination=[0, 0])", "position_based: every examination lies in [0, 1], and one is above 0"),
        ("position_based(examination=[])", "one is above 0"),
        ("position_based(examination=[1], examination=[1])", "position_based is given examination twice"),
        ("position_based(examination=[1", "expected , or ]"),
        ("impatient(patience=2)", "less than or equal to 1 (probability of looking at the next item)"),
        ("impatient(patience=20s)", "impatient: patience is 20s, which is a duration; a plain value is allowed"),
        ("impatient(patience=0.5, pages=2.5)", "impatient: pages: input should be a valid integer"),
        ("impatient(patience=0.5, mood=ugly)", "impatient: mood: input should be 'good' or 'bad'"),
        ("cascade cascade", "unexpected"),
        ("", "ends too early"),
        (3, "3 is not a choice model"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(impatient, text, message):
    with pytest.raises(ValueError, match=r".") as caught:
        parse_choice(text)
    assert message in str(caught.value)


@pytest.mark.parametrize("name", choices.NAMES)
def test_a_model_is_the_text_that_it_shows(name):
    from random import Random

    model = parse_choice(choices.drawn(name, Random(1), 3))
    assert parse_choice(str(model)) == model
    assert hash(parse_choice(str(model))) == hash(model)


def test_the_parameters_are_described():
    assert language.described(PositionBased((1.0, 0.5))) == [
        ("examination", "[1.0, 0.5]", "one per position: the probability that users look there")
    ]
    assert language.described(parse_choice("cascade")) == []


def test_a_certain_click_of_little_value_is_not_the_best_slate():
    """By all slates: items of certain, possible and impossible clicks, of values that differ a hundredfold."""
    rng = np.random.default_rng(0)
    model = parse_choice("multinomial")
    for _ in range(300):
        utility = rng.choice([-np.inf, np.inf, 30.0, 0.0, 1.0, -2.0], size=4)
        value = rng.uniform(0, 60, 4) * rng.choice([1, 0.01], 4)
        worth = {
            slate: float(model.expected(utility[list(slate)][None], value[list(slate)][None])[0])
            for slate in permutations(range(4), 2)
        }
        found = tuple(model.best(utility[None], value[None], 2)[0].tolist())
        assert worth[found] == pytest.approx(max(worth.values()), rel=1e-9)
