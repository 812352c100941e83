"""Jobs of a sweep as plain objects: names, runs that stand for them, failures, and their list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.analysis.jobs.plan import Plan
from sim.analysis.jobs.questions import Questions
from sim.analysis.jobs.sweep_jobs import SweepFailed, SweepJobs
from sim.analysis.jobs.trials import Trial, Trials, points_of
from sim.analysis.objective import Objective
from sim.analysis.stopping_rule import StoppingRule
from sim.analysis.stored.sweep_list import SweepList, swept_keys
from sim.errors import LabError

LOOKS = {4: "aaaa", 8: "bbbb", 16: "cccc"}
PLANS = [
    Plan("cccc", ("++learner.alpha=1", "seed=0"), "mine", {"learner": "linucb"}, looks=LOOKS),
    Plan("dddd", ("++learner.alpha=2", "seed=0"), "mine", {"learner": "linucb"}),
]


def jobs(**more: object) -> SweepJobs:
    return SweepJobs(plans=list(PLANS), **more)


def test_a_sweep_is_named_by_its_runs_in_any_order() -> None:
    assert jobs().name == SweepJobs(plans=PLANS[::-1]).name
    assert jobs().name != SweepJobs(plans=PLANS[:1]).name
    assert jobs().name != jobs(until=StoppingRule(True, None)).name
    assert jobs().name.startswith("mine-")
    assert jobs().swept == ("learner.alpha",)


@pytest.mark.parametrize(
    ("complete", "stands"), [({"aaaa", "bbbb", "cccc"}, "cccc"), ({"aaaa", "bbbb"}, "bbbb"), (set(), "cccc")]
)
def test_a_job_is_represented_by_its_last_complete_run(complete: set[str], stands: str) -> None:
    found = jobs()
    found.fall_back(complete.__contains__)
    assert [plan.hash for plan in found.plans] == [stands, "dddd"]


def test_a_job_has_failed_at_any_analysis() -> None:
    found = jobs(errors={"bbbb": {"error": "Traceback\nValueError: too much\n", "told": None}})
    with pytest.raises(SweepFailed) as failed:
        found.raise_failures(Path("failures.txt"))
    assert str(failed.value) == ("1 of 2 jobs failed; see failures.txt\n  learner.alpha=1 seed=0: ValueError: too much")
    assert failed.value.code == 1
    assert found.failures_text() == "learner.alpha=1 seed=0\nTraceback\nValueError: too much\n"
    found.errors["bbbb"] = {"error": "Traceback", "told": "seed: is -1"}
    with pytest.raises(SweepFailed, match="seed: is -1") as wrong:
        found.raise_failures(Path("failures.txt"))
    assert wrong.value.code == 2


def test_the_list_of_a_sweep_comes_back() -> None:
    found = jobs(command=("learner.alpha=1,2",), until=StoppingRule(True, 0.02, 4, 16))
    written = found.listed("2026-01-01T00:00:00+00:00")
    read = SweepList.of(json.loads(written.text(found.name)), Path("sweep.json"))
    assert [one.earlier for one in read.runs] == [("aaaa", "bbbb"), ()]
    assert [one.overrides for one in read.runs] == [("learner.alpha=1", "seed=0"), ("learner.alpha=2", "seed=0")]
    assert (read.until, read.command, read.written_at) == (found.until, found.command, written.written_at)
    assert swept_keys(read) == ("learner.alpha",)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"jobs": [{"run": "../etc", "choices": {}}]}, "sweep.json: jobs: is no list of runs"),
        ({"jobs": [{"run": "aaaa", "choices": {}, "earlier": ["/etc"]}]}, "sweep.json: jobs: is no list of runs"),
        ({"jobs": [{"run": "aaaa", "choices": {}, "earlier": 5}]}, "sweep.json: jobs: is no list of runs"),
        ({"jobs": [{"run": "aaaa"}]}, "sweep.json: jobs: is no list of runs"),
        ({"jobs": [], "until": 4}, "sweep.json: until: holds no keys"),
    ],
)
def test_a_list_of_a_stranger_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(LabError, match=message):
        SweepList.of(wrong, Path("sweep.json"))


@pytest.mark.parametrize(("direction", "best", "curve"), [("minimize", 2, [3.0, 3.0, 1.0]), ("maximize", 0, [3.0] * 3)])
def test_the_best_trial_is_the_first_of_equals_and_a_failed_one_is_none(direction, best, curve) -> None:
    values = [3.0, None, 1.0]
    each = [Trial(n, (f"++learner.alpha={n}",), f"run{n}", value) for n, value in enumerate(values)]
    trials = Trials(Objective({"regret/total": 1.0}), direction, each)
    assert trials.best is each[best]
    assert trials.frame()["best"].tolist() == curve
    assert trials.result()["best_params"] == {"learner.alpha": best}
    assert trials.result()["failed"] == 1
    told = points_of(trials.frame().to_csv(index=False).encode())
    assert [(step, value) for name, step, value in told if name == "objective"] == [(0, 3.0), (2, 1.0)]
    assert [(step, value) for name, step, value in told if name == "objective/best"] == list(enumerate(curve))
    each.append(Trial(3, ("++learner.alpha=3",), "run3", values[best]))
    assert trials.best is each[best]


def test_a_sweep_without_questions_keeps_its_grids() -> None:
    asked = Questions.of(None, None, quick=True)
    assert asked.grids([{"seed": [0, 1]}]) == [{"seed": [0, 1]}]
    assert asked.check([], {}) is None


def test_each_cell_of_a_published_table_is_a_grid() -> None:
    table = {"source": "a book", "score": "regret/total", "rows": {"UCB": {"learner": "ucb1"}, "LTS": {}},
             "columns": {"1": {"seed": 1}, "2": {"seed": 2}}, "quick": {"replications": 2}}  # fmt: skip
    grids = Questions.of(table, None, quick=True).grids([{"seed": 5, "block": 8}])
    assert [grid["seed"] for grid in grids] == [1, 2, 1, 2]
    assert grids[0] == {"seed": 1, "block": 8, "learner": "ucb1", "replications": 2}
