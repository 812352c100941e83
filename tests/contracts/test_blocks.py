"""Every learner decides the same, whatever requests are computed together."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from agents import Agent, MicroBatch, ObservedOnly
from sim import simulate
from sim.scenario import Scenario
from tests.contracts.shelves import LEARNERS, make

WORLD = Scenario.load("news_feed", {"users.count": 25, "horizon": "6h", "users.shifts": []})


@cache
def together(part):
    """Return what is shown when as many requests as can be are computed together."""
    return simulate(WORLD, Agent(make(part), ObservedOnly(), MicroBatch("90m")), trace=True).impressions


@pytest.mark.long
@pytest.mark.parametrize("part", LEARNERS, ids=lambda part: part.__name__)
def test_a_run_is_the_same_for_every_block_size(part):
    alone = simulate(WORLD, Agent(make(part), ObservedOnly(), MicroBatch("90m")), block=1, trace=True).impressions
    assert len(alone) > 100
    for column in ("item", "propensity", "predicted"):
        assert np.array_equal(alone[column], together(part)[column], equal_nan=True), column
