"""Why a user saw a slate: what is replayed is what happened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agents import Agent, Every, LinTS, LinUCB, Never, NoCorrection, ObservedOnly, Online, Oracle, RidgeRanker, Wait
from sim import Scenario, simulate
from sim.analysis.replay import replay, visits
from sim.analysis.replay.replay import keeping
from sim.analysis.replay.sentences import clock, serving
from sim.errors import LabError

WORLD = """\
name: feed
description: "Tastes that move, <script>items</script> that [red]retire."
horizon: 12h
users:
  count: 8
  visits: {rate: 12 per day}
  preferences: {dim: 3, spread: 1.0}
  trend: {half_life: 6h, spread: 0.6}
  drift: {half_life: 12h, spread: 0.4}
  satiation: {half_life: 6h, strength: 0.5}
  satisfaction: {half_life: 2d, return_effect: 0.5}
  observed: {share: 0.7, noise: 0.3}
items: {count: 12, lifetime: 12h, click_rate: 0.2, popularity: 0.5}
slate: {size: 3, choice: "position_based(examination=[1, 0.7, 0.5])"}
feedback: {click: {delay: "lognormal(median=20s, p95=5m)", window: 30m}, learn_from: click}
platform: {ingest: constant(30s), training: {fixed: 10m, per_example: 0.2ms}, push: constant(1h)}
"""
AT_ONCE = {
    "users.visits": {"every": "20m"},
    "users.satiation": {},
    "users.satisfaction": {},
    "feedback": {"click": {"delay": "constant(0s)"}, "learn_from": "click"},
    "platform": {"ingest": "constant(0s)", "training": {"fixed": "0s"}, "push": "constant(0s)"},
}
AGENTS = {
    "online in place": Agent(LinUCB(), NoCorrection(), Online()),
    "online, late": Agent(LinTS(), Wait(), Online()),
    "hourly, pushed": Agent(RidgeRanker(ridge=1.0), ObservedOnly(), Every("1h")),
}


@pytest.fixture(scope="module")
def feed(tmp_path_factory) -> Scenario:
    file = tmp_path_factory.mktemp("feed") / "feed.yaml"
    file.write_text(WORLD)
    return Scenario.load(file)


@pytest.mark.parametrize("agent", AGENTS.values(), ids=AGENTS)
def test_what_is_replayed_is_what_happened(feed, agent) -> None:
    run = simulate(feed, agent, seed=3, trace=True)
    some = run.requests.iloc[3::9]
    assert len(some) >= 4
    for request in some.itertuples():
        found = replay(feed, agent, request.user, request.visit, seed=3, at=request.request_at)
        shown = run.impressions[(run.impressions.user == request.user) & (run.impressions.visit == request.visit)]
        assert found.serving.version == request.version
        assert list(found.shown.items) == shown["item"].tolist() == [s.item for s in found.slate]
        assert [(s.outcome, s.status) for s in found.slate] == list(zip(shown.outcome, shown.status, strict=True))
        assert [s.propensity for s in found.slate] == shown.propensity.astype(object).where(
            shown.propensity.notna(), None
        ).tolist()
        assert found.staleness + found.learning == pytest.approx(request.regret, abs=1e-12)
        assert found.regret == pytest.approx(request.regret, abs=1e-12)
        assert found.shown.expected_reward == request.expected_reward


def test_the_version_is_that_of_the_table_and_newer_ones_are_under_way(feed) -> None:
    agent = AGENTS["hourly, pushed"]
    run = simulate(feed, agent, seed=3, trace=True)
    request = run.requests[run.requests.version > 2].iloc[0]
    found = replay(feed, agent, int(request.user), int(request.visit), seed=3)
    version = run.versions.iloc[found.serving.version]
    assert (found.serving.cutoff_at, found.serving.live_at) == (version.cutoff_at, version.live_at)
    assert found.serving.data_age == request.request_at - version.cutoff_at
    newer = run.versions[(run.versions.version > version.version) & (run.versions.cutoff_at <= request.request_at)]
    assert [one.version for one in found.serving.underway] == newer.version.tolist()
    assert newer.shape[0] >= 1


def test_a_version_that_is_live_for_others_only_is_named(feed) -> None:
    keys = {"platform.push": "constant(10m)", "platform.serving": {"replicas": 2, "rollout": "2h"}}
    agent, slow = AGENTS["hourly, pushed"], Scenario.load(feed, keys)
    run = simulate(slow, agent, seed=3, trace=True)
    newest = run.versions.live_at.searchsorted(run.requests.request_at, side="right") - 1
    request = run.requests[(run.requests.version > 0) & (run.requests.version < newest)].iloc[0]
    found = replay(slow, agent, int(request.user), int(request.visit), seed=3)
    assert found.serving.version == request.version
    (since,) = run.versions.live_at[run.versions.version == request.version + 1]
    assert found.serving.underway[0].live_at == since
    said = " ".join(serving(found).split())  # wherever a line is wrapped
    assert f"version {int(request.version) + 1}: read the log up to" in said
    assert f"live for others since {clock(since)}" in said


def test_labels_are_where_the_trace_says(feed) -> None:
    agent = AGENTS["hourly, pushed"]
    run = simulate(feed, agent, seed=3, trace=True)
    last = run.requests.iloc[-1]
    found = replay(feed, agent, int(last.user), int(last.visit), seed=3)
    before = run.impressions[run.impressions.request_at < last.request_at]
    known = before.delivered_at <= last.request_at
    read = before.delivered_at <= found.serving.cutoff_at
    assert read.sum() == found.serving.examples
    for mine, labels in (
        (before.user == last.user, found.labels_of_user),
        (before["item"].isin(found.shown.items), found.labels_of_items),
    ):
        counts = ((mine & read).sum(), (mine & known & ~read).sum(), (mine & ~known).sum())
        assert (labels.read, labels.unread, labels.pending) == counts
    assert found.labels_of_items.read > 0
    assert found.labels_of_items.unread > 0


@pytest.mark.parametrize(("cadence", "read"), [(Every("20s"), 3), (Online(), 4)], ids=["clock", "log"])
def test_what_comes_at_the_instant_of_a_training_is_read_if_it_triggered_it(cadence, read) -> None:
    world = {
        "name": "arms",
        "horizon": "1m",
        "users": {"count": 1, "visits": {"every": "10s"}},
        "items": {"click_rates": [0.9, 0.3]},
        "slate": {"size": 1},
        "feedback": {"click": {"delay": "constant(0s)"}},
        "platform": {"push": "constant(0s)"},
    }
    labels = replay(Scenario.load(world), Agent(RidgeRanker(), ObservedOnly(), cadence), 0, 4).labels_of_user
    assert (labels.read, labels.unread, labels.pending) == (read, 4 - read, 0)


@pytest.mark.parametrize(
    "learner",
    [pytest.param(LinUCB(), marks=pytest.mark.slow), LinTS(), RidgeRanker()],
    ids=lambda one: type(one).__name__,
)
def test_without_delay_an_online_agent_is_as_fresh_as_can_be(feed, learner) -> None:
    world = Scenario.load(feed, AT_ONCE)
    agent = Agent(learner, NoCorrection(), Online())
    for one in visits(world, agent, 2, seed=1)[0][::9]:
        found = replay(world, agent, 2, one.visit, seed=1, at=one.request_at)
        assert found.freshest == found.shown
        assert found.staleness == 0.0


def test_what_a_learner_answers_one_by_one_is_what_is_seen(feed, monkeypatch) -> None:
    monkeypatch.setattr("sim.kernel.blocks.BlockSize.single", True)
    world = Scenario.load(feed, AT_ONCE | {"items.lifetime": None, "slate": {"size": 1, "choice": "bernoulli"}})
    agent = Agent(LinUCB(model="per_item"), ObservedOnly(), Online())
    for one in visits(world, agent, 2, seed=1)[0][::9]:
        found = replay(world, agent, 2, one.visit, seed=1, at=one.request_at)
        assert found.serving.version == one.version
        assert found.freshest == found.shown
        assert found.shown.expected_reward == one.expected_reward


def test_an_agent_that_never_trains_is_behind_one_that_would(feed) -> None:
    plain, kept = Agent(RidgeRanker(), cadence=Never()), keeping(Agent(RidgeRanker(), cadence=Never()), feed.horizon)
    assert simulate(feed, plain).fingerprint == simulate(feed, kept).fingerprint
    found = replay(feed, plain, 1, visits(feed, plain, 1)[0][-1].visit)
    assert found.freshest.items != found.shown.items
    best = replay(feed, replace(plain, learner=Oracle()), 1, 0)
    assert (best.regret, best.staleness, best.learning) == (0.0, 0.0, 0.0)


def test_truth_is_told_and_the_best_item_has_rank_one() -> None:
    world = Scenario.load(
        {
            "name": "arms",
            "horizon": "2m",
            "users": {"count": 1, "visits": {"every": "10s"}},
            "items": {"click_rates": [0.9, 0.3, 0.1]},
            "slate": {"size": 2},
            "feedback": {"click": {"delay": "constant(4s)"}},
        }
    )
    found = replay(world, Agent(Oracle(), cadence=Never()), 0, 3)
    assert [(s.item, round(s.attraction, 12), s.rank, s.popularity) for s in found.slate] == [
        (0, 0.9, 1, None),
        (1, 0.3, 2, None),
    ]
    assert [(s.feedback_at, s.delivered_at) for s in found.slate] == [(44.0, 44.0)] * 2
    assert found.request_at == 40.0
    with pytest.raises(LabError, match="visit 12 of user 0 is not within the horizon; visits 0 to 11 are"):
        replay(world, Agent(Oracle(), cadence=Never()), 0, 12)
