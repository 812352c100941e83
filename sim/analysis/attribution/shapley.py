"""Shapley value: a fair division of a joint effect.

Shapley 1953, A value for n-person games: https://doi.org/10.1515/9781400881970-018
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def coalitions(players: Collection[str]) -> list[frozenset[str]]:
    """Return every subset of the players, small ones first.

    The order does not depend on that of the players.

    >>> [sorted(c) for c in coalitions(["b", "a"])]
    [[], ['a'], ['b'], ['a', 'b']]
    """
    names = sorted(players)
    return [frozenset(some) for size in range(len(names) + 1) for some in combinations(names, size)]


def shapley(worth: Mapping[frozenset[str], Floats], players: Collection[str]) -> dict[str, Floats]:
    """Return the Shapley value of each player.

    It is the player's marginal worth, averaged over all orders in which the players may join.

    The values add up to the worth of all players less that of none.

    Args:
        worth: of every coalition, ``(k,)`` for k games.
        players: their names.

    >>> game = {frozenset(): 0.0, frozenset("a"): 4.0, frozenset("b"): 0.0, frozenset("ab"): 10.0}
    >>> {name: float(part) for name, part in shapley(game, "ab").items()}
    {'a': 7.0, 'b': 3.0}
    """
    return {player: _part(worth, player, [p for p in players if p != player]) for player in players}


def _part(worth: Mapping[frozenset[str], Floats], player: str, others: list[str]) -> Floats:
    n = len(others) + 1
    gains = [
        (factorial(len(before)) * factorial(n - 1 - len(before)), worth[before | {player}] - worth[before])
        for before in coalitions(others)
    ]
    return np.asarray(sum(weight * gain for weight, gain in gains) / factorial(n))
