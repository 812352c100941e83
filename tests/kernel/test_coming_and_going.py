"""Users who arrive, and users who leave for good."""

import numpy as np
import pytest

from agents import Agent, Never, Oracle, Uniform
from sim.draws import Stream, child, exponential, root
from sim.scenario import Scenario
from sim.scenario.population import Population
from sim.world import World
from tests.support.worlds import CLOCKWORK, TASTES, run

DAY = 86400.0
RANDOM = Agent(Uniform(), cadence=Never())
STILL = {"users.satisfaction": {}, "users.satiation": {}}
OFTEN = {"users.visits": {"rate": "24 per day"}}


def scenario(*changes, **users):
    keys = {f"users.{name}": value for name, value in users.items()}
    return Scenario.load(TASTES, {k: v for change in changes for k, v in change.items()} | keys)


def arrivals(count, rate, seed=0):
    return np.add.accumulate(exponential(root(seed, 0, Stream.ARRIVAL), np.arange(count)) / rate)


def thresholds(count, seed=0):
    return exponential(root(seed, 0, Stream.LEAVING), np.arange(count))


def test_users_arrive_by_a_poisson_process_and_are_numbered_in_order():
    world = scenario(STILL, OFTEN, arrivals={"rate": "200 per day"})
    population = Population(world, 0, 0)
    expected = arrivals(400, 200 / DAY)
    expected = expected[expected <= DAY]
    np.testing.assert_allclose(population.late, expected, rtol=1e-12)
    assert population.count == 40 + len(expected)
    requests = run(world, RANDOM).requests
    first = requests[requests.visit == 0].set_index("user").request_at
    late = first[first.index >= 40]
    assert (late > expected[late.index - 40]).all()
    assert set(first.index) <= set(range(population.count))
    assert len(first) > 200


def test_the_first_visit_comes_after_the_arrival_as_any_visit_after_another():
    world = scenario(STILL, arrivals={"rate": "200 per day"}, visits={"rate": "24 per day"})
    requests = run(world, RANDOM).requests
    first = requests[(requests.visit == 0) & (requests.user >= 40)]
    since = first.request_at - arrivals(400, 200 / DAY)[first.user - 40]
    keys = child(child(root(0, 0, Stream.VISIT), first.user.to_numpy()), 0)
    np.testing.assert_allclose(since, DAY / 24 * exponential(child(keys, int(Stream.GAP)), 0), rtol=1e-7)


def test_who_arrives_has_visits_a_taste_and_a_group_like_those_of_the_start():
    """They are what a user of their number is where all are there from the start."""
    groups = {"users.groups": {"a": {"share": 0.5, "delay": 2.0}, "b": {"share": 0.5}}, "users.observed.group": True}
    grown = World(scenario(groups, arrivals={"rate": "200 per day"}), 0, 0)
    whole = World(scenario(groups, count=len(grown.user_features)), 0, 0)
    assert (grown.user_features == whole.user_features).all()
    assert grown.space.users == 40


def test_evenly_spaced_visits_start_at_the_arrival():
    world = Scenario.load(CLOCKWORK, {"users.arrivals": {"rate": "1 per 20s"}, "users.visits": {"every": "7s"}})
    requests = run(world, RANDOM).requests
    for user, own in requests[requests.user > 0].groupby("user"):
        at = arrivals(50, 1 / 20)[user - 1]
        np.testing.assert_allclose(own.request_at, at + 7.0 * (own.visit + 1), rtol=0, atol=1e-9)
    assert requests.user.max() > 2


def test_users_leave_where_their_hazard_has_reached_their_threshold():
    leaving = {"leaving": {"rate": "2 per day"}, "arrivals": {"rate": "100 per day"}, "count": 200}
    stay = run(scenario(STILL, OFTEN, **leaving | {"leaving": None}), RANDOM).requests
    leave = run(scenario(STILL, OFTEN, **leaving), RANDOM).requests
    came = np.append(np.zeros(200), arrivals(400, 100 / DAY))
    until = came + thresholds(600) * DAY / 2
    assert leave.equals(stay[stay.request_at < until[stay.user]].reset_index(drop=True))
    assert len(leave) < 0.8 * len(stay)


@pytest.mark.parametrize("effect", [1.5, -1.5])
def test_the_hazard_between_two_visits_follows_from_the_satisfaction_after_the_first(effect):
    """Added up by hand from the clicks seen: who came last had patience left, and none by the visit after."""
    half_life, rate = DAY / 2, 3 / DAY
    users = {"satisfaction": {"half_life": "12h"}, "leaving": {"rate": "3 per day", "satisfaction_effect": effect}}
    result = run(scenario({"horizon": "3d"}, OFTEN, **users), RANDOM)
    gone = 0
    for user, own in result.requests.sort_values("visit").groupby("user"):
        satisfaction, before, used = 0.0, 0.0, 0.0
        for at, reward in zip(own.request_at, own.reward, strict=True):
            used += rate * np.exp(-effect * satisfaction) * (at - before)
            assert used < thresholds(40)[user]
            kept = 2.0 ** (-(at - before) / half_life)
            satisfaction, before = kept * satisfaction + (1 - kept) * (1.0 if reward else -1.0), at
        key = child(child(root(0, 0, Stream.VISIT), int(user)), len(own))
        following = before + DAY / 24 * float(exponential(child(key, int(Stream.GAP)), 0))
        if following <= 3 * DAY:
            gone += 1
            assert used + rate * np.exp(-effect * satisfaction) * (following - before) >= thresholds(40)[user]
    assert gone > 10


def test_good_slates_keep_users():
    users = {"satisfaction": {"half_life": "12h"}, "leaving": {"rate": "1 per day", "satisfaction_effect": 3.0}}
    world = scenario({"horizon": "4d"}, OFTEN, **users)
    happy, bored = (run(world, agent).summary for agent in (Agent(Oracle(), cadence=Never()), RANDOM))
    assert happy["users/retained"] > 1.5 * bored["users/retained"]
    assert happy["reward/per_user_day"] > 2 * bored["reward/per_user_day"]


def test_days_count_from_the_arrival_to_the_horizon_also_after_leaving():
    users = {"arrivals": {"rate": "100 per day"}, "leaving": {"rate": "2 per day"}}
    world = scenario(STILL, OFTEN, **users)
    came = np.append(np.zeros(40), Population(world, 0, 0).late)
    for start in (0.0, 0.3 * DAY):
        result = run(world, RANDOM, score_from=start)
        reward = result.requests[result.requests.request_at >= start].reward.sum()
        days = (DAY - np.maximum(came, start)).sum() / DAY
        assert result.summary["reward/per_user_day"] == pytest.approx(reward / days, rel=1e-12)
        curve = result.curve
        ends = curve["at"].to_numpy()
        begins = np.maximum(np.append(0.0, ends[:-1]), start)
        spans = [
            (end - np.maximum(came, begin)).clip(min=0).sum() / DAY for begin, end in zip(begins, ends, strict=True)
        ]
        rewards = np.diff(curve["reward/total"], prepend=0.0)
        expected = np.divide(rewards, spans, out=np.full(len(spans), np.nan), where=np.array(spans) > 0)
        np.testing.assert_allclose(curve["reward/per_user_day"], expected, rtol=1e-9)
    late = result.requests[result.requests.request_at >= 0.9 * DAY]
    assert result.summary["users/retained"] == late.user.nunique() / len(came)


def test_rates_may_be_percentages():
    world = scenario(leaving={"rate": "1% per day"})
    assert world.users.leaving.rate == pytest.approx(0.01 / DAY)


def test_how_many_are_there_is_expected():
    """40 at the start and 100 a day, of whom 2 a day leave: the mean over a day is an integral of exponentials."""
    world = scenario(STILL, OFTEN, arrivals={"rate": "100 per day"}, leaving={"rate": "2 per day"}, count=400)
    there = np.linspace(0, 1, 100_001)
    mean = (400 * np.exp(-2 * there) + 50 * (1 - np.exp(-2 * there))).mean()
    assert world.users.present(DAY) == pytest.approx(mean, rel=1e-4)
    requests = len(run(world, RANDOM).requests)
    assert requests == pytest.approx(24 * mean, rel=0.05)
    assert World(world, 0, 0).per_second == pytest.approx(24 / DAY * mean, rel=1e-4)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"users.arrivals": {"rate": "1 per day"}, "items.lifetime": None, "items.redrawn": True}, "users.arrivals: "),
        ({"users.arrivals": {"rate": "1e9 per day"}}, "users.arrivals.rate: comes to 1e.09 users in all"),
        ({"users.leaving": {"rate": "0% per day"}}, "users.leaving.rate: '0% per day' is not a rate above 0"),
        ({"users.leaving": {"satisfaction_effect": 1.0}}, "users.leaving.rate: is missing"),
    ],
)
def test_what_cannot_be_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        Scenario.load(TASTES, changes)
