"""The warm-up: what requests before `score_from` do to the scores, which is nothing, and to the rest."""

import numpy as np
import pytest

from agents import Agent, Every, LinUCB, ObservedOnly, Uniform, Wait
from sim.simulation import simulate
from tests.support.worlds import CLOCKWORK, TASTES, FirstItems, world

AGENT = Agent(LinUCB(), ObservedOnly(), Every("2h"))
DAY = 86400.0


@pytest.fixture(scope="module")
def runs():
    scenario = world(TASTES)
    return [simulate(scenario, AGENT, trace=True, score_from=start) for start in (0.0, "8h")]


@pytest.mark.long
def test_scores_are_of_the_requests_from_there_on(runs):
    plain, late = runs
    rows = plain.requests[plain.requests.request_at >= 8 * 3600]
    summary, cutoff = late.summary, plain.versions.set_index("version").cutoff_at
    age = rows.request_at.to_numpy() - cutoff.loc[rows.version].to_numpy()
    assert summary["requests"] == len(rows) < len(plain.requests)
    assert summary["regret/total"] == pytest.approx(rows.regret.sum(), rel=1e-12)
    assert summary["regret/at_base_rate"] == pytest.approx(np.average(rows.regret, weights=rows.weight), rel=1e-12)
    assert summary["reward/per_user_day"] == pytest.approx(rows.reward.sum() / (40 * 16 / 24), rel=1e-12)
    assert summary["staleness/data_age/mean"] == pytest.approx(age.mean(), rel=1e-9)
    assert summary["staleness/data_age/p50"] == pytest.approx(np.sort(age)[(len(age) + 1) // 2 - 1], rel=0.0051)


def test_the_run_is_the_same(runs):
    plain, late = runs
    assert plain.fingerprint == late.fingerprint
    assert late.requests.equals(plain.requests)
    whole = ("feedback/", "versions/", "triggers/", "cost/", "users/")
    same = [name for name in plain.summary if name.startswith(whole)]
    assert {n: late.summary[n] for n in same} == {n: plain.summary[n] for n in same}
    assert sum(
        late.summary[f"feedback/{s}"] for s in ("delivered", "negative", "expired", "lost", "pending")
    ) == 3 * len(plain.requests)


def test_the_curve_begins_there(runs):
    plain, late = (run.curve for run in runs)
    before = late["at"] <= 8 * 3600
    assert (late.requests[before] == 0).all()
    assert late["regret/at_base_rate"][before].isna().all()
    assert late["reward/per_user_day"][before].isna().all()
    after = late["at"] > 8 * 3600 + DAY / 200
    for name in ("regret/at_base_rate", "reward/per_user_day", "staleness/data_age/p95"):
        np.testing.assert_array_equal(late[name][after], plain[name][after])


@pytest.mark.long
def test_the_cycle_is_of_impressions_served_from_there_on():
    # at first nothing is learnt before 500 s; what is served from there on is learnt within 10 s
    slow = world(CLOCKWORK, horizon="1000s")
    late_start = Agent(FirstItems(), ObservedOnly(), From500("10s"))
    cycles = [
        simulate(slow, late_start, score_from=start).summary["staleness/cycle_time/mean"] for start in (0.0, "500s")
    ]
    assert cycles[0] > 100
    assert cycles[1] == pytest.approx(4.5, abs=1.1)


class From500(Every):
    """Every so many seconds, from 500 s on."""

    def next(self, now):
        return max(super().next(now), 500.0)


@pytest.mark.long
@pytest.mark.parametrize("block", [pytest.param(1, marks=pytest.mark.slow), 7])
def test_the_block_size_does_not_matter(block, runs):
    assert simulate(world(TASTES), AGENT, score_from="8h", block=block).summary == runs[1].summary


@pytest.mark.parametrize(
    ("start", "said"),
    [("1d", "'1d' is not before the horizon, 1d: nothing would be scored"), (-1.0, "-1.0 is not a duration"),
     ("soon", "'soon' is not a duration")],
)  # fmt: skip
def test_what_cannot_be_is_refused(start, said):
    with pytest.raises(ValueError, match=said):
        simulate(world(TASTES), Agent(Uniform(), Wait(), Every("1h")), score_from=start)
