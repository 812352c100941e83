"""Every learner decides the same, whatever requests are computed together."""

from __future__ import annotations

import numpy as np
import pytest

from agents import Agent, MicroBatch, ObservedOnly
from sim import simulate
from sim.scenario import Scenario
from tests.contracts.shelves import LEARNERS, make

WORLD = Scenario.load("news_feed", {"users.count": 40, "horizon": "6h", "users.shifts": []})


@pytest.mark.long
@pytest.mark.parametrize("part", LEARNERS, ids=lambda part: part.__name__)
def test_a_run_is_the_same_for_every_block_size(part):
    agent = Agent(make(part), ObservedOnly(), MicroBatch("90m"))
    alone, together = (simulate(WORLD, agent, block=block, trace=True).impressions for block in (1, None))
    assert len(alone) > 100
    for column in ("item", "propensity", "predicted"):
        assert np.array_equal(alone[column], together[column], equal_nan=True), column
