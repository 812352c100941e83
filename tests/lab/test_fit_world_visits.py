"""Visits fitted to an impression log: users who never came, sessions, schedules."""

import re

import numpy as np
import pandas as pd
import pytest
import yaml

from sim import Scenario, simulate
from sim.analysis.fit_world.found import Part
from sim.analysis.fit_world.stub import stub
from sim.analysis.fit_world.visits import visits_part
from sim.analysis.fit_world.world import Fitted
from sim.laws.durations import seconds
from tests.lab.fitted_logs import DAY, WORLD, impressions, log, why

NARROW = "the highest that is tried: it is that or more, or visits are closer together in the day"


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


WEEK = [0.9, 0.8, 0.8, 0.9, 1.1, 1.4, 1.3]
WEEKS = {
    "users.visits.weekly": WEEK, "horizon": "21d", "users.count": 30, "slate.size": 1, "slate.choice": "bernoulli",
}  # fmt: skip


def in_weeks(part: Part) -> dict[str, bool]:
    """Return which true values of visits by days of the week lie in their intervals."""
    true = {"rate": 4 / DAY, "daily_peak": 20 * 3600, "daily_swing": 0.6}
    found = {key: part.get(f"users.visits.{key}") for key in true}
    week = part.get("users.visits.weekly")
    inside = (week.low <= WEEK / np.mean(WEEK)) & (WEEK / np.mean(WEEK) <= week.high)
    return {key: one.low <= true[key] <= one.high for key, one in found.items()} | {
        f"day {day}": bool(holds) for day, holds in enumerate(inside)
    }


def test_days_of_the_week_begin_with_day_0_or_monday() -> None:
    frame = impressions(seed=1, **WEEKS)
    part = visits_part(log(frame), None)
    assert [key for key, inside in in_weeks(part).items() if not inside] == []
    days = part.get("users.visits.weekly")
    wednesday = pd.Timestamp("2024-06-12T00:00:00Z")
    dated = visits_part(log(frame.assign(request_at=wednesday + pd.to_timedelta(frame.request_at, unit="s"),
                                         feedback_at=pd.NaT)), None)  # fmt: skip
    week = dated.get("users.visits.weekly")
    assert (week.note, week.value) == ("Monday to Sunday", pytest.approx(np.roll(days.value, 2)))
    assert dated.get("users.visits.rate").value == pytest.approx(part.get("users.visits.rate").value)
    written = yaml.safe_load(stub(Fitted(dated, 100, 100, 30, 40, 0, 21.0), "w", []))
    assert written["users"]["visits"]["weekly"] == pytest.approx(week.value, abs=0.01)


def test_what_is_said_of_other_days() -> None:
    frame = impressions(seed=2, **{**WEEKS, "users.visits.weekly": None, "horizon": "14d"})
    alike = visits_part(log(frame), None)
    assert alike.get("users.visits.weekly") is None
    assert "no weekly pattern is seen, and none is in the scenario; of single days" in why(alike, "weekly")
    assert alike.notes == ()
    holiday = frame[(frame.request_at // DAY != 9) | (frame.user < 12)]
    assert "Most does day 9, with 0.65 of the requests expected." in visits_part(log(holiday), None).notes[0]
    short = visits_part(log(frame[frame.request_at < 13 * DAY]), None)
    assert "days from its first request to its end; 13.5 days or more tell days of the week" in why(short, "weekly")
    lunch = frame.assign(request_at=frame.request_at // DAY * DAY + 0.5 * DAY + 0.1 * (frame.request_at % DAY))
    swing = visits_part(log(lunch.drop(columns="feedback_at")), None).get("users.visits.daily_swing")
    assert (swing.text, swing.low, swing.note) == ("0.999", None, NARROW)
    closed = visits_part(log(frame[frame.request_at // DAY % 7 != 5]), None)
    assert "day 5 of the week has 0 requests; at least 10 are needed" in why(closed, "weekly")


def test_a_holiday_is_told_where_users_come_at_different_rates() -> None:
    def found(seed: int, holiday: float) -> Part:
        rng = np.random.default_rng(seed)
        rates = 4.0 * rng.gamma(1.0, size=(300, 1)) * np.where(np.arange(21) == 9, holiday, 1.0)
        count = rng.poisson(rates).ravel()
        user, day = np.repeat(np.indices(rates.shape).reshape(2, -1), count, axis=1)
        at = (day + rng.random(len(day))) * DAY
        return visits_part(log(pd.DataFrame({"request_at": at, "user": user, "item": 0, "outcome": 0})), None)

    assert [len(found(seed, 1.0).notes) for seed in range(6)] == [0] * 6
    odd = [found(seed, 0.7) for seed in range(4)]
    assert ["Most does day 9" in " ".join(part.notes) for part in odd] == [True] * 4
    weekly = [week.note for part in odd if (week := part.get("users.visits.weekly"))]
    assert len(weekly) >= 3
    told = "from day 0 on, which begins at request_at = 0; other days differ, too (above): this may be one of them"
    assert {note.rpartition(",")[0] for note in weekly} == {told}


def test_a_swing_that_is_nearly_1_has_an_interval() -> None:
    rng = np.random.default_rng(0)
    at, height = rng.uniform(0, 5 * DAY, 60_000), rng.uniform(0, 2, 60_000)
    at = at[height < 1 - 0.995 * np.cos(2 * np.pi * at / DAY)]
    visits = pd.DataFrame({"request_at": at, "user": rng.integers(0, 1500, len(at)), "item": 0, "outcome": 0})
    swing = visits_part(log(visits), None).get("users.visits.daily_swing")
    assert 0.99 < swing.value < swing.high < 0.999
    assert 0.985 < swing.low < 0.995 < swing.high
    assert swing.note == ""


@pytest.mark.slow
def test_intervals_of_sessions_and_weeks_hold_the_truth_as_often() -> None:
    weeks = [in_weeks(visits_part(log(impressions(seed=seed, **WEEKS)), None)) for seed in range(100, 130)]
    assert {key for key in weeks[0] if sum(one[key] for one in weeks) < 24} == set()
    assert np.mean([list(one.values()) for one in weeks]) > 0.92
    counted = [in_sessions(seed) for seed in range(100, 140)]
    assert {key for key in counted[0] if sum(one[key] for one in counted) < 33} == set()
    assert np.mean([list(one.values()) for one in counted]) > 0.92


def test_visits_by_a_schedule_are_exact() -> None:
    world = {**WORLD, "users": {"count": 10, "visits": {"every": "1h"}}}
    frame = simulate(Scenario.load(world), agent="uniform", seed=0, trace=True).impressions
    every = visits_part(log(frame), None).get("users.visits.every")
    assert (every.text, every.low) == ("1h", None)
