"""Replicas that load a version one after another, and clients that keep one: every version by hand in a tiny world."""

import gc
from weakref import WeakSet

import numpy as np
import pytest

from agents import Agent, Every, NoCorrection
from sim.scenario import Scenario, ScenarioError
from sim.simulation import simulate
from tests.support.worlds import FirstItems, run, world

MICRO = 10**6
EVERY = 100 * MICRO  # a version goes live at each multiple
CROWD = {"users__count": 40, "users__visits": {"every": "10s"}, "horizon": "1000s"}
PUSHED = Agent(FirstItems(), NoCorrection(), Every("100s"), ship="push")


def micros(at):
    return np.rint(at.to_numpy() * MICRO).astype(int)


def served(scenario, agent=PUSHED, **options):
    ran = run(scenario, agent, **options)
    return ran, ran.requests, micros(ran.requests.request_at)


def test_a_replica_serves_a_version_as_long_after_the_first_as_the_rollout_says():
    scenario = world(**CROWD, platform__serving={"replicas": 4, "rollout": "60s"})
    ran, requests, at = served(scenario)
    assert sorted(requests.replica.unique()) == [0, 1, 2, 3]
    assert requests.groupby("user").replica.nunique().max() == 1
    loaded = (at - requests.replica * 20 * MICRO) // EVERY  # 100 s and 20 s, 40 s, 60 s later, these included
    assert requests.version.tolist() == loaded.clip(lower=0).tolist()
    assert ran.versions.live_at.tolist() == [100.0 * n for n in range(11)]
    assert ran.versions.retired_at.tolist()[:-1] == [100.0 * n for n in range(1, 11)]  # when the next one went live


def test_steps_of_a_rollout_are_rounded_down_to_whole_microseconds():
    scenario = world(**CROWD, platform__serving={"replicas": 4, "rollout": "0.01ms"})
    _, requests, at = served(scenario)
    assert requests.version.tolist() == ((at - requests.replica * 10 // 3) // EVERY).tolist()


def test_a_client_keeps_its_version_between_two_refreshes():
    """All clients refresh at the multiples of 30 s, and once before."""
    scenario = world(**CROWD, platform__serving={"cache": "released(every=30s)"})
    _, requests, at = served(scenario)
    refreshed = at // (30 * MICRO) * 30 * MICRO
    assert requests.version.tolist() == (refreshed // EVERY).tolist()
    assert "replica" not in requests


def test_what_a_replica_served_at_the_last_refresh_is_kept():
    keys = {"replicas": 3, "rollout": "50s", "cache": "released(every=30s)"}
    _, requests, at = served(world(**CROWD, platform__serving=keys))
    refreshed = at // (30 * MICRO) * 30 * MICRO
    loaded = (refreshed - requests.replica * 25 * MICRO) // EVERY
    assert requests.version.tolist() == loaded.clip(lower=0).tolist()


@pytest.mark.long
def test_refreshes_of_a_fixed_gap_are_as_far_apart_and_begin_anywhere_in_it():
    """Versions come every fifth of a second: which one serves says when the client refreshed last."""
    scenario = world(
        horizon="90s", users__count=50, users__visits={"every": "2s"}, platform__serving={"cache": "constant(40s)"}
    )
    _, requests, _ = served(scenario, Agent(FirstItems(), NoCorrection(), Every("0.2s"), ship="push"))
    per_user = requests.sort_values(["user", "request_at"])
    moved = per_user[per_user.groupby("user").version.diff() > 0]
    first = moved.groupby("user").request_at.first()
    assert first.max() <= 44.0  # a gap, and two visits
    assert first.min() < 5.0
    assert first.mean() == pytest.approx(20.0, abs=3 * 40 / np.sqrt(12 * 50))
    steps = moved.groupby("user").version.diff().dropna()
    assert steps.between(199, 201).all()  # 40 s


def test_lag_counts_what_has_not_reached_the_user():
    ran, requests, at = served(world(**CROWD, platform__serving={"replicas": 4, "rollout": "60s"}))
    assert ran.summary["staleness/version_lag/mean"] == pytest.approx(
        (at // EVERY - requests.version).mean(), rel=1e-12
    )
    live = 100.0 * requests.version
    assert ran.summary["staleness/model_age/mean"] == pytest.approx((requests.request_at - live).mean(), rel=1e-12)


def test_in_place_the_newest_version_serves_everywhere():
    keys = {"replicas": 4, "rollout": "60s", "cache": "uniform(low=0s, high=4m)"}
    agent = Agent(FirstItems(), NoCorrection(), Every("100s"), ship="in_place")
    routed, plain = run(world(**CROWD, platform__serving=keys), agent), run(world(**CROWD), agent)
    assert routed.fingerprint == plain.fingerprint
    assert "replica" not in routed.requests


def test_one_replica_more_and_no_rollout_change_nothing():
    told = simulate(world(**CROWD, platform__serving={"replicas": 8}), PUSHED)
    assert told.fingerprint == simulate(world(**CROWD), PUSHED).fingerprint
    assert world(platform__serving={}).digest == world().digest


class Counted(FirstItems):
    """Makes a new policy at each training, and counts those there are whenever one is asked."""

    def __init__(self):
        super().__init__()
        self.there, self.most = WeakSet(), []

    def policy(self):
        policy = _Policy(self)
        self.there.add(policy)
        return policy


class _Policy(FirstItems):
    def __init__(self, learner):
        self.learner = learner

    def act(self, observations):
        self.learner.most.append((observations.at[0], len(self.learner.there)))
        return super().act(observations)


@pytest.mark.parametrize(
    ("serving", "most"),
    [
        ({}, 1),
        ({"replicas": 4, "rollout": "60s"}, 2),  # over before the next one comes
        ({"replicas": 4, "rollout": "250s"}, 4),  # three on the way, besides the newest
        ({"cache": "constant(150s)"}, 3),  # those of up to 150 s ago, and the newest
    ],
)
def test_a_policy_is_kept_as_long_as_somebody_may_be_served_by_it(serving, most):
    learner = Counted()
    gc.collect()
    gc.disable()  # nothing of it needs the collector
    try:
        run(world(**CROWD, platform__serving=serving), Agent(learner, NoCorrection(), Every("100s"), ship="push"))
    finally:
        gc.enable()
    assert max(count for _, count in learner.most) == most
    if "rollout" in serving and serving["rollout"] == "60s":
        assert {count for at, count in learner.most if at % 100 > 61 and at > 100} == {1}


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"rollout": "1m"}, "platform.serving.rollout: has no effect while platform.serving.replicas is 1"),
        ({"cache": "never(p=0.5, else=constant(1h))"}, "may never end"),
        ({"cache": "constant(0s)"}, "refreshes of each client"),
        ({"cache": "uniform(low=0s, high=0.1ms)"}, "refreshes of each client"),
    ],
)
def test_what_cannot_be_is_refused(keys, why):
    with pytest.raises(ScenarioError) as caught:
        world(**CROWD, platform__serving=keys)
    assert why in str(caught.value)


def test_replicas_without_a_rollout_are_told_to_have_no_effect():
    scenario = Scenario.load(world(), {"platform.serving.replicas": 3})
    assert scenario.no_effect(["platform.serving.replicas"]) == (
        "platform.serving.replicas: has no effect while platform.serving.rollout is 0s",
    )
