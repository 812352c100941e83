"""Triggers in runs: first labels, alarms and the twin by the clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents import UCB1, Agent, Every, NoCorrection, OnDrift
from sim import Scenario
from sim.analysis import score_triggers
from sim.analysis.triggers.detections import detections
from sim.analysis.triggers.events import frame
from sim.analysis.triggers.pooled import Pooled
from sim.analysis.triggers.replication import Task, run_replication
from sim.analysis.triggers.sentences import answer, rows, saw
from sim.analysis.triggers.triggers import Triggers, shifts_of
from sim.errors import LabError
from sim.simulation import simulate

WORLD: dict[str, Any] = {
    "name": "small",
    "horizon": "12h",
    "users": {"count": 20, "visits": {"rate": "40 per day"}},
    "items": {"click_rates": [1.0, 1.0]},
    "slate": {"size": 1, "choice": "bernoulli"},
    "feedback": {"click": {"delay": "constant(5m)", "window": "20m"}},
    "platform": {"ingest": "constant(1m)", "training": {"fixed": "0s", "per_example": "0s"}, "push": "constant(0s)"},
}
AGENT = Agent(UCB1(), NoCorrection(), OnDrift("10m", detector="page_hinkley"), ship="push")
SHIFTS = (3600.0, 20000.0)


def test_the_first_label_of_a_shift_is_the_first_request_after_it_and_its_delay() -> None:
    scenario = Scenario.load(WORLD)
    requests = simulate(scenario, AGENT, seed=5, trace=True).requests
    assert requests is not None
    found = run_replication(Task(scenario, AGENT, SHIFTS, 0.0, 5, 0))
    at = requests.request_at.to_numpy()
    expected = [at[at >= shift][0] + 300.0 + 60.0 for shift in SHIFTS]  # all click, delays are constant
    np.testing.assert_allclose(found.first_labels, expected, rtol=0.0, atol=1e-5)


def test_retrains_and_regret_are_those_of_the_run_and_doubled_data_are_no_alarm() -> None:
    scenario = Scenario.load(WORLD)
    run = simulate(scenario, AGENT, seed=5, score_from="2h")
    found = run_replication(Task(scenario, AGENT, (), 7200.0, 5, 0))
    np.testing.assert_array_equal(found.retrains, run.versions.cutoff_at.to_numpy()[1:])
    assert found.regret == run.summary["regret/at_base_rate"]
    assert len(found.retrains) > 4
    assert not len(found.alarms)  # all click always: nothing drifts


def test_a_shift_of_all_tastes_is_seen_and_told() -> None:
    taste = {"users.preferences": {"dim": 2, "spread": 0.2}, "items": {"count": 4, "click_rate": 0.3},
             "users.shifts": [{"at": "7h", "share": 1.0, "size": 6.0}], "users.count": 60}  # fmt: skip
    scenario = Scenario.load(WORLD, taste)
    assert shifts_of(scenario) == (7 * 3600.0,)
    found = score_triggers(scenario, AGENT, seed=2, replications=3, score_from="2h")
    events = frame(found)
    at = {kind: own["at"].to_numpy() for kind, own in events.groupby("event")}
    assert found.pooled.detected == len(at["detection"]) == 3
    assert found.pooled.false_alarms == len(at["false alarm"]) == 2
    assert found.pooled.mtd.value == pytest.approx(np.mean(at["detection"]) - 7 * 3600.0)
    assert found.pooled.mtd_from_first_label.value == pytest.approx(np.mean(at["detection"] - at["first label"]))
    assert found.retrains == (pytest.approx(11 / 3), 4.0)
    assert len(at["retrain by the clock"]) == 3 * found.all_retrains[1]
    twin = simulate(scenario, replace(AGENT, cadence=Every(found.interval)), seed=2, replications=3, score_from="2h")
    assert found.regrets[1].value == pytest.approx(twin.summary["regret/at_base_rate"], rel=1e-12)
    assert found.more.value == pytest.approx(found.regrets[1].value - found.regrets[0].value)
    assert answer(found).startswith(
        "The trigger saw 3 of 3 shifts, on average 1.33 h after the shift, 1.22 h after the"
    )
    assert "with 2 false alarms in 1.5 simulated days. Whether 4 retrains by the clock (one in 2.4 h)" in answer(found)
    assert ("missed detection rate (MDR)", "0", "0 to 0.708") in rows(found)


def test_a_trigger_that_retrains_no_more_is_compared_with_one_retrain_by_the_clock() -> None:
    found = score_triggers(Scenario.load(WORLD), AGENT, seed=5, replications=2, score_from="11.8h")
    assert found.retrains == (0.0, 1.0)
    assert "1 retrain by the clock (one in 12 min) instead of the trigger's 0 loses" in answer(found)


@pytest.mark.parametrize(
    ("lag", "told"), [(None, ": not known to be sooner than an alarm by chance"), (0.3, "")], ids=["chance", "sees"]
)
def test_a_trigger_that_fires_by_chance_is_called_that(lag: float | None, told: str) -> None:
    luck, hour, seen = np.random.default_rng(0), 3600.0, []
    shifts = [10 * hour * n for n in range(1, 10)]
    for _ in range(4):
        alarms = np.sort(luck.uniform(0.0, 100 * hour, 50))  # one each two hours
        own = [] if lag is None else [at + lag * hour for at in shifts]
        seen.append(detections(shifts, shifts, [*alarms.tolist(), *own], 100 * hour))
    assert saw(Triggers(Pooled(tuple(seen)), (), (), 1.0, 0.0)).endswith(f"simulated days{told}")


def test_what_cannot_be_scored_is_refused() -> None:
    scenario = Scenario.load(WORLD)
    clock = replace(AGENT, cadence=Every(3600.0))
    with pytest.raises(LabError, match="cadence: is Every, no drift trigger; cadence=drift is allowed"):
        score_triggers(scenario, clock)
    with pytest.raises(LabError, match="replications: is 1; 2 or more are needed"):
        score_triggers(scenario, AGENT, replications=1)
    with pytest.raises(LabError, match="within: is 0s; a time after each shift"):
        score_triggers(scenario, AGENT, within="0s")
