"""The split of made-up games, worked out by hand."""

from itertools import permutations

import numpy as np
import pytest

from sim.analysis.attribution.shapley import coalitions, shapley

GAMES = np.random.default_rng(3).normal(size=(32, 5))


def game(worth):
    """Return a game by the names of its players, such as ``{"ab": 10.0}``; what is not named is worth nothing."""
    players = sorted(set("".join(worth)))
    return {c: np.array([worth.get("".join(sorted(c)), 0.0)]) for c in coalitions(players)}


def test_a_left_glove_and_two_right_ones():
    # a pair is worth 1: the left glove is there first in 1 of 3 orders and then adds nothing
    parts = shapley(game({"lr": 1.0, "ls": 1.0, "lrs": 1.0}), "lrs")
    assert {name: float(part[0]) for name, part in parts.items()} == pytest.approx({"l": 2 / 3, "r": 1 / 6, "s": 1 / 6})


def test_three_players_by_their_six_orders():
    worth = {"a": 12.0, "b": 6.0, "c": 0.0, "ab": 24.0, "ac": 18.0, "bc": 9.0, "abc": 36.0}
    # a adds 12 12 18 18 27 27 ... over abc acb bac cab bca cba: (12 + 12 + 18 + 18 + 27 + 27) / 6
    parts = shapley(game(worth), "abc")
    assert {name: float(part[0]) for name, part in parts.items()} == {"a": 19.0, "b": 11.5, "c": 5.5}


def test_a_player_that_adds_nothing_gets_nothing_exactly():
    assert shapley(game({"a": 0.1, "ab": 0.1}), "ab")["b"].tolist() == [0.0]


def test_parts_add_up_and_the_order_of_players_has_no_say():
    worth = dict(zip(coalitions("abcde"), GAMES, strict=True))
    parts = shapley(worth, "abcde")
    total = worth[frozenset("abcde")] - worth[frozenset()]
    assert sum(parts.values()) == pytest.approx(total, abs=1e-12)
    for order in list(permutations("abcde"))[::17]:
        assert all(np.array_equal(parts[name], part) for name, part in shapley(worth, order).items())


def test_games_side_by_side_are_split_apart():
    worth = dict(zip(coalitions("abcde"), GAMES, strict=True))
    alone = shapley({c: w[2:3] for c, w in worth.items()}, "abcde")
    assert all(part[2] == alone[name][0] for name, part in shapley(worth, "abcde").items())


def test_no_player():
    assert shapley({frozenset(): np.zeros(1)}, ()) == {}
