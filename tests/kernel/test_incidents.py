"""Incidents of the trainer and of pushes, instant by instant."""

import numpy as np
import pytest

from agents import Agent, Every, ObservedOnly, Online
from sim.scenario.incidents import PushStuck
from sim.scenario.periods import Periods
from tests.support.worlds import FirstItems, run, world

SLOW = {"platform__training": {"fixed": "3s"}, "platform__push": "constant(5s)"}


def down(at, lasts, kind="trainer_down"):
    return {"kind": kind, "at": at, "for": lasts}


def versions(*incidents, cadence=None, ship="push", **overrides):
    agent = Agent(FirstItems(), ObservedOnly(), cadence or Every("10s"), ship)
    return run(world(**SLOW | overrides, horizon="62s", incidents=list(incidents)), agent)


@pytest.mark.parametrize(
    ("incidents", "cutoffs", "merged"),
    [
        ([], [10, 20, 30, 40, 50, 60], 0),
        ([down("19s", "6s")], [10, 25, 30, 40, 50, 60], 0),  # the trigger at 20 waits
        ([down("20s", "6s")], [10, 26, 30, 40, 50, 60], 0),  # it holds from its first instant on
        ([down("19s", "1s")], [10, 20, 30, 40, 50, 60], 0),  # and is over at its end
        ([down("12s", "2s")], [10, 20, 30, 40, 50, 60], 0),  # a training that runs goes on
        ([down("15s", "30s")], [10, 45, 50, 60], 2),  # one waits, later ones merge into it
        ([down("35s", "15s")], [10, 20, 30, 50, 60], 1),  # also one of the instant at which it ends
        ([down("15s", "6s"), down("18s", "5s"), down("23s", "1s")], [10, 24, 30, 40, 50, 60], 0),
        ([down("55s", "20s")], [10, 20, 30, 40, 50], 0),  # beyond the horizon
    ],
)
def test_no_training_starts_while_the_trainer_is_down(incidents, cutoffs, merged):
    out = versions(*incidents)
    table = out.versions[1:]
    assert table.cutoff_at.tolist() == cutoffs
    assert out.summary["triggers/merged"] == merged
    assert table.examples.tolist() == [
        int(cutoff) - 1 for cutoff in cutoffs
    ]  # that of the same instant is a later round
    ended = table.trained_at.notna()
    assert (table.trained_at == table.cutoff_at + 3)[ended].all()
    assert out.summary["cost/training_time"] == sum(min(3, 62 - cutoff) for cutoff in cutoffs)


def test_a_training_that_waited_for_the_trainer_waits_for_its_return_too():
    out = versions(down("31s", "4s"), platform__training={"fixed": "12s"})
    assert out.versions.cutoff_at[1:].tolist() == [10, 22, 35, 47, 59]  # 34 would have been the next turn


def test_an_agent_in_place_has_no_trainer_and_no_push():
    plain, disturbed = (
        versions(*incidents, cadence=Online(), ship="in_place")
        for incidents in ([], [down("5s", "30s"), down("5s", "30s", "push_stuck")])
    )
    assert plain.fingerprint == disturbed.fingerprint


def test_a_push_that_would_arrive_in_it_arrives_at_its_end():
    out = versions(down("17s", "12s", "push_stuck"))
    assert out.versions.live_at.tolist()[:4] == [0, 29, 29, 38]  # both of 18 and 28; the newer one answers
    assert out.versions.retired_at.tolist()[:3] == [29, 29, 38]
    served = out.requests.set_index("request_at").version
    assert (served[28.0], served[29.0], served[37.0], served[38.0]) == (0, 2, 2, 3)
    assert versions(down("18s", "10s", "push_stuck")).versions.live_at.tolist()[:3] == [0, 28, 28]
    assert versions(down("14s", "4s", "push_stuck")).versions.live_at.tolist()[:3] == [0, 18, 28]  # over at 18


def test_periods_that_meet_are_one():
    said = [
        PushStuck(**{"kind": "push_stuck", "at": f"{at}s", "for": f"{lasts}s"})
        for at, lasts in ((5, 2), (1, 4), (9, 1))
    ]
    at = np.array([0.0, 1.0, 4.9, 5.0, 6.9, 7.0, 9.5, np.inf])
    assert Periods(said).after(at).tolist() == [0, 7, 7, 7, 7, 7, 10, np.inf]
    assert Periods(said).ends.tolist() == [7, 10]
    assert Periods([]).over(3.0) == 3.0
    assert not Periods([])
