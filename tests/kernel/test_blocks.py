"""How many requests are computed at once."""

import pytest

from sim.kernel.blocks import BlockSize
from sim.scenario import Scenario
from sim.world import World
from tests.support.worlds import CLOCKWORK

ITEMS = {"items.count": 2, "items.click_rate": 0.1, "items.click_rates": None}
REMEMBERS = {"users.count": 300, "users.visits": {"rate": "4 per day"}, "users.satisfaction.return_effect": 0.5}
GOES = {"items.lifetime": "2d", "items.count": 200}
SESSIONS = REMEMBERS | {"users.visits": {"rate": "4 per day", "session": {"stay": 0.9, "gap": "constant(1m)"}}}
REDRAWN = {"items.redrawn": True, "items.count": 10, "users.preferences.dim": 5}


@pytest.mark.parametrize(
    ("changes", "most"),
    [
        ({}, 30_000),
        ({"items.count": 10}, 30_000),
        ({"items.count": 200}, 3_000),
        ({"items.count": 10**6}, 16),
        (GOES, 3_000),  # the policy is asked for each catalogue
        (REMEMBERS, 30_000),
        (REMEMBERS | GOES, 150),  # and for each time that a user comes
        (SESSIONS | {"items.count": 200}, 15_000),  # most are of the same users, asked one after another
        (REDRAWN, 12_000),  # features of each request's own
    ],
)
def test_blocks_grow_while_they_stand_until_requests_or_scores_are_many(changes, most):
    assert World(Scenario.load(CLOCKWORK, ITEMS | changes), 0, 0).together == most
    block = BlockSize(None, most)
    for _ in range(20):
        block.learn(block.now, block.now)
    assert block.now == most


def test_a_block_that_did_not_stand_is_followed_by_a_smaller_one():
    block = BlockSize(None, 30_000)
    block.learn(32, 10)
    assert block.now == 15
    assert BlockSize(7, 30_000).now == 7


def test_blocks_grow_where_fewer_requests_come_than_in_the_mean():
    """At night, or before the first sessions, no block is full, though no event ends it."""
    block = BlockSize(None, 30_000)
    for _ in range(20):
        block.learn(block.now // 3, block.now // 3)
    assert block.now == 32
    for _ in range(20):
        block.learn(block.now // 3, block.now // 3, whole=True)
    assert block.now == 30_000


def test_blocks_that_are_cut_short_again_and_again_give_way_to_single_requests():
    """Feedback that comes at the instant of each request leaves nothing to drop, and blocks of one."""
    block = BlockSize(None, 30_000)
    for _ in range(20):
        block.learn(1, 1)
    assert block.single
    block.adapt_to_single(1000, 900)
    assert block.single
    block.adapt_to_single(1000, 10)
    assert not block.single
    block.learn(1, 1)
    assert not block.single  # one short block is none of a habit
