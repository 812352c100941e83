"""Groups of users: who belongs to which, and what that changes."""

import numpy as np
import pytest
from scipy.special import expit, logit

from agents import Agent, LinUCB, Never, ObservedOnly, Online, Uniform
from sim.draws import Stream, root, uniform
from sim.scenario import Scenario
from sim.world import World
from tests.support.worlds import CLOCKWORK, TASTES, run

DAY = 86400.0
RANDOM = Agent(Uniform(), cadence=Never())
TWO = {"android": {"share": 0.6}, "ios": {"share": 0.4}}


def groups(**of_ios):
    return {"users.groups": {"android": TWO["android"], "ios": TWO["ios"] | of_ios}}


def in_ios(users, seed=0):
    return uniform(root(seed, 0, Stream.GROUP), np.arange(users)) >= 0.6


def frames(base, *changes):
    result = run(Scenario.load(base, {k: v for change in changes for k, v in change.items()}), RANDOM)
    return result.requests, result.impressions


@pytest.mark.long
def test_groups_that_say_nothing_change_nothing():
    agent = Agent(LinUCB(0.3), ObservedOnly(), Online())
    few = Scenario.load(TASTES, {"users.count": 15})
    assert run(Scenario.load(few, groups()), agent).fingerprint == run(few, agent).fingerprint


def test_the_order_of_groups_in_a_file_changes_nothing():
    one = Scenario.load(TASTES, groups(delay=2.0))
    other = Scenario.load(TASTES, {"users.groups": dict(reversed(one.plain()["users"]["groups"].items()))})
    assert one.digest == other.digest
    assert run(one, RANDOM).fingerprint == run(other, RANDOM).fingerprint


@pytest.mark.parametrize("delay", ["constant(20s)", "lognormal(median=20s, p95=5m)", "mixture(0.5: 10s, 0.5: 70s)"])
def test_a_delay_is_multiplied_before_the_window_and_ingest_is_not(delay):
    own = {"feedback.click.delay": delay, "feedback.click.window": "1m", "platform.ingest": "constant(7s)"}
    (_, plain), (_, slow) = frames(TASTES, own, groups()), frames(TASTES, own, groups(delay=3.0))
    ios = in_ios(40)
    ours, others = slow[ios[slow.user]], slow[~ios[slow.user]]
    assert others.equals(plain[~ios[plain.user]])
    before = plain[ios[plain.user]]
    clicked = ours.outcome == 1
    delays, of_plain = ((i.feedback_at - i.request_at)[clicked] for i in (ours, before))
    np.testing.assert_allclose(delays, 3.0 * of_plain, rtol=1e-9, atol=1e-6)
    credited, known = ours.status == "positive", ours.delivered_at.notna()
    inside = 3.0 * (before.feedback_at - before.request_at).round(6) <= 60.0
    assert (credited == (clicked & inside))[known].all()
    np.testing.assert_allclose((ours.delivered_at - ours.feedback_at)[credited], 7.0, atol=1e-6)


def test_a_conversion_is_as_slow_as_its_click():
    shop = {
        "feedback.conversion": {"rate": 0.5, "delay": "exponential(mean=30m)"},
        "feedback.learn_from": "conversion",
        "feedback.click.window": None,
    }
    (_, plain), (_, slow) = frames(TASTES, shop, groups()), frames(TASTES, shop, groups(delay=3.0))
    happened = (plain.outcome == 1) & in_ios(40)[plain.user]
    delays, of_plain = ((i.feedback_at - i.request_at)[happened] for i in (slow, plain))
    np.testing.assert_allclose(delays, 3.0 * of_plain, rtol=1e-9)


def test_a_file_drop_comes_after_the_slower_event():
    own = {"feedback.click.delay": "released(every=1m, law=constant(25s))", "feedback.click.window": None}
    _, slow = frames(TASTES, own, groups(delay=3.0), {"platform.ingest": "0s"})
    event = slow.request_at + np.where(in_ios(40)[slow.user], 75.0, 25.0)
    known = slow.delivered_at.notna()
    np.testing.assert_allclose(slow.delivered_at[known], (60 * (np.floor(event / 60) + 1))[known])


def test_a_visit_rate_is_multiplied():
    visits = {"users.visits": {"rate": "6 per day"}, "users.satisfaction": {}, "users.count": 400}
    requests, _ = frames(TASTES, visits, groups(visits=2.5))
    plain, _ = frames(TASTES, visits, groups())
    ios = in_ios(400)
    gaps = [r.sort_values(["user", "visit"]).groupby("user").request_at.first() for r in (requests, plain)]
    both = gaps[0].index.intersection(gaps[1].index)
    np.testing.assert_allclose(gaps[1][both] / gaps[0][both], np.where(ios[both], 2.5, 1.0), rtol=1e-9)
    expected = 6 * (2.5 * ios.sum() + (~ios).sum())
    assert len(requests) == pytest.approx(expected, abs=4 * np.sqrt(expected))
    world = Scenario.load(TASTES, visits | groups(visits=2.5))
    assert World(world, 0, 0).per_second == pytest.approx(400 * 6 * (0.6 + 0.4 * 2.5) / DAY)


def probabilities(rate, **world):
    base = {"items.click_rates": None, "items.count": 2, "items.popularity": 0.8, "users.count": 50, "horizon": "2s"}
    _, impressions = frames(CLOCKWORK, base, {"items.click_rate": rate}, groups(click_rate=0.07), world)
    _, plain = frames(CLOCKWORK, base, {"items.click_rate": rate}, world)
    ios = in_ios(50)
    assert impressions[~ios[impressions.user]].probability.equals(plain[~ios[plain.user]].probability)
    return impressions[ios[impressions.user]].probability, plain[ios[plain.user]].probability


def test_a_click_rate_replaces_the_number():
    own, plain = probabilities(0.3)
    np.testing.assert_allclose(own, expit(logit(plain) + logit(0.07) - logit(0.3)), rtol=1e-12)


def test_a_click_rate_is_added_to_a_law_in_log_odds():
    own, plain = probabilities("beta(4, 4)")
    np.testing.assert_allclose(own, expit(logit(plain) + logit(0.07)), rtol=1e-12)


def test_a_click_rate_is_a_probability_where_utilities_are():
    own, plain = probabilities(0.3, **{"slate.link": "identity", "items.popularity": 0.05})
    np.testing.assert_allclose(own, np.clip(plain + 0.07 - 0.3, 0, 1), rtol=1e-12)


def test_agents_see_the_group_where_they_may():
    world = World(Scenario.load(TASTES, groups() | {"users.observed.group": True}), 0, 0)
    plain = World(Scenario.load(TASTES), 0, 0)
    assert world.space.user_dim == plain.space.user_dim + 2
    assert (world.user_features[:, :-2] == plain.user_features).all()
    ios = in_ios(40).astype(float)
    assert (world.user_features[:, -2:] == np.stack([1 - ios, ios], axis=1)).all()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"users.groups": {"a": {"share": 0.6}, "b": {"share": 0.3}}}, "users.groups: the shares add up to 0.9"),
        ({"users.groups": {"a b": {"share": 1.0}}}, "users.groups.a b"),
        ({"users.groups": {"a": {"share": 1.0, "dely": 2.0}}}, "users.groups.a.dely: unknown key, did you mean delay"),
        ({"users.groups": {"a": {"delay": 2.0}}}, "users.groups.a.share: is missing"),
        ({"users.observed.group": True}, "users.observed.group: has no effect without users.groups"),
        (groups(visits=2.0) | {"users.visits": {"every": "1h"}, "users.satisfaction": {}}, "without visits.rate"),
        (groups(click_rate=0.1) | {"items.click_rate": "beta(1, 1)", "slate.link": "identity"}, "in log odds"),
    ],
)
def test_what_is_no_group_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        Scenario.load(TASTES, changes)
