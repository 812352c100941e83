"""What corrections hold follows their waits, not the horizon."""

import numpy as np
import pytest

from agents import DEFUSE, DFM, ESDFM, FSIW, InverseProbability, Shifted
from tests.support.corrections import made
from tests.support.populations import ONE_ITEM, news, population

HOUR = 3600.0
SERVED = (np.arange(160) * 0.5 * HOUR).tolist()
ROWS = population(0.3, [0.2 * HOUR, HOUR, 3 * HOUR], SERVED, each=10, window=4 * HOUR)


def held(thing, seen):
    """Count the rows in all arrays and impressions that an object holds."""
    if id(thing) in seen:
        return 0
    seen.add(id(thing))
    if hasattr(thing, "request_at"):
        return len(thing)
    if isinstance(thing, dict):
        return sum(held(one, seen) for one in thing.values())
    if isinstance(thing, list | tuple) or type(thing).__name__ == "deque":
        return sum(held(one, seen) for one in thing)
    if isinstance(thing, np.ndarray):
        return len(thing) if thing.ndim else 0
    return held(vars(thing), seen) if hasattr(thing, "__dict__") else 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("correction", "most"),
    [
        (Shifted("2h"), 10 * 5),
        (ESDFM("30m"), 10 * 12),
        (DEFUSE("30m"), 10 * 12),
        (FSIW("1h", deadline="3h"), 10 * 12),
        (DFM("30m", "4h"), 10 * 14),
        (InverseProbability("30m", "4h"), 10 * 14),
    ],
    ids=lambda part: type(part).__name__,
)
def test_memory_is_bounded(correction, most):
    if hasattr(correction, "begin"):
        correction.begin(ONE_ITEM)
    since, counts = -np.inf, []
    for now in SERVED:
        made(correction, news(ROWS, since, now))
        since = now
        parts = {name: part for name, part in vars(correction).items() if name not in ("_late", "_known", "_later")}
        counts.append(held(parts, set()))
    assert max(counts[60:100]) == max(counts[130:])  # two windows: a row kept a look would be seen
    assert max(counts) < 3 * most
