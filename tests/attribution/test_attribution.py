"""Parts of the regret that can be worked out by hand.

One user comes every 10 s. Arm 0 never pays, arm 1 always does; the agent shows arm 0 until its first outcome is
in the serving version, then arm 1 for good. So the regret is the number of requests before that instant.
"""

import json

import numpy as np
import pytest

from agents import Agent, EpsilonGreedy, Every, LinUCB, ObservedOnly, Online, Uniform
from sim.analysis.attribution import attribute as attribution
from sim.analysis.attribution import replications as playing
from sim.analysis.attribution.attribute import Attribution, runs
from sim.analysis.attribution.replications import run_replication
from sim.analysis.attribution.twins import CAUSES
from sim.errors import LabError
from sim.lab.run.several import player
from sim.lab.store.twin_cache import TwinCache
from sim.pipeline.agent_error import AgentError
from sim.simulation import simulate
from tests.faults.broken import FailsToTrain, Repeats
from tests.support.worlds import CLOCKWORK, TASTES, world

AT_ONCE = {"delay": "constant(0s)"}
LATE_NO = {"delay": "constant(0s)", "window": "30s"}  # silent: a no is known when the window closes


def attribute(scenario, agent, score="regret/total", **options):
    """Attribute what can be counted by hand."""
    return attribution.attribute(scenario, agent, score=score, **options)


def two_arms(**overrides):
    return world(
        CLOCKWORK, horizon="300s", users__visits={"every": "10s"}, items={"click_rates": [0.0, 1.0]}, **overrides
    )


def greedy(cadence=None, ship="push"):
    return Agent(EpsilonGreedy(0.0), ObservedOnly(), cadence or Online(), ship=ship)


def means(split):
    return {cause: part.mean for cause, part in split.parts.items()}


@pytest.mark.parametrize(
    ("cause", "slow", "cadence", "lost"),
    [
        ("feedback_delay", {"feedback__click": LATE_NO}, None, 3),  # known at 40: 10, 20, 30 are lost
        ("ingest", {"platform__ingest": "constant(30s)"}, None, 3),
        ("training", {"platform__training__fixed": "constant(100s)"}, None, 10),  # live at 110: 10, ..., 100
        ("training", {"platform__training__per_example": "100s"}, None, 10),
        ("push", {"platform__push": "constant(100s)"}, None, 10),
        ("cadence", {}, Every("100s"), 9),  # live at 100
    ],
)
def test_the_only_delay_has_all_the_blame(cause, slow, cadence, lost):
    found = attribute(two_arms(**{"feedback__click": AT_ONCE} | slow), greedy(cadence))
    assert found.varied == (cause,)
    assert found.split.regret.mean == lost
    assert found.split.learning.mean == 1.0  # somebody must see arm 0 once
    assert found.split.total.mean == lost - 1.0
    assert means(found.split) == dict.fromkeys(CAUSES, 0.0) | {cause: lost - 1.0}
    assert found.per_request.regret.mean == lost / 30


def test_three_delays_by_their_six_orders():
    scenario = two_arms(feedback__click=LATE_NO, platform__push="constant(100s)")
    found = attribute(scenario, greedy(Every("60s")))
    lost = {"".join(sorted(cause[0] for cause in gone)): int(regret[0]) for gone, regret in found.twins.items()}
    assert lost == {"": 15, "f": 15, "p": 5, "c": 13, "fp": 5, "cf": 10, "cp": 3, "cfp": 1}
    parts = means(found.split)
    assert [6 * parts[c] for c in ("feedback_delay", "push", "cadence")] == pytest.approx([7.0, 58.0, 19.0])
    assert sum(parts.values()) == pytest.approx(found.split.total.mean, abs=1e-9)
    assert found.split.total.mean == 14.0
    assert {c: a.mean for c, a in found.split.alone.items() if a.mean} == {"push": 10.0, "cadence": 2.0}


@pytest.fixture(scope="module")
def tastes() -> Attribution:
    return attribute(*TASTY, seed=2, replications=2)


TASTY = world(TASTES, horizon="3h", users__count=6), Agent(LinUCB(), cadence=Every("30m"))


def test_parts_add_up_where_everything_is_late(tastes):
    assert tastes.varied == CAUSES
    assert len(tastes.twins) == 32
    for split in (tastes.split, tastes.per_request):
        assert sum(means(split).values()) == pytest.approx(split.total.mean, abs=1e-9)
        assert split.regret.mean - split.learning.mean == pytest.approx(split.total.mean, abs=1e-9)


def test_the_first_twin_is_the_run_and_intervals_are_its_paired_differences(tastes):
    summary = simulate(*TASTY, seed=2, replications=2).summary
    names = ("regret/total", "regret/total/low", "regret/total/high")
    assert [summary[n] for n in names] == pytest.approx(list(vars(tastes.split.regret).values()), abs=1e-9)
    saved = tastes.twins[frozenset()] - tastes.twins[frozenset(CAUSES)]
    half = 12.706204736174694 * np.std(saved, ddof=1) / np.sqrt(2.0)  # of Student's t with 1 degree of freedom
    assert tastes.split.total.low == pytest.approx(saved.mean() - half)
    assert tastes.split.total.half == pytest.approx(half)


def test_the_number_of_processes_has_no_say():
    scenario = two_arms(feedback__click=LATE_NO, platform__push="exponential(mean=60s)")
    done: list[None] = []
    alone = attribute(scenario, greedy(), replications=2, seed=7)
    many = attribute(
        scenario, greedy(), replications=2, seed=7, play=player(2, run_replication), done=lambda: done.append(None)
    )
    assert json.dumps(alone.plain()) == json.dumps(many.plain())
    assert len(done) == runs(scenario, greedy(), 2) == 8


def test_who_learns_nothing_loses_nothing_to_delay():
    scenario, agent = world(TASTES, horizon="2h", users__count=5), Agent(Uniform(), cadence=Every("1h"))
    found = attribute(scenario, agent)
    assert found.varied == CAUSES
    assert all(np.array_equal(left, found.twins[frozenset()]) for left in found.twins.values())
    for split in (found.split, found.per_request):
        assert [vars(part) for part in (split.total, *split.parts.values())] == [
            {"mean": 0.0, "low": None, "high": None}
        ] * 6
        assert split.regret.mean > 0.0
    assert found.split.learning == found.split.regret


def test_plain_data_are_json(tastes):
    said = json.loads(json.dumps(tastes.plain(), allow_nan=False))
    assert isinstance(said["total"], float)
    assert list(said["parts"]) == ["feedback_delay", "ingest", "training", "push", "cadence"]
    assert all(set(part) == {"mean", "low", "high"} for part in said["parts"].values())
    assert all(part["low"] <= part["mean"] <= part["high"] for part in said["parts"].values())
    assert sum(part["mean"] for part in said["parts"].values()) == pytest.approx(said["total"], abs=1e-9)
    assert said["total"] == pytest.approx(said["regret"] - said["learning"], abs=1e-9)
    assert said["replications"] == 2


def test_one_replication_has_no_interval():
    said = attribute(two_arms(feedback__click=AT_ONCE), greedy()).plain()
    assert said["parts"]["push"] == {"mean": 0.0, "low": None, "high": None}
    assert (said["total"], said["total/low"], said["learning"], said["varied"]) == (0.0, None, 1.0, [])


def test_without_a_request_nothing_is_told_per_request():
    found = attribute(world(CLOCKWORK, horizon="5s", users__visits={"every": "10s"}), greedy())
    assert found.per_request is None
    assert found.split.regret.mean == 0.0
    with pytest.raises(LabError, match="regret/at_base_rate is undefined in a replication without requests"):
        attribution.attribute(world(CLOCKWORK, horizon="5s", users__visits={"every": "10s"}), greedy())


def test_the_score_is_the_one_that_agents_are_compared_on():
    at_once = dict.fromkeys(("platform__ingest", "platform__push"), "constant(0s)")  # fewer twins
    short = world(TASTES, horizon="3h", users__count=6, **at_once), TASTY[1]
    found = attribution.attribute(*short, seed=2, replications=2)
    summary = simulate(*short, seed=2, replications=2).summary
    name = "regret/at_base_rate"
    assert (found.score, found.split.regret.mean) == (name, pytest.approx(summary[name], rel=1e-12))
    assert found.per_request.regret.mean == pytest.approx(summary["regret/per_request"], rel=1e-12)
    assert found.split.regret.mean != found.per_request.regret.mean
    days = attribution.attribute(*short, seed=2, replications=2, score="reward/per_user_day")
    assert days.split.regret.mean == pytest.approx(summary["reward/per_user_day"], rel=1e-12)
    with pytest.raises(LabError, match="--score: unknown name 'regret', did you mean regret/"):
        attribute(*TASTY, score="regret")


@pytest.fixture
def played(monkeypatch):
    """Every replication of a twin that is really run."""
    seen = []

    def count(task):
        seen.append((task.agent, task.replication))
        return run_replication(task)

    monkeypatch.setattr(playing, "run_replication", count)
    return seen


def test_what_twins_came_to_is_not_computed_again(tmp_path, played):
    scenario = two_arms(feedback__click=LATE_NO, platform__push="constant(100s)")
    once = attribute(scenario, greedy(), replications=2, kept=TwinCache(tmp_path))
    assert len(played) == runs(scenario, greedy(), 2) == 8
    again = attribute(scenario, greedy(), replications=2, kept=TwinCache(tmp_path))
    assert len(played) == 8
    assert again.plain() == once.plain() == attribute(scenario, greedy(), replications=2).plain()
    played.clear()
    attribute(scenario, greedy(), replications=3, kept=TwinCache(tmp_path))
    assert [replication for _, replication in played] == [2] * 4
    played.clear()
    slower = two_arms(feedback__click=LATE_NO, platform__push="constant(90s)")  # without its push it is the same
    attribute(slower, greedy(), replications=3, kept=TwinCache(tmp_path))
    assert len(played) == 2 * 3
    played.clear()
    attribute(slower, greedy(), replications=3, kept=TwinCache(tmp_path, anew=True))
    assert len(played) == 4 * 3


def test_a_line_whose_writer_was_killed_is_passed_over(tmp_path, played):
    scenario = two_arms(platform__push="constant(100s)")
    first = attribute(scenario, greedy(), kept=TwinCache(tmp_path))
    file = tmp_path / "twins.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    assert len(lines) == 2
    file.write_text(lines[0] + lines[1][:-9] + '\n[1]\nnull\n["a", 0, 1.0, 2.0]\n["a", 0, 1.0]\n')
    played.clear()
    assert attribute(scenario, greedy(), kept=TwinCache(tmp_path)).plain() == first.plain()
    assert len(played) == 1


def test_equal_twins_are_one(played):
    scenario = two_arms(feedback__click=LATE_NO, platform__ingest="constant(5s)")
    late = greedy(Every("400s"))  # the horizon is 300 s
    found = attribute(scenario, late)
    assert found.varied == ("feedback_delay", "ingest", "cadence")
    assert len(played) == runs(scenario, late, 1) == 1 + 4  # as it is, and the four without the cadence
    assert {left[0] for gone, left in found.twins.items() if "cadence" not in gone} == {30.0}


def test_an_agent_that_says_nonsense_is_named():
    with pytest.raises(AgentError, match="Repeats failed to answer as version 0"):
        attribute(world(CLOCKWORK, slate__size=2), Agent(Repeats()))


def test_an_agent_that_fails_is_named():
    with pytest.raises(AgentError, match="FailsToTrain failed while training version 1"):
        attribute(two_arms(), Agent(FailsToTrain()))
