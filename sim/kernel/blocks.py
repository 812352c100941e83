"""How many requests to compute at once, and how many of them stand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.pipeline import Log
from sim.world import Answers

_ROWS = 30_000  # requests of a block at most: what a block costs whatever its size hardly counts any more
_CELLS = 600_000  # requests x items at most
_START = 32
STEP_BELOW = 6  # requests that stand on average, below which one at a time is quicker
BLOCK_ABOVE = 10  # requests per change of the policy, above which blocks are


class BlockSize:
    """A fixed size, or one that follows how much of the last block stood.

    Args:
        fixed: requests a block, or None to adapt.
        items: items ranked for each request.
    """

    def __init__(self, fixed: int | None, items: int) -> None:
        self._fixed = fixed
        self._most = max(16, min(_ROWS, _CELLS // items))
        self.now = fixed if fixed is not None else min(_START, self._most)

    @property
    def steps(self) -> bool:
        """Whether so few requests stand that they had better be served one at a time."""
        return self._fixed is None and self.now < STEP_BELOW

    def stepped(self, requests: int, changes: int) -> None:
        """Adapt to requests served one at a time, between which the policy changed so often."""
        if requests > BLOCK_ABOVE * changes:
            self.now = max(STEP_BELOW, BLOCK_ABOVE)

    def learn(self, computed: int, stood: int) -> None:
        """Adapt to a block of which ``stood`` of ``computed`` requests stood."""
        if self._fixed is not None:
            return
        if stood < computed:
            self.now = max(1, stood + stood // 2)
        elif computed >= self.now:
            self.now = min(self._most, 2 * self.now)


def standing(answers: Answers, log: Log, feedbacks: int | None) -> int:
    """Return how many requests, from the first, no feedback of the block itself can have touched.

    Args:
        answers: a block in order of (time, user).
        log: for the feedback that was pending before.
        feedbacks: log entries until the policy may change, or None when entries do not change it.

    A request at the very instant of the triggering entry comes after it, unless that entry is
    the answer to a request of this instant (no delay at all): then the change comes in a further round.
    """
    last = float(answers.at[-1])
    if feedbacks is None:
        return len(answers)
    delivered = answers.answer.delivered_at
    soon = delivered <= last
    if not soon.any():
        return len(answers)
    new_at = delivered[soon]
    old_at = log.pending.head(feedbacks)
    at = np.concatenate([old_at, new_at])
    if len(at) < feedbacks:
        return len(answers)
    trigger = float(np.partition(at, feedbacks - 1)[feedbacks - 1])
    if trigger > last:
        return len(answers)
    asked_at = np.repeat(answers.at[:, None], delivered.shape[1], axis=1)[soon]
    first_round = int((old_at <= trigger).sum() + ((new_at <= trigger) & (asked_at < trigger)).sum())
    side: NDArray[np.str_] | str = "left" if first_round >= feedbacks else "right"
    return int(np.searchsorted(answers.at, trigger, side=side))  # type: ignore[call-overload]
