"""Pending feedback comes out by (time, number), however it was put in."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.pipeline.pending import Pending


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.integers(0, 20), max_size=300), max_size=8), st.integers(1, 7))
def test_against_a_sorted_list(batches, step):
    pending, truth, number = Pending(), [], 0
    for clock, batch in enumerate(batches):
        at = np.array(batch, dtype=float) + clock
        numbers = np.arange(number, number + len(batch))
        number += len(batch)
        if len(batch) % 3:
            pending.add(at, numbers)
        else:
            for one, n in zip(at.tolist(), numbers.tolist(), strict=True):
                pending.push(one, n)
        truth = sorted(truth + list(zip(at.tolist(), numbers.tolist(), strict=True)))
        assert len(pending) == len(truth)
        assert pending.first() == (truth[0][0] if truth else np.inf)
        assert pending.head(step).tolist() == [t for t, _ in truth[:step]]
        until = float(clock + step)
        assert pending.take(until).tolist() == [n for t, n in truth if t <= until]
        truth = [(t, n) for t, n in truth if t > until]
