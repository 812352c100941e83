"""Users whose numbers are above those of the start."""

import pytest

from agents import Agent, Every, NoCorrection, ObservedOnly, Online
from sim.scenario import Scenario
from sim.simulation import simulate
from tests.contracts.shelves import LEARNERS, make

GROWING = {
    "name": "growing",
    "horizon": "90m",
    "users": {"count": 2, "visits": {"rate": "1 per 30m"}, "arrivals": {"rate": "12 per hour"}}
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
    for correction, cadence in ((ObservedOnly(), Online()), (NoCorrection(), Every("30m"))):
        runs = [simulate(world, Agent(make(part), correction, cadence), block=block, trace=True) for block in (None, 1)]
        assert runs[0].fingerprint == runs[1].fingerprint
        assert runs[0].requests.user.max() > 10
