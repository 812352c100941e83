"""Rows of joined parts, chosen by index."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ports import Impressions
from sim.reading import lazy_rows


def joined() -> Impressions:
    lengths, first = (40, 0, 25, 10), 0
    parts = []
    for length in lengths:
        number = np.arange(first, first + length)
        parts.append(Impressions.of({"number": number, "user_features": np.outer(number, [1.0, 0.5])}))
        first += length
    return Impressions.join([parts[0].part(5, 40), parts[1], parts[2].take(np.arange(24, -1, -1)), parts[3]])


@pytest.mark.parametrize("whole", [0, 1000])
def test_an_index_gives_the_rows_in_its_order_however_many_there_are(monkeypatch, whole):
    monkeypatch.setattr(lazy_rows, "_WHOLE", whole)
    number = [*range(5, 40), *range(64, 39, -1), *range(65, 75)]
    rows = joined()
    assert rows.number.tolist() == number
    for index in (np.array([69, 0, 36, 35, 34, 0]), np.arange(70)[::-3], np.empty(0, dtype=np.intp)):
        some = joined().take(index)
        assert some.number.tolist() == [number[n] for n in index]
        assert np.array_equal(some.user_features, np.outer(some.number, [1.0, 0.5]))
    assert joined().part(30, 65).take(np.array([34, 0, 7])).number.tolist() == [number[64], number[30], number[37]]
