"""A/B tests inside the world: what is seen is what the log holds, truth is that of full runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from agents import Agent, BetaThompson, Every, NoCorrection
from sim.analysis import ab_tests
from sim.analysis.ab_test.replication import run_replication
from sim.errors import LabError
from sim.simulation import simulate
from tests.ab_test.worlds import shows, world

DAY = 86400.0
LEARNER = Agent(BetaThompson(), NoCorrection(), Every("12h"))


def known(rows: pd.DataFrame, at: float, wait: float = 0.0) -> pd.Series:
    """Return what the log holds of impressions at an instant, from the trace: values of positives."""
    came = (rows.delivered_at <= at) & rows.status.isin(["positive", "reversed"])
    return (came & (rows.request_at <= at - wait)).astype(float)


def per_request(run: pd.DataFrame, reward: pd.Series, requests: pd.DataFrame) -> float:
    """Return the difference of the variants."""
    means = reward.groupby(run.variant).sum() / requests.groupby("variant").size()
    return means["b"] - means["a"]


@pytest.mark.parametrize("wait", [0.0, DAY])
def test_what_is_seen_is_what_the_log_holds_at_the_end_of_the_day(wait: float) -> None:
    scenario, agents = world(), (shows(0, 1), LEARNER)
    run = simulate(scenario, dict(zip("ab", agents, strict=True)), seed=3, trace=True)
    found = ab_tests(scenario, *agents, seed=3, replications=2, wait=wait, score_from="12h")
    rows = run.impressions[run.impressions.request_at >= 0.5 * DAY]
    served = run.requests[run.requests.request_at >= 0.5 * DAY]
    assert found.looks.tolist() == [day * DAY for day in ((1, 2, 3, 4) if not wait else (2, 3, 4))]
    for place, at in enumerate(found.looks):
        requests = served[served.request_at <= at - wait]
        expected = per_request(rows, known(rows, at, wait), requests)
        assert found.seen.value[0, place] == pytest.approx(expected, rel=1e-12)


def test_what_is_taken_back_counts_until_the_log_has_that() -> None:
    back = {"rate": 0.5, "delay": "constant(30h)", "window": "2d"}
    scenario = world(feedback__click__reversal=back, feedback__click__value=25)
    agents = (shows(0, 1), shows(2, 1))
    run = simulate(scenario, dict(zip("ab", agents, strict=True)), trace=True)
    found, rows = ab_tests(scenario, *agents, replications=2), run.impressions
    again = np.maximum(rows.feedback_at + 30 * 3600 + 1200, rows.delivered_at)
    taken = (rows.outcome == 1) & (rows.value == 0.0)
    for place, at in enumerate(found.looks):
        reward = 25.0 * known(rows, at) * ~(taken & (again <= at))
        expected = per_request(rows, reward, run.requests[run.requests.request_at <= at])
        assert found.seen.value[0, place] == pytest.approx(expected, rel=1e-9)


def test_truth_is_that_of_full_runs() -> None:
    scenario, agents = world(), (shows(0, 1), LEARNER)
    found = ab_tests(scenario, *agents, seed=1, replications=2, metric="per_request")
    first, second = (simulate(scenario, agent, seed=1, replications=2, trace=True).requests for agent in agents)
    for number in range(2):
        means = [run[run.replication == number].expected_reward.mean() for run in (first, second)]
        assert found.truths[number, -1] == pytest.approx(means[1] - means[0], rel=1e-12)
    users = ab_tests(scenario, *agents, seed=1, replications=2, metric="per_user")
    sums = [run[run.replication == 0].groupby("user").expected_reward.sum().mean() for run in (first, second)]
    assert users.truths[0, -1] == pytest.approx(sums[1] - sums[0], rel=1e-12)


def test_agents_that_learn_nothing_do_not_interfere() -> None:
    found = ab_tests(world(), shows(0, 1), shows(2, 1), replications=3, log="both")
    assert found.logs == ("own", "shared")
    for own in found.interference.values():
        assert own == pytest.approx((0.0, 0.0), abs=1e-12)
    assert found.truth == pytest.approx((-0.1, 0.0), abs=1e-12)
    assert found.true_sign == -1


def test_where_both_are_one_agent_no_sign_is_right_and_each_winner_is_false() -> None:
    found = ab_tests(world(), shows(0, 1), shows(0, 1), replications=4)
    assert (found.truth, found.true_sign, found.first_honest_look) == ((0.0, 0.0), 0, None)
    assert np.isnan(found.wrong_sign).all()
    assert found.false_win.tolist() == found.seen.significant().mean(axis=0).tolist()


def test_the_order_in_which_replications_end_does_not_matter() -> None:
    def backwards(tasks: Any) -> Any:
        yield from ((number, run_replication(tasks[number])) for number in reversed(tasks))

    agents, done = (shows(0, 1), LEARNER), list[None]()
    alone = ab_tests(world(), *agents, replications=2)
    other = ab_tests(world(), *agents, replications=2, play=backwards, done=lambda: done.append(None))
    assert (alone.plain(), len(done)) == (other.plain(), 2)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"split": 1.0}, "split: is 1; a share of the users between 0 and 1 is allowed"),
        ({"metric": "regret"}, "metric: unknown name 'regret'"),
        ({"log": "mine"}, "log: unknown name 'mine'"),
        ({"replications": 1}, "replications: is 1; 2 or more are needed"),
        ({"every": "5d"}, "every: is 5d; a time is allowed that fits between"),
        ({"every": 0.0}, "every: is 0s"),
        ({"wait": "4d"}, "wait: is 4d; a time below 4d, in which the log is read, is allowed"),
    ],
)
def test_what_is_no_test_is_refused(options, why: str) -> None:
    with pytest.raises(LabError, match=why):
        ab_tests(world(), shows(0, 1), shows(1, 0), **options)
