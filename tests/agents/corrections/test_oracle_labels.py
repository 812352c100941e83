"""Labels without delay."""

import numpy as np
import pytest

from agents import NoCorrection, OracleLabels
from sim.ports import News
from tests.support.conversions import DAILY, HOURLY, RATE, learnt, naive
from tests.support.logs import nothing
from tests.support.populations import as_known, minimiser, population

P, HOUR = 0.3, 3600.0


def test_the_true_rate_is_learnt_when_nothing_has_come():
    rows = population(P, [HOUR, 5 * HOUR], served=[0.0], each=20, window=8 * HOUR)
    told = as_known(rows, 60.0).replace(outcome=rows.label)
    for refit in (False, True):
        made = OracleLabels().examples(News(60.0, refit, told, nothing()))
        assert minimiser(made) == pytest.approx(P, abs=1e-12)
        assert made.label.tolist() == rows.label.tolist()


def test_what_never_comes_back_is_left_out():
    rows = population(P, [HOUR], served=[0.0], each=10, window=8 * HOUR)
    told = rows.replace(outcome=np.where(rows.number < 2, np.nan, rows.label))
    made = OracleLabels().examples(News(60.0, False, told, nothing()))
    assert made.impressions.number.tolist() == list(range(2, 10))
    assert made.label.tolist() == [1.0, *[0.0] * 7]


@pytest.mark.long
def test_in_a_shop_it_is_right_where_the_naive_rate_is_off_by_a_quarter():
    """Within the horizon: what would come after it is lost; a window that closes within it loses nothing."""
    assert learnt(NoCorrection(), DAILY) == pytest.approx(naive(24.0), abs=0.015)
    for cadence in (DAILY, HOURLY):
        assert learnt(OracleLabels(), cadence) == pytest.approx(RATE, abs=0.015)
