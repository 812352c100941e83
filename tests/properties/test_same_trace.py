"""The kernel leaves the trace of the naive model, bit for bit, in random small worlds."""

import os
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from sim.simulation import simulate
from sim.tuning import Tuning
from sim.world import World
from sim.world.visits import Visits
from tests.properties import rules, scores, seen
from tests.properties.cases import by_model, case, forgetful, one_by_one, thrifty, wider
from tests.properties.witness import QuickWitness
from tests.reference import simulate_naively
from tests.support.worlds import ALWAYS_SINGLE

PLACE = ["request_at", "user", "visit"]
REQUESTS = [*PLACE, "version", "expected_reward", "reward", "weight"]
SAID = ["propensity", "predicted", "probability"]
IMPRESSIONS = [*PLACE, "position", "item", *SAID, "outcome", "value", "feedback_at", "delivered_at", "status"]
VERSIONS = ["version", "cutoff_at", "trained_at", "live_at", "retired_at", "examples", "learnt", "status"]
FAST, FAST_WIDER = [*range(14), 21], 17  # each cadence, each mechanism and feedback that never comes has its turn
WORLDS = min(FAST_WIDER, int(os.environ.get("WORLDS", FAST_WIDER)))  # make check tries few


def few_at_a_time(world, before, count, independent_batch=World.independent_batch):
    """Return three requests to be served one at a time: more would be all there are."""
    return independent_batch(world, before, min(count, 3))


def at_one_instant(visits, tau, user, visit, instant=Visits.instant):
    """Return the instants of visits as if every user of the start were the first of them."""
    return instant(visits, tau, user * (visits._arrived_at.take(user) > 0), visit)


def in_turns(block):
    """Return whether to serve one request after another: twice yes, then no, and so on."""
    block.turn = getattr(block, "turn", 0) + 1
    return block.turn % 3 > 0


# what the kernel keeps or does at once, which these worlds are too small to reach
LITTLE = Tuning(
    log_rows=2,
    log_most_rows=2,
    log_kept=4,
    pending_unsorted=2,
    single_scores=9,
    judged_at_once=9,
    items_kept=1,
    clicks_kept=1,
    knots_kept=1,
    users_at_once=2,
    visits_ahead=2,
)
LIMITS = {
    "sim.trace.recorder.CHUNK_REQUESTS": 16,
    "sim.world.World.independent_batch": few_at_a_time,
}
# users who come at fixed times all come at once, who else would never meet
TOGETHER = {
    "sim.world.visits.Visits.instant": at_one_instant,
    "tests.reference.visits.Calendar.share": 0.0,
}
# of more versions than three, cycle times are no life table any more
MANY = {"sim.score.life_table.MOST": 3, "tests.properties.scores.MOST": 3}
# users are too few for what 5 % asks
SURE = {"sim.pipeline.welch.LEVEL": 0.49, "tests.reference.canary.LEVEL": 0.49}
# days so short that worlds of hours have many
SHORT = {
    "sim.score.metrics.as_seen.DAY": seen.DAY,
    "sim.score.metrics.as_seen.AFTER": seen.AFTER,
}
IN_TURNS = {"sim.kernel.blocks.BlockSize.single": property(in_turns)}
BLOCKS = ({"block": 1}, {"block": 7}, {"tuning": ALWAYS_SINGLE})
ALL_LIMITS = (LIMITS, LIMITS | IN_TURNS)


def traced(case, **options):
    """Return a run as if the case's replication were the only one."""
    run = simulate(case.scenario, case.agent, seed=case.seed, replications=case.replication + 1, **options)
    if not case.replication:
        return run
    return replace(
        run,
        summary=run.replicates[case.replication],
        **{
            name: own(getattr(run, name), case.replication) for name in ("curve", "versions", "requests", "impressions")
        },
    )


def own(table, replication):
    if table is None or not len(table):
        return table
    return table[table.replication == replication].drop(columns="replication").reset_index(drop=True)


def same(mine, other, columns):
    """Assert that columns of two tables are equal to the bit."""
    assert len(mine) == len(other)
    for column in columns if len(mine) else []:
        if column == "status":
            assert mine[column].tolist() == other[column].tolist()
        else:
            np.testing.assert_array_equal(mine[column].to_numpy(float), other[column].to_numpy(float), err_msg=column)


def close(summary, expected):
    """Assert that two summaries are equal but for rounding."""
    known = {name: value for name, value in expected.items() if value is not None}
    assert {name for name, value in summary.items() if value is not None} == set(known)
    assert {name: summary[name] for name in known} == pytest.approx(known, rel=1e-12, abs=1e-12)


def same_tables(run, trace):
    same(run.versions, trace.versions, VERSIONS)
    same(run.requests, trace.requests, REQUESTS)
    same(run.impressions, trace.impressions, IMPRESSIONS)
    if "replica" in run.requests:
        same(run.requests, trace.requests, ["replica"])
    if len(trace.requests):  # the best slate is sought in another way
        np.testing.assert_allclose(run.requests.regret, trace.requests.regret, rtol=0, atol=1e-12)


@contextmanager
def patched(values):
    with ExitStack() as patches:
        for name, value in values.items():
            patches.enter_context(patch(name, value))
        yield


def check(case, number=None):
    """Assert that all agree; with a number, in one kind of blocks and one kind of limits, which take turns."""
    blocks, limits = BLOCKS, ALL_LIMITS
    if number is not None:
        blocks, limits = (BLOCKS[number % 3],), (ALL_LIMITS[number % 2],)
    with patched((TOGETHER if case.together else {}) | (MANY if case.seed % 2 else {}) | SURE | SHORT):
        agree(case, blocks, limits)


def agree(case, blocks, limits):
    run = traced(case, trace=True)
    trace = simulate_naively(case.scenario, case.agent, case.seed, case.replication)
    same_tables(run, trace)
    rules.hold(run, case.scenario, case.agent.ship)
    scores.fit(run.summary, trace, case.scenario)
    seen.fit(run.curve, trace, case.scenario)
    for how in blocks:
        other = traced(case, **how)
        assert other.fingerprint == run.fingerprint
        assert other.summary == run.summary
    for limit in limits:
        with patched(limit):
            other = traced(case, trace=True, tuning=LITTLE)
        same_tables(other, trace)  # the size of a chunk shows in the fingerprint, and in the last bits of sums
        close(other.summary, run.summary)


@pytest.mark.parametrize("number", FAST[:WORLDS])
def test_the_kernel_and_the_naive_model_agree(number):
    check(case(number), number)


@pytest.mark.parametrize("number", range(WORLDS))
def test_they_agree_in_wider_worlds(number):
    check(wider(number), number)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 440, 40))
def test_they_agree_in_many_wider_worlds(first):
    for number in range(first, first + 40):
        check(wider(number))


@pytest.mark.long
@pytest.mark.parametrize("number", [0, 2])
def test_they_agree_where_examples_fade(number):
    check(forgetful(number), number)


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 2])
def test_they_agree_where_refits_are_warm_and_have_a_budget(number):
    check(thrifty(number), number)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 42, 10))
def test_they_agree_in_many_more_worlds_where_refits_have_a_budget(first):
    for number in range(first, first + 10):
        check(thrifty(number))


@pytest.mark.long
@pytest.mark.parametrize("number", [1, 2])
def test_they_agree_where_examples_follow_predictions(number):
    check(by_model(number), number)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 103, 10))
def test_they_agree_in_many_more_worlds_where_examples_follow_predictions(first):
    for number in range(first, first + 10):
        check(by_model(number))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 53, 10))
def test_they_agree_in_many_more_worlds_where_examples_fade(first):
    for number in range(first, first + 10):
        check(forgetful(number))


@pytest.mark.long
def test_they_agree_where_the_learner_is_asked_one_by_one():
    """The naive model knows nothing of that."""
    before = QuickWitness.answered
    for number in range(1, 4):
        check(one_by_one(number), number)
    assert QuickWitness.answered > before + 100


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 550, 50))
def test_they_agree_in_many_more_worlds_of_such(first):
    for number in range(first, first + 50):
        check(one_by_one(number))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 1050, 50))
def test_they_agree_in_many_more_worlds(first):
    for number in range(first, first + 50):
        check(case(number))
