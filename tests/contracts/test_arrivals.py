"""Users whose numbers are above those of the start."""

import pytest

from agents import Agent, Every, NoCorrection, ObservedOnly, Online
from sim.scenario import Scenario
from sim.simulation import simulate
from tests.contracts.shelves import LEARNERS, make

GROWING = {
    "name": "growing",
    "horizon": "60m",
    "users": {"count": 2, "visits": {"rate": "1 per 30m"}, "arrivals": {"rate": "18 per hour"}}
    | {"preferences": {"dim": 2, "spread": 1.0}, "observed": {"share": 1.0}, "leaving": {"rate": "8 per day"}},
    "items": {"count": 4, "click_rate": 0.3, "popularity": 0.5},
    "slate": {"size": 1},
    "feedback": {"click": {"delay": "constant(1m)", "window": "5m"}},
}


@pytest.mark.long
@pytest.mark.parametrize(
    "part",
    [pytest.param(part, marks=[pytest.mark.slow] if hasattr(part, "package") else []) for part in LEARNERS],
    ids=lambda part: part.__name__,
)
def test_a_learner_copes_with_users_who_arrive(part):
    world = Scenario.check(GROWING)
    streaming, refitted = Agent(make(part), ObservedOnly(), Online()), Agent(make(part), NoCorrection(), Every("30m"))
    runs = [simulate(world, agent, trace=True) for agent in (streaming, refitted)]
    assert simulate(world, streaming, block=1, trace=True).fingerprint == runs[0].fingerprint
    assert all(run.requests.user.max() > 10 for run in runs)
