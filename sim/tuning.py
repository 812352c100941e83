"""The trade-offs of time, memory and ways of computing.

No number here changes a result.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tuning:
    """Sizes at which kernel, log and world change their method.

    Attributes:
        block_requests: requests of a block at most: what a block costs whatever its size hardly counts any more.
        block_scores: requests x items of a block at most.
        session_scores: requests x items of a block at most where visits come in sessions: many are of the same users,
            who are asked one visit after another.
        judged_at_once: requests x items of which users judge all together, so that they stay in the cache.
        first_block: requests of the first block.
        single_below: requests that stand on average, below which single requests are quicker than blocks.
        block_above: requests per change of the policy, above which blocks are quicker again.
        block_memory: blocks over which their mean size fades.
        single_scores: requests x items computed ahead of single requests.
        log_rows: rows that the log has room for to begin with, at least.
        log_most_rows: and at most.
        log_kept: rows of the log that are not worth dropping.
        rows_at_once: rows of the log that are looked at together.
        taught_at_once: examples that are recorded as learnt together.
        ordered_at_once: rows that are put in order together.
        pending_unsorted: pending entries that are not worth sorting.
        updates_priced: updates in place whose durations are drawn at once.
        users_at_once: users in a block, above which they are taken one visit at a time.
        visits_ahead: visits of a user computed at once at most.
        more_requests: times as many requests as asked for, which do no harm; finding the exact instant costs more.
        items_kept: retired items that are not worth dropping.
        items_ahead: items whose traits are drawn together, ahead of their birth.
        users_per_request: users for each request of a block over several catalogues, where users remember: whoever
            comes again asks the policy again.
        clicks_kept: clicks that wait for the log and are not worth looking through.
        knots_kept: knots of a common path that are not worth dropping.
        knots_at_once: knots drawn together, of all paths that still move.
    """

    block_requests: int = 30_000
    block_scores: int = 600_000
    session_scores: int = 3_000_000
    judged_at_once: int = 65_536
    first_block: int = 32
    single_below: int = 6
    block_above: int = 10
    block_memory: int = 8
    single_scores: int = 40_000
    log_rows: int = 1024
    log_most_rows: int = 1 << 22
    log_kept: int = 4096
    rows_at_once: int = 1 << 16
    taught_at_once: int = 1 << 18
    ordered_at_once: int = 1 << 18
    pending_unsorted: int = 512
    updates_priced: int = 4096
    users_at_once: int = 256
    visits_ahead: int = 1024
    more_requests: float = 1.25
    items_kept: int = 1024
    items_ahead: int = 64
    users_per_request: int = 2
    clicks_kept: int = 4096
    knots_kept: int = 1024
    knots_at_once: int = 64


TUNING = Tuning()
