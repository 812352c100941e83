"""Visits in sessions: as long under every agent, and only the gap between them depends on what was shown."""

import numpy as np
import pytest

from agents import Agent, LinUCB, Never, ObservedOnly, Online, Oracle, Uniform
from sim.draws import Stream, child, exponential, root, uniform
from sim.scenario import Scenario
from sim.world import World
from tests.support.worlds import TASTES, run

DAY = 86400.0
STAY, GAP = 0.7, 40.0
RANDOM = Agent(Uniform(), cadence=Never())


def scenario(**changes):
    visits = {"rate": "6 per day", "session": {"stay": STAY, "gap": f"constant({GAP}s)"}} | changes.pop("visits", {})
    users = {"count": 60, "visits": visits} | changes.pop("users", {})
    return Scenario.load(TASTES, {"users": users, "horizon": "4d", "items.lifetime": None} | changes)


def lives(result):
    """Return the requests of each user, in order of visits."""
    requests = result.requests.sort_values(["user", "visit"])
    return [own.reset_index(drop=True) for _, own in requests.groupby("user")]


def goes_on(seed, user, visits):
    keys = child(child(root(seed, 0, Stream.VISIT), user), np.arange(visits))
    stays = uniform(child(keys, int(Stream.SESSION_STAY)), 0) < STAY
    stays[0] = False
    return keys, stays


def test_the_clock_to_the_next_session_runs_from_the_last_visit_of_this_one():
    for own in lives(run(scenario(), RANDOM, seed=2))[:20]:
        keys, stays = goes_on(2, own.user[0], len(own))
        at = own.request_at.to_numpy()
        waits = DAY / 6 * exponential(child(keys, int(Stream.GAP)), 0)
        np.testing.assert_allclose(np.diff(at, prepend=0.0), np.where(stays, GAP, waits), rtol=1e-9, atol=1e-6)


def test_a_gap_that_is_constant_is_exact():
    visits = {"rate": "6 per day", "session": {"stay": STAY, "gap": "constant(0.1s)"}}
    for own in lives(run(scenario(visits=visits), RANDOM)):
        _, stays = goes_on(0, own.user[0], len(own))
        at = own.request_at.to_numpy()
        np.testing.assert_allclose(at[1:][stays[1:]], at[:-1][stays[1:]] + 0.1, rtol=0, atol=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("effect", [1.5, -1.5])
def test_sessions_are_as_long_under_every_agent_and_satisfaction_moves_the_gaps_between(effect):
    users = {"satisfaction": {"half_life": "12h", "return_effect": effect}}
    world = scenario(users=users, visits={"session": {"stay": STAY, "gap": "exponential(mean=40s)"}}, horizon="2d")
    happy, bored = lives(run(world, Agent(Oracle(), cadence=Never()))), lives(run(world, RANDOM))
    gaps = []
    for one, other in zip(happy, bored, strict=True):
        both = min(len(one), len(other))
        _, stays = goes_on(0, one.user[0], both)
        gaps.append([np.diff(own.request_at[:both])[stays[1:]] for own in (one, other)])
        np.testing.assert_allclose(*gaps[-1], rtol=0, atol=1e-6)
    assert np.concatenate([own[0] for own in gaps]).mean() == pytest.approx(40.0, rel=0.1)
    assert (sum(map(len, happy)) > sum(map(len, bored))) == (effect > 0)


def test_the_weight_of_a_request_is_that_of_the_first_of_its_session():
    effect, half_life = 1.0, DAY / 2
    users = {"satisfaction": {"half_life": "12h", "return_effect": effect}}
    for own in lives(run(scenario(users=users), RANDOM))[:30]:
        _, stays = goes_on(0, own.user[0], len(own))
        satisfaction, before, weight, expected = 0.0, 0.0, 1.0, []
        for at, reward, stay in zip(own.request_at, own.reward, stays, strict=True):
            if not stay:
                weight = np.exp(-effect * satisfaction)
            expected.append(weight)
            kept = 2.0 ** (-(at - before) / half_life)
            satisfaction, before = kept * satisfaction + (1 - kept) * (1.0 if reward else -1.0), at
        np.testing.assert_allclose(own.weight, expected, rtol=1e-9)


def test_without_return_effect_all_weigh_the_same():
    result = run(scenario(), RANDOM)
    assert (result.requests.weight == 1.0).all()
    assert result.summary["regret/at_base_rate"] == result.summary["regret/per_request"]


def test_who_never_stays_comes_as_without_sessions():
    off, none = {"session": {"stay": 0.0, "gap": "constant(40s)"}}, {"session": None}
    agent = Agent(LinUCB(0.3), ObservedOnly(), Online())
    assert (
        run(scenario(visits=off, horizon="1d"), agent).fingerprint
        == run(scenario(visits=none, horizon="1d"), agent).fingerprint
    )


@pytest.mark.long
def test_visits_are_as_many_as_expected():
    """Of a renewal process: 1 / (1 - stay) visits each time, after 1 / rate and while the gaps last."""
    for visits in ({}, {"session": {"stay": 0.9, "gap": "exponential(mean=1h)"}, "rate": "24 per day"}):
        world = scenario(visits=visits, users={"count": 400})
        per_user = len(run(world, RANDOM).requests) / 400
        session = world.users.visits.session
        visits_each, rate = 1 / (1 - session.stay), world.users.visits.rate
        cycle = 1 / rate + (visits_each - 1) * session.gap.mean
        assert world.users.visits.per_second() == pytest.approx(visits_each / cycle)
        assert World(world, 0, 0).per_second == pytest.approx(400 * visits_each / cycle)
        assert per_user == pytest.approx(4 * DAY * visits_each / cycle, rel=0.05)


@pytest.mark.parametrize(
    ("session", "why"),
    [
        ({"stay": 1.0, "gap": "constant(1s)"}, "users.visits.session.stay: input should be less than or equal"),
        ({"stay": 0.5, "gap": "constant(0s)"}, "users.visits.session.gap: constant.0s. may be 0s"),
        ({"stay": 0.5, "gap": "never(p=0.1, else=1s)"}, "users.visits.session.gap: .* has no finite mean"),
        ({"stay": 0.5}, "users.visits.session.gap: is missing"),
    ],
)
def test_what_is_no_session_is_refused(session, why):
    with pytest.raises(ValueError, match=why):
        scenario(visits={"session": session})
