"""The objective: a number from a summary, and what the task function returns to Hydra."""

import json

import pytest
from hydra._internal.core_plugins.basic_launcher import BasicLauncher
from hydra.core.utils import JobReturn

from sim.analysis.objective import DEFAULT, Objective, Undefined, objective_of, on_leaving, scores, wrong_way
from sim.errors import LabError
from sim.lab.entry.app import Task
from sim.scenario import Scenario
from tests.lab.conftest import summary
from tests.lab.one_process import launch_by

PRICES = {"regret/total": 2, "cost/training_time": "0.5 per h", "pushes": 0.25}


def test_a_score_is_its_own_objective() -> None:
    assert objective_of("regret/per_request").value({"regret/per_request": 0.75}, "push") == 0.75


def test_prices_add_up() -> None:
    known = {"regret/total": 10.0, "cost/training_time": 7200.0, "versions/pushed": 3.0, "versions/superseded": 1.0}
    priced = objective_of(PRICES)
    assert priced.value(known, "push") == pytest.approx(20.0 + 1.0 + 1.0, rel=1e-15)
    assert priced.value(known, "in_place") == pytest.approx(20.0 + 1.0, rel=1e-15)  # nothing is shipped
    assert priced.name == "regret/total x 2 + cost/training_time x 0.5 per h + pushes x 0.25"


@pytest.mark.parametrize(
    ("price", "each"), [("3600 per h", 1.0), ("1 per second", 1.0), ("6 per minutes", 0.1), ("86.4 per day", 0.001)]
)
def test_a_time_may_be_priced_by_any_unit(price: str, each: float) -> None:
    name = "staleness/data_age/mean"
    assert objective_of({name: price}).prices[name] == pytest.approx(each, rel=1e-15)


def test_an_unknown_score_has_no_objective() -> None:
    with pytest.raises(Undefined, match="staleness/cycle_time/p95 is undefined"):
        objective_of("staleness/cycle_time/p95").value({"staleness/cycle_time/p95": None}, "push")


def test_all_scores_of_a_summary_are_allowed(lab, only_run) -> None:
    assert lab("agent=uniform") == 0
    assert set(scores()) == set(summary(only_run()))


@pytest.mark.parametrize(
    ("node", "replications", "message"),
    [
        ("regret/per_reqest", 1, "unknown score 'regret/per_reqest', did you mean regret/per_request; allowed are "),
        ("regret/total/high", 1, "regret/total/high needs replications=2 or more"),
        ({"regret/total": "cheap"}, 1, "the price of regret/total is 'cheap'; a number is allowed"),
        ({"requests": "1 per h"}, 1, "the price of requests is '1 per h'; a number is allowed"),
        ({"cost/training_time": "1 per moon"}, 1, "is '1 per moon'; a number, or one such as 0.2 per h, is allowed"),
        ({}, 1, "is {}; a score such as regret/at_base_rate, or prices by score, is allowed"),
        (None, 1, "is None; a score such as "),
    ],
)
def test_what_is_wrong_is_said(node: object, replications: int, message: str) -> None:
    with pytest.raises(LabError) as error:
        objective_of(node, replications)
    assert message in str(error.value)


@pytest.fixture
def returned(monkeypatch: pytest.MonkeyPatch) -> list:
    """What the task function returns to Hydra."""
    found, call = [], Task.__call__

    def spy(self, config):
        found.append(call(self, config))
        return found[-1]

    monkeypatch.setattr(Task, "__call__", spy)
    return found


def test_a_run_returns_its_objective(lab, only_run, returned, capsys) -> None:
    typed = json.dumps(PRICES).replace('"', "")
    assert lab("learner=ucb1", "cadence=hourly", f"objective={typed}") == 0
    known = summary(only_run())
    cost = (
        2 * known["regret/total"]
        + known["cost/training_time"] / 7200
        + (known["versions/pushed"] + known["versions/superseded"]) / 4
    )
    assert known["versions/pushed"] > 0
    assert returned == [pytest.approx(cost, rel=1e-12)]
    assert "objective" in capsys.readouterr().out


def test_a_sweeper_that_is_not_ours_is_given_numbers(lab, tmp_path, monkeypatch) -> None:
    handed, held = [], JobReturn.return_value

    def spy(self):
        handed.append(held.fget(self))
        return handed[-1]

    monkeypatch.setattr(JobReturn, "return_value", property(spy, held.fset))
    launch_by(BasicLauncher, monkeypatch)
    assert lab("-m", "hydra/sweeper=basic", "hydra/launcher=basic", "learner=ucb1,uniform") == 0
    runs = [summary(folder)["regret/at_base_rate"] for folder in (tmp_path / "results" / "runs").iterdir()]
    assert sorted(set(handed)) == sorted(runs)
    assert {type(value) for value in handed} == {float}


def test_a_failure_is_no_number(lab, returned) -> None:
    assert lab("learner=linucb", "learner.alpha=-1") == 2
    (failure,) = returned
    assert failure["told"] == "learner: alpha is -1, expected a number of at least 0"
    with pytest.raises(TypeError):
        float(failure)  # a stock optimiser then counts a failed trial


def test_the_default_is_what_agents_are_compared_on() -> None:
    assert objective_of("regret/at_base_rate") == DEFAULT


def test_a_search_for_the_worst_is_said_to_be_one():
    assert wrong_way(Objective({"regret/at_base_rate": 1.0}), "minimize") is None
    assert "less regret/at_base_rate is better" in wrong_way(Objective({"regret/at_base_rate": 1.0}), "maximize")
    assert "hydra.sweeper.direction=maximize" in wrong_way(Objective({"reward/total": 2.0}), "minimize")
    assert wrong_way(Objective({"reward/total": -1.0}), "minimize") is None
    assert wrong_way(Objective({"prediction/calibration": 1.0}), "minimize") is None
    assert wrong_way(Objective({"reward/total": 1.0, "cost/training_time": 1.0}), "minimize") is None


def test_shares_have_no_price_per_hour():
    for name in ("staleness/label_age/without", "staleness/cycle_time/unreached/high"):
        with pytest.raises(LabError, match="a number is allowed"):
            objective_of({name: "1 per h"})
    assert objective_of({"staleness/data_age/mean/low": "3600 per h"}).prices == {"staleness/data_age/mean/low": 1.0}


def test_where_satisfaction_has_a_say_in_who_leaves_regret_is_warned_of() -> None:
    leaving = Scenario.load("subscription")
    assert leaving.users.leave_by_satisfaction
    line = on_leaving(DEFAULT, leaving)
    assert line.startswith("objective: satisfaction has a say in who leaves here")
    assert "objective=reward/per_user_day hydra.sweeper.direction=maximize" in line
    assert on_leaving(Objective({"reward/per_user_day": 1.0}), leaving) is None
    assert on_leaving(DEFAULT, Scenario.load("news_feed")) is None
