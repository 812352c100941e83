"""The typed record of scores: the names that our own code asks for, and what is refused at the store's door."""

import json
from pathlib import Path

import pytest

from sim.errors import LabError
from sim.lab.store.run_folder import Record
from sim.score import Scores, about

PROPERTIES = [name for name, value in vars(Scores).items() if isinstance(value, property)]


@pytest.mark.parametrize("name", PROPERTIES)
def test_each_property_is_a_score_of_the_shelf(name: str) -> None:
    every = Scores({score: float(number) for number, score in enumerate(about())})
    assert getattr(every, name) is not None
    assert getattr(Scores(), name) is None


def test_no_two_properties_are_one_score() -> None:
    every = Scores({score: float(number) for number, score in enumerate(about())})
    assert len({getattr(every, name) for name in PROPERTIES}) == len(PROPERTIES)


def test_scores_are_a_mapping_by_name() -> None:
    scores = Scores({"regret/at_base_rate": 0.25, "requests": 4.0, "own/score": None})
    assert (scores["regret/at_base_rate"], scores.regret, scores["own/score"]) == (0.25, 0.25, None)
    assert scores == {"regret/at_base_rate": 0.25, "requests": 4.0, "own/score": None}
    assert {**scores} == dict(scores)
    with pytest.raises(KeyError):
        scores["regret/total"]


@pytest.mark.parametrize("value", ["0.5", True, [1.0], {}, float("nan"), float("inf")])
def test_what_is_no_number_is_refused_with_file_and_key(tmp_path: Path, value: object) -> None:
    file = tmp_path / "summary.json"
    file.write_text(json.dumps({"requests": 4, "regret/total": value}))
    with pytest.raises(LabError, match=f"^{file}: .*"):
        _ = Record(tmp_path).summary
    with pytest.raises(LabError, match=r"^summary\.json: regret/total: is no number$"):
        Scores.of({"requests": 4, "regret/total": value, "none": None}, "summary.json")
