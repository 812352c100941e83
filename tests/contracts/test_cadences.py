"""What every cadence must do."""

import numpy as np
import pytest

from tests.contracts.shelves import CADENCES, make
from tests.support.logs import impressions, nothing


@pytest.fixture(params=CADENCES, ids=lambda part: part.__name__)
def cadence(request):
    return make(request.param)


def test_it_says_what_the_platform_asks(cadence):
    assert cadence.ship in ("in_place", "push")
    assert cadence.refit_window is None or cadence.refit_window > 0
    assert cadence.feedbacks is None or cadence.feedbacks >= 1


def test_looks_are_strictly_later_and_on_one_grid(cadence):
    at, looks = 0.0, []
    for _ in range(50):
        following = cadence.next(at)
        assert following > at
        if np.isinf(following):
            break
        between = at + (following - at) * 0.5
        assert cadence.next(between) == following
        looks.append(following)
        at = following
    if len(looks) > 2:
        np.testing.assert_allclose(np.diff(looks), looks[1] - looks[0], rtol=1e-9)


def test_it_answers_whatever_matured(cadence):
    for matured in (nothing(), impressions(30)):
        assert cadence.wants(matured) in (True, False)
