"""What is said at the end of a run about its trainer."""

from sim.analysis.main_scores import main_scores
from sim.lab.store.run_folder import Record
from tests.lab.conftest import undrawn


def test_a_trainer_that_never_rests_is_named(lab, capsys, monkeypatch) -> None:
    undrawn(monkeypatch)
    often = ["agent=ucb1_online", "cadence=hourly", "cadence.interval=30s"]
    assert lab(*often) == 0
    assert capsys.readouterr().err == (
        "warning: the trainer was busy 99 % of the time: 119 trainings, "
        "and 119 triggers merged with one that was waiting\n"
    )
    assert lab("-m", "hydra/launcher=basic", *often, "ship=push,in_place") == 0
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("warning: the trainer was busy more than 95 % of the time in 1 of 2 runs, triggers merged: ")


def test_a_trainer_with_time_left_is_not(lab, only_run, capsys) -> None:
    assert lab("agent=ucb1_online", "cadence=hourly") == 0
    assert capsys.readouterr().err == ""
    assert dict(main_scores(Record(only_run())))["training"] == "1 min of the trainer's time"


def test_in_place_the_price_of_the_updates_is_added_up(lab, only_run, capsys) -> None:
    assert lab("agent=ucb1_online", "scenario.platform.training.in_place=1h") == 0
    assert capsys.readouterr().err == ""
    told = dict(main_scores(Record(only_run())))["training"]
    assert told.startswith("3.96 d in total, all updates in place")


def test_what_concerns_the_other_way_of_shipping_only_is_said(lab, capsys) -> None:
    said = "warning: scenario.platform.training.{}: has no effect on an agent that ships {}; it needs ship={}\n"
    assert lab("agent=ucb1_online", "scenario.platform.training.fixed=1h") == 0
    assert capsys.readouterr().err == said.format("fixed", "in place", "push")
    assert lab("agent=ucb1_online", "cadence=hourly", "scenario.platform.training.in_place=1h") == 0
    assert capsys.readouterr().err == said.format("in_place", "by a push", "in_place")
    down = "scenario.incidents=[{kind: trainer_down, at: 1m, for: 1h}]"
    assert lab("agent=ucb1_online", "cadence=hourly", down) == 0
    assert capsys.readouterr().err == ""
    assert lab("agent=ucb1_online", down) == 0
    assert capsys.readouterr().err.startswith("warning: scenario.incidents: has no effect on an agent that ships in pl")
