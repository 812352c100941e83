"""Fake negatives, weighted."""

import numpy as np
import pytest

from agents import FNW, NoCorrection
from tests.support.conversions import DAILY, DAYS, HOURLY, RATE, learnt, naive
from tests.support.corrections import Expecting
from tests.support.populations import minimiser, news, population, stream

P, HOUR = 0.3, 3600.0
ROWS = population(P, [HOUR, 5 * HOUR], served=[0.0, 2 * HOUR], each=20)
CUTOFFS = [0.0, 1.5 * HOUR, 2 * HOUR, 10 * HOUR]


@pytest.mark.parametrize("f", [0.1, P, 0.8])
def test_the_true_rate_is_learnt_by_who_predicts_it(f):
    assert minimiser(*stream(FNW(), ROWS, CUTOFFS, Expecting(f))) == pytest.approx(P / (P + 1.0 - f), abs=1e-12)


@pytest.mark.parametrize("model", [None, Expecting(np.nan)])
def test_without_predictions_it_is_plain_fake_negatives(model):
    assert minimiser(*stream(FNW(), ROWS, CUTOFFS, model)) == pytest.approx(P / (1.0 + P), abs=1e-12)


def test_training_after_training_ends_at_the_true_rate():
    f = np.nan
    for _ in range(40):
        f = minimiser(*stream(FNW(), ROWS, CUTOFFS, Expecting(f)))
    assert f == pytest.approx(P, abs=1e-12)


def test_in_a_refit_a_positive_belongs_to_the_window_in_which_it_came():
    rows = population(P, [HOUR, 5 * HOUR], served=[0.0, 4 * HOUR, 8 * HOUR], each=20)
    made = FNW().examples(news(rows, 3 * HOUR, 7 * HOUR, refit=True), Expecting(P))
    assert (made.label == 0).sum() == 20  # served at hour 4
    assert made.impressions.request_at[made.label > 0].tolist() == [0.0] * 3 + [4 * HOUR] * 3  # came at hour 5
    assert minimiser(made) == pytest.approx(P, abs=1e-12)


def test_what_a_linear_learner_overshoots_is_cut():
    made = FNW().examples(news(ROWS, -1.0, 10 * HOUR), Expecting(1.4))
    assert set(made.weight.round(6)) == {1.99, 0.0199}
    made = FNW().examples(news(ROWS, -1.0, 10 * HOUR), Expecting(-0.2))
    assert set(made.weight) == {1.0}


@pytest.mark.long
def test_in_a_shop_it_is_right_where_the_naive_rate_is_off_by_a_quarter():
    assert learnt(NoCorrection(), DAILY) == pytest.approx(naive(24.0), abs=0.015)
    assert learnt(FNW(), DAILY) == pytest.approx(RATE, abs=0.012)
    assert learnt(FNW(), HOURLY) == pytest.approx(naive(24.0 * DAYS), abs=0.02)  # counts of all six days
