"""Visits fitted to an impression log: users who never came, sessions, schedules."""

import re

import numpy as np
import pytest

from sim import Scenario, simulate
from sim.analysis.fit_world.visits import visits_part
from sim.laws.durations import seconds
from tests.lab.fitted_logs import DAY, WORLD, impressions, log, why


def test_users_who_never_came_and_users_who_differ() -> None:
    rare = log(impressions(**{"users.visits.rate": "0.2 per day", "users.count": 900, "slate.size": 1,
                              "slate.choice": "bernoulli"}, seed=1))  # fmt: skip
    count = visits_part(rare, None).get("users.count")
    assert rare.users < 700 < count.low < 900 < count.high
    rate = visits_part(rare, 900).get("users.visits.rate")
    assert rate.low < 0.2 / DAY < rate.high
    groups = {"often": {"share": 0.2, "visits": 5.0}, "seldom": {"share": 0.8, "visits": 0.2}}
    uneven = log(impressions(**{"users.groups": groups, "users.visits.rate": "1 per day"}))
    assert "users come at different rates" in why(visits_part(uneven, None), "users.count")


SESSIONS = {
    "users.visits.rate": "2 per day", "users.count": 60, "slate.size": 1, "slate.choice": "bernoulli",
    "users.visits.session": {"stay": 0.6, "gap": "lognormal(median=1m, sigma=1)"},
}  # fmt: skip


def in_sessions(seed: int) -> dict[str, bool]:
    """Return which true values of visits in sessions lie in their intervals."""
    part = visits_part(log(impressions(seed=seed, **SESSIONS)), None)
    true = {"rate": 2 / DAY, "daily_peak": 20 * 3600, "daily_swing": 0.6, "session.stay": 0.6}
    found = {key: part.get(f"users.visits.{key}") for key in true}
    gap = part.get("users.visits.session.gap")
    ends = re.fullmatch(r"median (.*) to (.*); sigma (.*) to (.*)", gap.note).groups()
    return {key: one.low <= true[key] <= one.high for key, one in found.items()} | {
        "median": seconds(ends[0]) <= 60.0 <= seconds(ends[1]), "sigma": float(ends[2]) <= 1.0 <= float(ends[3]),
    }  # fmt: skip


def test_sessions_and_their_gaps() -> None:
    assert [key for key, inside in in_sessions(0).items() if not inside] == []


@pytest.mark.slow
def test_intervals_of_sessions_hold_the_truth_as_often() -> None:
    counted = [in_sessions(seed) for seed in range(100, 140)]
    assert {key for key in counted[0] if sum(one[key] for one in counted) < 33} == set()
    assert np.mean([list(one.values()) for one in counted]) > 0.92


def test_visits_by_a_schedule_are_exact() -> None:
    world = {**WORLD, "users": {"count": 10, "visits": {"every": "1h"}}}
    frame = simulate(Scenario.load(world), agent="uniform", seed=0, trace=True).impressions
    every = visits_part(log(frame), None).get("users.visits.every")
    assert (every.text, every.low) == ("1h", None)
