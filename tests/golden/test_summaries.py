"""Golden summaries: what the lab said of three small studies, to 1e-9.

They change only when a rule, a draw or an update does. To take new ones on purpose:
``python -m tests.golden.test_summaries``.
"""

import json
from pathlib import Path

import pytest

from agents import Agent, BetaThompson, Every, LinUCB, NoCorrection, ObservedOnly, Online, RidgeRanker, Wait
from sim.scenario import Scenario
from sim.simulation import simulate

FILE = Path(__file__).with_name("summaries.json")
STUDIES = {
    "news_feed, LinUCB online": (
        ("news_feed", {"users.count": 60, "horizon": "1d", "users.shifts": []}),
        Agent(LinUCB(0.3), NoCorrection(), Online()),
    ),
    "shop, ridge daily": (
        ("shop", {"users.count": 60, "horizon": "10d"}),
        Agent(RidgeRanker(), Wait(), Every("1d")),
    ),
    "bernoulli_bandit, Thompson": (
        ("bernoulli_bandit", {"horizon": "5000s"}),
        Agent(BetaThompson(), ObservedOnly(), Online()),
    ),
}


def summary(name):
    source, agent = STUDIES[name]
    return simulate(Scenario.load(*source), agent, seed=1).summary


@pytest.mark.parametrize("name", STUDIES)
def test_summary(name):
    golden = json.loads(FILE.read_text())[name]
    now = summary(name)
    assert now.keys() == golden.keys()
    for key, value in golden.items():
        assert now[key] == (None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12)), key


if __name__ == "__main__":
    FILE.write_text(json.dumps({name: summary(name) for name in STUDIES}, indent=1) + "\n")
