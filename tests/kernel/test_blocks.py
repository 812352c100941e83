"""How many requests are computed at once."""

import pytest

from sim.kernel.blocks import BlockSize


@pytest.mark.parametrize(("items", "most"), [(2, 30_000), (10, 30_000), (200, 3_000), (10**6, 16)])
def test_blocks_grow_while_they_stand_until_requests_or_scores_are_many(items, most):
    block = BlockSize(None, items)
    for _ in range(20):
        block.learn(block.now, block.now)
    assert block.now == most


def test_a_block_that_did_not_stand_is_followed_by_a_smaller_one():
    block = BlockSize(None, 10)
    block.learn(32, 10)
    assert block.now == 15
    assert BlockSize(7, 10).now == 7


def test_blocks_that_are_cut_short_again_and_again_give_way_to_single_requests():
    """Feedback that comes at the instant of each request leaves nothing to drop, and blocks of one."""
    block = BlockSize(None, 10)
    for _ in range(20):
        block.learn(1, 1)
    assert block.single
    block.adapt_to_single(1000, 900)
    assert block.single
    block.adapt_to_single(1000, 10)
    assert not block.single
    block.learn(1, 1)
    assert not block.single  # one short block is none of a habit


def test_blocks_that_end_where_the_catalogue_changes_are_no_reason_for_single_requests():
    block = BlockSize(None, 10)
    for _ in range(100):
        block.learn(1, 1, cut_anyway=True)
    assert not block.single
