"""Shifted labels."""

import numpy as np
import pytest

from agents import NoCorrection, Shifted
from tests.support.conversions import ALL, HOURLY, MEAN, RATE, learnt, naive
from tests.support.populations import minimiser, news, population, stream

P, HOUR = 0.3, 3600.0
ROWS = population(P, [HOUR, HOUR, 3 * HOUR, 7 * HOUR], served=[0.0, 2 * HOUR, 5 * HOUR], each=40)


@pytest.mark.parametrize(("shift", "known"), [(0.5, 0.0), (1.0, 0.5), (3.0, 0.75), (7.0, 1.0)])
def test_what_is_learnt_is_the_share_that_comes_within_the_shift(shift, known):
    few, many = [30 * HOUR], [hour * HOUR / 2 for hour in range(60)]
    for cutoffs in (few, many):
        made = stream(Shifted(shift * HOUR), ROWS, cutoffs)
        assert minimiser(*made) == pytest.approx(P * known, abs=1e-12)
        assert np.concatenate([part.impressions.number for part in made]).tolist() == list(range(120))


def test_a_refit_is_the_part_of_its_window_that_is_old_enough():
    made = Shifted("3h").examples(news(ROWS, HOUR, 6 * HOUR, refit=True))
    assert set(made.impressions.request_at) == {2 * HOUR}
    assert made.label.sum() == 9


@pytest.mark.long
def test_in_a_shop_it_is_right_but_for_what_comes_later():
    assert learnt(NoCorrection(), ALL, horizon="48h") == pytest.approx(naive(48.0), abs=0.012)
    for shift, cadence in ((6.0, ALL), (12.0, HOURLY)):
        known = RATE * -np.expm1(-shift / MEAN)
        assert learnt(Shifted(f"{shift:g}h"), cadence) == pytest.approx(known, abs=0.008)
