"""Arithmetic by rows: the bits of a row do not depend on how many rows there are, and orders are stable."""

import numpy as np
import pytest

from sim.ports import along_rows, at_positions, best, cross, rising

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("items", [1, 7, 10, 24, 25, 200])
def test_a_row_alone_has_the_bits_it_has_among_many(items: int) -> None:
    values = RANDOM.normal(size=(333, items))
    users, features = RANDOM.normal(size=(333, 16)), RANDOM.normal(size=(items, 16))
    for rows in (slice(0, 1), slice(7, 9), slice(100, 333)):
        assert np.array_equal(along_rows(np.add, values)[rows], along_rows(np.add, values[rows]))
        assert np.array_equal(cross(users, features)[rows], cross(users[rows], features))
    assert np.array_equal(along_rows(np.maximum, values), values.max(axis=1))
    np.testing.assert_allclose(along_rows(np.add, values), values.sum(axis=1), rtol=0, atol=1e-12)


def test_what_stands_at_positions() -> None:
    values, positions = RANDOM.normal(size=(50, 6)), RANDOM.integers(0, 6, size=(50, 3))
    assert np.array_equal(at_positions(values, positions), np.take_along_axis(values, positions, axis=1))


@pytest.mark.parametrize(
    "values",
    [
        RANDOM.random(5000),
        RANDOM.random(5000).round(2),
        np.zeros(2000),
        np.sort(RANDOM.random(3000)),
        RANDOM.pareto(0.5, 20_000),
        np.append(RANDOM.random(3000), np.inf),
        np.append(1e-300 * RANDOM.random(3000), [1e308, -1e308]),
        5e-324 * RANDOM.integers(0, 9, 3000),
    ],
    ids=["even", "ties", "equal", "sorted", "heavy tail", "infinite", "wide", "subnormal"],
)
def test_rising_is_the_stable_order(values: np.ndarray) -> None:
    assert np.array_equal(rising(values), np.argsort(values, kind="stable"))


@pytest.mark.parametrize("items", [7, 200])
def test_how_rows_lie_in_memory_has_no_say(items: int) -> None:
    values = RANDOM.normal(size=(33, items))
    assert np.array_equal(along_rows(np.add, np.asfortranarray(values)), along_rows(np.add, values))


@pytest.mark.parametrize("size", [1, 2, 5, 16, 20])
def test_the_best_of_each_row_are_those_of_a_stable_sort(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = RANDOM.normal(size=(60, 81)).round(1)  # ties
    scores[7] = -np.inf
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :size]
    for cells in (1, 7 * 81, 10**6):  # rows taken one by one; seven at once, some left over; all at once
        monkeypatch.setattr("sim.rows.CELLS", cells)
        for given in (scores, scores[8:], np.asfortranarray(scores[8:])):
            assert np.array_equal(best(given, size), expected[len(scores) - len(given) :])
