"""The rules leave the same trace for any block, where items retire and slates are long, in both loops."""

import pytest

from agents import Agent, Every, MicroBatch, ObservedOnly
from agents.shelves import shelf
from sim import Scenario, simulate
from tests.contracts.shelves import make

RULES = [
    part
    for part in shelf("learner").values()
    if (home := part.__module__.rpartition(".")[2]) in {"bold", "exp3", "qpm_d", "explore_then_commit"}
    or home.endswith(("_ucb", "_thompson", "_bandits", "_elimination"))
]
FEED = {
    "users.count": 10,
    "horizon": "6h",
    "items.count": 9,
    "items.lifetime": "4h",
    "slate": {"size": 3, "choice": "position_based(examination=[1, 0.6, 0.4])"},
    "users.shifts": [],
    "users.visits": {"rate": "20 per day"},
}


def test_they_are_found():
    assert len(RULES) >= 16


@pytest.mark.long
@pytest.mark.parametrize(
    ("cadence", "blocks"),
    [
        pytest.param(MicroBatch("10m"), (1, 7), marks=pytest.mark.slow),
        (Every("1h", refit_window="4h"), (7,)),  # tests/contracts/test_blocks.py has blocks of one
    ],
    ids=["MicroBatch", "Every"],
)
@pytest.mark.parametrize("rule", RULES, ids=lambda part: part.__name__)
def test_the_trace_is_the_same(rule, cadence, blocks):
    feed, agent = Scenario.load("news_feed", FEED), Agent(make(rule), ObservedOnly(), cadence)
    runs = [simulate(feed, agent, block=block) for block in (None, *blocks)]
    assert len(runs[0].impressions) > 100
    assert len({run.fingerprint for run in runs}) == 1
