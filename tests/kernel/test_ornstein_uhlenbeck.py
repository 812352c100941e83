"""Ornstein-Uhlenbeck paths have the moments they promise and depend on time alone."""

import numpy as np
import pytest

from sim.draws import child
from sim.world.ornstein_uhlenbeck import CommonPath, OUProcess


def test_stationary_spread_and_half_life():
    process = OUProcess(half_life=32.0, spread=0.7, dim=4)
    keys = child(np.uint64(5), np.arange(20_000))
    zero = np.zeros(len(keys), dtype=np.int64)
    start = process.start(keys)
    later = process.advance(keys, start, zero, zero + 32)  # one half-life
    assert start.std() == pytest.approx(0.7, rel=0.01)
    assert later.std() == pytest.approx(0.7, rel=0.01)
    assert (start * later).mean() / 0.49 == pytest.approx(0.5, abs=0.01)


def test_a_path_does_not_depend_on_when_it_is_looked_at():
    process = OUProcess(half_life=10.0, spread=1.0, dim=3)
    keys = child(np.uint64(1), np.arange(3))
    knots = np.array([0, 0, 0])
    once = process.advance(keys, process.start(keys), knots, knots + 40)
    value, at = process.start(keys), knots
    for stop in (1, 2, 7, 30, 40):
        value, at = process.advance(keys, value, at, knots + stop), knots + stop
    assert np.array_equal(value, once)


def test_common_path_is_the_same_path_after_forgetting():
    process = OUProcess(half_life=32.0, spread=1.0, dim=2)
    whole, forgetful = CommonPath(process, np.uint64(9)), CommonPath(process, np.uint64(9))
    late = np.array([1000.0, 1000.5, 1001.0])
    expected = whole.at(late)
    forgetful.at(np.array([800.0]))
    forgetful.forget(800.0)
    assert np.array_equal(forgetful.at(late), expected)
    assert np.array_equal(expected[0], expected[1])  # held between knots
    assert not np.array_equal(expected[0], expected[2])


def test_a_path_alone_is_that_among_many_that_go_further_or_not_at_all():
    process, rng = OUProcess(half_life=10.0, spread=1.0, dim=3), np.random.default_rng(0)
    keys, knots = child(np.uint64(1), np.arange(200)), rng.integers(0, 9, 200)
    until = knots + rng.integers(-2, 90, 200)
    start = process.start(keys)
    many = process.advance(keys, start, knots, until)
    alone = [process.advance(keys[[n]], start[[n]], knots[[n]], until[[n]])[0] for n in range(200)]
    assert np.array_equal(many, alone)
    assert np.array_equal(many[until <= knots], start[until <= knots])
