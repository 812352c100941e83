"""The size of blocks, and the part to keep.

How many requests to compute at once, and how many of them stand.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.pipeline import Log
from sim.tuning import TUNING, Tuning
from sim.world import Answers


class BlockSize:
    """A block size, fixed or adapted to what was committed.

    Args:
        fixed: requests a block, or None to adapt.
        most: requests of a block at most.
        tuning: sizes.

    Attributes:
        now: requests of the next block.
    """

    def __init__(self, fixed: int | None, most: int, tuning: Tuning = TUNING) -> None:
        self._fixed, self._tuning = fixed, tuning
        self._most = most
        self.now = fixed if fixed is not None else min(tuning.first_block, self._most)
        self._mean = float(self.now)  # requests of the last blocks: what is due next may cut all of them short

    @property
    def single(self) -> bool:
        """Whether requests should be served one at a time.

        They should if few requests of a block stand, or few come between two events.
        """
        return self._fixed is None and min(self.now, self._mean) < self._tuning.single_below

    def adapt_to_single(self, requests: int, changes: int) -> None:
        """Adapt to requests that were served one at a time.

        The policy made ``changes`` changes between them.
        """
        if requests > self._tuning.block_above * changes:
            self.now = max(self._tuning.single_below, self._tuning.block_above)
            self._mean = float(self.now)

    def learn(self, computed: int, committed: int, *, whole: bool = False) -> None:
        """Adapt to a block.

        Args:
            computed: its requests.
            committed: those of them that were committed.
            whole: whether it ended before the next event; fewer requests than asked for then only say that few come.
        """
        if self._fixed is not None:
            return
        self._mean += (committed - self._mean) / self._tuning.block_memory
        if committed < computed:
            self.now = max(1, committed + committed // 2)
        elif whole or computed >= self.now:
            self.now = min(self._most, 2 * self.now)


def committed_prefix(answers: Answers, log: Log, feedbacks: int | None, own: NDArray[np.intp] | None = None) -> int:
    """Count the first requests that the block's feedback cannot touch.

    Args:
        answers: a block in order of (time, user).
        log: for the feedback that was pending before.
        feedbacks: log entries until the policy may change, or None when entries do not change it.
        own: rows of the block whose feedback the log gets; None for all.

    A request at the very instant of the triggering entry comes after it, unless that entry is
    the answer to a request of this instant (no delay at all): then the change comes in a further round.
    """
    last = float(answers.at[-1])
    if feedbacks is None:
        return len(answers)
    asked = answers.at
    delivered, back = answers.answer.delivered_at, answers.answer.reversed_at
    if back is not None:
        delivered = np.concatenate([delivered, back], axis=1)
    if own is not None:
        asked, delivered = asked[own], delivered[own]
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
    asked_at = np.repeat(asked[:, None], delivered.shape[1], axis=1)[soon]
    first_round = int((old_at <= trigger).sum() + ((new_at <= trigger) & (asked_at < trigger)).sum())
    side: NDArray[np.str_] | str = "left" if first_round >= feedbacks else "right"
    return int(np.searchsorted(answers.at, trigger, side=side))  # type: ignore[call-overload]
