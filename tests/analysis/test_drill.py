"""Drills: sums by hand, the time until it is made good, and costs that are known exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from agents import Agent, Every, NoCorrection
from sim import Scenario, ScenarioError, simulate
from sim.analysis.drill.drill import Drill
from sim.analysis.drill.incident import struck
from sim.analysis.drill.sentences import answer, captions, cell
from sim.analysis.drill.sides import STEPS, Amounts, Side
from sim.analysis.drill.table import over_time, plain
from sim.errors import LabError
from sim.ports import Slates
from sim.score.grid import BUCKETS

OUTAGE = "{kind: trainer_down, at: 50m, for: 1h}"
WORLD: dict[str, Any] = {
    "name": "two_arms",
    "horizon": "4h",
    "users": {"count": 30, "visits": {"every": "10m"}},
    "items": {"click_rates": [0.0, 1.0]},
    "slate": {"size": 1, "choice": "bernoulli"},
    "feedback": {"click": {"delay": "constant(1s)", "window": "1m"}, "learn_from": "click"},
    "platform": {"training": {"fixed": "1m"}, "push": "constant(2m)"},
}


class _Trained:
    """Shows the item that is never clicked until it was trained."""

    def __init__(self, item: int = 0) -> None:
        self.item = item

    def train(self, experience) -> None:
        """Know the better item."""
        self.item = 1

    def policy(self):
        """Return a frozen copy."""
        return _Frozen(self.item)


class _Frozen:
    def __init__(self, item: int) -> None:
        self._item = item

    def act(self, observations) -> Slates:
        """Answer with one item."""
        return Slates(np.full((len(observations), 1), observations.catalogue.ids[self._item]))


def _amounts(more: np.ndarray) -> Amounts:
    return Amounts(1.0 + more, 5.0 - more)


def _drill(*adds: dict[int, float], at: str = "50m", lasts: str = "1h") -> Drill:
    """Return a drill of 4 h, 100 steps of 144 s: regret added in steps, by protection, in two replications alike."""
    sides = []
    for n, own in enumerate(adds):
        more = np.zeros((2, STEPS))
        for step, value in own.items():
            more[:, step] = value
        sides.append(Side("gate" if n else "", _amounts(np.full((2, STEPS), 0.01 * n)), _amounts(more + 0.01 * n)))
    _, incident = struck(Scenario.load(WORLD), f"{{kind: trainer_down, at: {at}, for: {lasts}}}")
    return Drill(tuple(sides), incident, 4 * 3600.0, "clicks")


def test_amounts_are_those_between_every_second_running_total() -> None:
    curve = pd.DataFrame({"regret/total": [*range(BUCKETS), *range(0, 2 * BUCKETS, 2)], "reward/total": 3.0})
    found = Amounts.of(curve)
    assert found.regret.shape == (2, STEPS)
    assert found.regret[:, :3].tolist() == [[1.0, 2.0, 2.0], [2.0, 4.0, 4.0]]
    assert found.reward.sum(axis=1).tolist() == [3.0, 3.0]


@pytest.mark.parametrize(
    ("worse", "felt", "seconds"),
    [
        ([], False, None),
        ([30, 32, 34], True, 46 * 144 - 6600),  # no three in a row, yet known together
        ([70], True, 71 * 144 - 6600),  # one step, late
        ([10, 11, 12], False, None),  # before it begins
        ([30, 31, 32], True, 46 * 144 - 6600),  # the first step that begins after 110 min
        ([*range(30, 50)], True, 50 * 144 - 6600),
        ([*range(30, 50), 51, 53], True, 54 * 144 - 6600),
        ([70, 71, 72], True, 73 * 144 - 6600),  # the harm comes late
        ([*range(30, 98)], True, None),  # two steps are left
    ],
)
def test_it_is_made_good_when_no_harm_is_to_come(worse, felt, seconds) -> None:
    drill = _drill(dict.fromkeys(worse, 1.0))
    (side,) = drill.sides
    assert drill.felt(side) is felt
    if not felt:
        assert cell(drill, side) == ("no harm known" if worse else "never felt")
    assert drill.made_good(side) == (None if seconds is None else pytest.approx(seconds))


def test_harm_counts_that_is_known_in_three_steps_in_a_row_or_in_what_is_to_come() -> None:
    luck = np.random.default_rng(0).normal(0.0, 1.0, (8, STEPS))
    clear, faint = np.zeros((8, STEPS)), np.zeros((8, STEPS))
    clear[:, 46:52] = 3.0  # known step by step; what comes later hides its sum
    faint[:, 46:90] = 0.5  # in no three steps in a row, but in all
    clear[:, 60:] += 20 * luck[:, :1]
    calm, incident = _amounts(np.zeros((8, STEPS))), _drill({}).incident
    found = []
    for more in (luck + clear, luck + faint):
        drill = Drill((Side("", calm, _amounts(more)),), incident, 4 * 3600.0, "clicks")
        found.append(drill.made_good(drill.sides[0]))
    assert found[0] == 52 * 144 - 6600
    assert 60 * 144 - 6600 < found[1] <= 90 * 144 - 6600


def test_rounding_of_running_totals_is_no_harm() -> None:
    calm = np.cumsum(np.full((3, BUCKETS), 0.1), axis=1)
    struck_at = np.arange(BUCKETS) >= 60
    amounts = []
    for totals in (calm, calm + struck_at * np.array([[3.3], [4.7], [5.9]])):
        amounts.append(Amounts.of(pd.DataFrame({"regret/total": totals.ravel(), "reward/total": 0.0})))
    side = Side("", *amounts)
    assert np.flatnonzero(side.more.any(axis=0)).tolist() == [30]


def test_costs_prices_and_what_is_saved_are_sums_by_hand() -> None:
    drill = _drill(dict.fromkeys(range(25, 50), 2.0), dict.fromkeys(range(25, 50), 1.5))
    none, gate = drill.sides
    means = [none.cost.mean, gate.cost.mean, gate.lost_reward.mean, drill.price(gate).mean]
    assert means == pytest.approx([50.0, 37.5, 37.5, 1.0])
    assert [drill.saved(gate).mean, drill.balance(gate).mean] == pytest.approx([12.5, 11.5])
    assert answer(drill) == (
        "The 1 h trainer outage costs 50.00 ± 0.00 clicks and is made good 10 min after it ends. With gate it costs "
        "37.50 ± 0.00 clicks and is made good 10 min after it ends. On good days gate costs 1.00 ± 0.00; with the "
        "incident, that included, it saves 11.50 ± 0.00: it pays in this drill."
    )
    assert captions(drill) == [
        "With gate: costs 37.50 ± 0.00, made good 10 min after; costs 1.00 ± 0.00 on good days; it pays"
    ]
    assert over_time(drill).groupby("protection")["more"].sum().tolist() == pytest.approx([37.5, 50.0])
    assert plain(drill)["protections"][0]["made_good"] == pytest.approx(600.0)


def test_what_is_less_than_nothing_is_told_the_other_way_round() -> None:
    none, gate = _drill({40: 2.0}, {40: 9.0}).sides
    better = Side("gate", _amounts(gate.calm.regret - 1.5), _amounts(gate.struck.regret - 1.5))
    told = answer(replace(_drill({}), sides=(none, better)))
    assert "On good days gate saves 49.00 ± 0.00; with the incident, that included, it saves 42.00 ± 0.00" in told
    cheaper = Side("gate", none.calm, _amounts(none.calm.regret - 1.5))
    assert captions(replace(_drill({}), sides=(none, cheaper))) == [
        "With gate: saves 50.00 ± 0.00; costs nothing on good days; it pays"
    ]
    lasting = _drill({}, dict.fromkeys(range(30, STEPS), 1.0))
    assert captions(lasting)[0].startswith("With gate: costs 70.00 ± 0.00, not made good by the horizon; costs 1.00")
    worse = Side("gate", none.calm, gate.struck)
    told = answer(replace(_drill({}), sides=(none, worse)))
    assert "On good days gate costs nothing; with the incident, that included, it costs 8.00 ± 0.00: it" in told


def _side(agent: Agent) -> tuple[Side, pd.DataFrame, list[list[float]]]:
    calm = Scenario.load(WORLD)
    runs = [simulate(one, agent=agent, seed=3, replications=2) for one in (calm, struck(calm, OUTAGE)[0])]
    cutoffs = [run.versions.query("replication == 0 and version > 0")["cutoff_at"].tolist() for run in runs]
    return Side("", *(Amounts.of(run.curve) for run in runs)), runs[0].requests, cutoffs


def test_a_trainer_outage_costs_the_requests_between_the_two_first_versions() -> None:
    side, requests, cutoffs = _side(Agent(_Trained(), correction=NoCorrection(), cadence=Every("1h")))
    hour, ended = 3600.0, 110 * 60.0  # the training of 1:00 waits for the end and has its cutoff there
    assert cutoffs[0][:3] == [hour, 2 * hour, 3 * hour]
    assert cutoffs[1][:3] == [ended, 2 * hour, 3 * hour]
    late = requests["request_at"].between(hour + 180, ended + 180, inclusive="left")  # trained and pushed in 3 min
    assert side.more.sum(axis=1).tolist() == late.groupby(requests["replication"]).sum().tolist()
    incident = struck(Scenario.load(WORLD), OUTAGE)[1]
    drill = Drill((side,), incident, 4 * hour, "clicks")
    assert drill.made_good(side) == pytest.approx(180, abs=drill.step)


def test_what_cannot_matter_costs_exactly_nothing() -> None:
    side, _, _ = _side(Agent(_Trained(1), correction=NoCorrection(), cadence=Every("1h")))
    assert not side.more.any()
    drill = Drill((side,), struck(Scenario.load(WORLD), OUTAGE)[1], 4 * 3600.0, "clicks")
    assert answer(drill) == "The 1 h trainer outage costs nothing: regret is the same at every instant."
    assert (drill.felt(side), cell(drill, side)) == (False, "never felt")


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("{kind: trainer_dow, at: 1h, for: 1h}", ScenarioError, "--incident: kind: "),
        ("{kind: trainer_down, at: 1h}", ScenarioError, "--incident: for: "),
        ("trainer_down", LabError, "--incident: is 'trainer_down'; an entry such as '{kind: trainer_down, "),
        ("{kind: trainer_down, at: 1h", ScenarioError, "--incident:2:1: not YAML: did not find "),
        ("{kind: rollback, at: 5h}", LabError, "--incident: at is 5h; an instant before the horizon of 4h is allowed"),
    ],
)
def test_a_wrong_incident_is_refused(text, error, message) -> None:
    with pytest.raises(error) as raised:
        struck(Scenario.load(WORLD), text)
    assert str(raised.value).startswith(message)
