"""The keys of the draws of impressions."""

from __future__ import annotations

from types import EllipsisType

import numpy as np
from numpy.typing import NDArray

from sim.draws import Stream, child
from sim.world.feedback import KeysOf, Some
from sim.world.request_batch import RequestBatch

Ints = NDArray[np.int64]


def keys_of(batch: RequestBatch, ids: Ints, stream: Stream) -> KeysOf:
    """Return how to compute the keys of a stream's draws.

    Args:
        batch: the requests.
        ids: ``(n, size)`` items shown.
        stream: what the draws are for.
    """
    size = ids.shape[1]

    def of(some: Some) -> NDArray[np.uint64]:
        if isinstance(some, EllipsisType):
            return child(child(batch.keys, int(stream))[:, None], ids)
        own = batch.keys.take(some if size == 1 else some // size)
        return child(child(own, int(stream)), ids.ravel()[some])

    return of
