"""The named streams and the roots of their keys."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from sim.draws.splitmix import child


class Stream(IntEnum):
    """The streams: what a draw is for.

    The numbers are part of every result: append new ones, never renumber.
    """

    VISIT = 0  # root of (user, visit); below it: GAP OUTCOME DELAY INGEST CONVERSION ... POLICY
    GAP = 1
    OUTCOME = 2
    DELAY = 3
    INGEST = 4
    CONVERSION = 5
    CONVERSION_DELAY = 6
    POLICY = 7
    UNIFORM_SLATE = 8
    BASE_TASTE = 9
    OBSERVATION = 10
    DRIFT = 11
    TREND = 12
    SHIFT = 13
    ITEM_FEATURE = 14
    ITEM_POPULARITY = 15
    ITEM_LIFETIME = 16
    CONVERSION_TASTE = 17
    TRAINING = 18
    PUSH = 19
    RANDOM_ITEM = 20
    ITEM_AGE = 21
    ITEM_CLICK_RATE = 22
    ITEM_TURNOVER = 23
    VALUE = 40
    REVERSAL = 41
    REVERSAL_DELAY = 42
    SESSION_STAY = 50
    SESSION_GAP = 51
    GROUP = 52
    ARRIVAL = 53
    LEAVING = 54
    CONTEXT = 60  # below VISIT
    CONTEXT_EFFECT = 61
    ITEM_VECTOR = 62
    USER_VECTOR = 63
    LABEL_LOSS = 70
    LABEL_DUPLICATES = 71
    REPLICA = 80
    CACHE = 81
    CACHE_START = 82
    CANARY = 83
    VARIANT = 84


def root(seed: int, replication: int, stream: Stream) -> np.uint64:
    """Return the root key of a stream.

    It is three steps below key 0.

    Args:
        seed: the seed of the run, >= 0.
        replication: number of the replication, from 0.
        stream: what the draws are for.
    """
    return np.uint64(child(child(child(0, seed), replication), int(stream)))
