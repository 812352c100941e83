"""Golden summaries: what the lab said of a small study of each shipped scenario, to 1e-9.

They change only when a rule, a draw or an update does, and then the results epoch is raised. To take new ones on
purpose: raise `sim.analysis.identity.RESULTS_EPOCH`, then ``python -m tests.golden.test_summaries``.
"""

import json
from pathlib import Path

import pytest

from agents import Agent, BetaThompson, DailyAt, Every, LinUCB, NoCorrection, ObservedOnly, Online, RidgeRanker, Wait
from sim.analysis.identity import RESULTS_EPOCH
from sim.scenario import Scenario, shipped
from sim.simulation import simulate
from tests.golden import epoch

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
    "choc_kale, LinUCB online": (
        ("choc_kale", {"users.count": 20, "horizon": "1d"}),
        Agent(LinUCB(0.3), NoCorrection(), Online()),
    ),
    "ads_conversion, ridge daily": (
        ("ads_conversion", {"users.count": 200, "horizon": "10d"}),
        Agent(RidgeRanker(), NoCorrection(), Every("1d")),
    ),
    "email_campaign, ridge every 6 h": (
        ("email_campaign", {"users.count": 300, "horizon": "12d"}),
        Agent(RidgeRanker(), NoCorrection(), Every("6h")),
    ),
    "marketplace, LinUCB every 6 h": (
        ("marketplace", {"users.count": 100, "horizon": "8d"}),
        Agent(LinUCB(0.3), NoCorrection(), Every("6h")),
    ),
    "subscription, LinUCB nightly": (
        ("subscription", {"users.count": 60, "horizon": "28d"}),
        Agent(LinUCB(0.3), NoCorrection(), DailyAt("03:00")),
    ),
    "short_video, ridge every 6 h": (
        (
            "short_video",
            {"users.count": 40, "horizon": "4d", "platform.canary.share": 0.5, "platform.canary.least": 5},
        ),
        Agent(RidgeRanker(), NoCorrection(), Every("6h")),
    ),
    "short_video in small, ridge every 4 h": (  # four trials: two tested, one of too few users, one unfinished
        (
            "short_video",
            {
                "users.count": 20,
                "items.count": 40,
                "horizon": "36h",
                "platform.canary": {"share": 0.5, "for": "8h", "least": 2},
                "incidents": [{"kind": "label_outage", "at": "12h", "for": "4h"}],
            },
        ),
        Agent(RidgeRanker(), NoCorrection(), Every("4h")),
    ),
    "flash_sale, LinUCB hourly": (
        ("flash_sale", {"users.count": 150, "horizon": "3d"}),
        Agent(LinUCB(0.3), NoCorrection(), Every("1h")),
    ),
    "music, ridge daily": (
        ("music", {"users.count": 20, "horizon": "4d"}),
        Agent(RidgeRanker(), Wait(), Every("1d")),
    ),
    "impulse_shop, Thompson nightly": (
        ("impulse_shop", {"users.count": 60, "horizon": "10d"}),
        Agent(BetaThompson(), NoCorrection(), DailyAt("03:00", refit_window="3d")),
    ),
}


def summary(name):
    source, agent = STUDIES[name]
    return simulate(Scenario.load(*source), agent, seed=1).summary


SLOW = "short_video, ridge every 6 h"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name == SLOW else []) for name in STUDIES]
)
def test_summary(name):
    golden = json.loads(FILE.read_text())[name]
    now = summary(name)
    assert [name for name in now if name in golden] == list(golden)  # a new metric may say more
    for key, value in golden.items():
        assert now[key] == (None if value is None else pytest.approx(value, rel=1e-9, abs=1e-12)), key


def test_each_shipped_scenario_has_one():
    assert {source[0] for source, _ in STUDIES.values()} == set(shipped())


def test_no_golden_number_changes_within_a_results_epoch():
    golden, pinned = json.loads(FILE.read_text()), json.loads(epoch.FILE.read_text())
    assert pinned["epoch"] == RESULTS_EPOCH
    assert epoch.changed(golden, pinned) == []
    assert epoch.digests(golden) == pinned["digests"]  # what is new is pinned too
    golden["bernoulli_bandit, Thompson"]["reward/total"] += 1.0
    assert epoch.changed(golden, pinned) == ["bernoulli_bandit, Thompson: reward/total"]


def test_taking_changed_numbers_needs_a_higher_epoch(monkeypatch, tmp_path):
    monkeypatch.setattr(epoch, "FILE", tmp_path / "epoch.json")
    epoch.pin({"study": {"a": 1.0}})
    epoch.pin({"study": {"a": 1.0, "b": 2.0}})
    with pytest.raises(SystemExit, match="1 numbers changed, first study: a: raise RESULTS_EPOCH"):
        epoch.pin({"study": {"a": 1.5, "b": 2.0}})
    monkeypatch.setattr(epoch, "RESULTS_EPOCH", RESULTS_EPOCH + 1)
    epoch.pin({"study": {"a": 1.5, "b": 2.0}})


if __name__ == "__main__":
    taken = {name: summary(name) for name in STUDIES}
    epoch.pin(taken)
    FILE.write_text(json.dumps(taken, indent=1) + "\n")
