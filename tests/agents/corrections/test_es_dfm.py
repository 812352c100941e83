"""Elapsed-time sampling."""

import numpy as np
import pytest

from agents import ESDFM, EpsilonGreedy, Every, NoCorrection
from tests.support.conversions import HOURLY, MEAN, RATE, kept, learnt, naive
from tests.support.populations import ONE_ITEM, minimiser, news, population, stream

P, HOUR = 0.3, 3600.0
DELAYS = [0.1 * HOUR, HOUR, 3 * HOUR, 7 * HOUR]  # one of four within the wait
ROWS = population(P, DELAYS, served=[0.0, 11 * HOUR], each=40, window=10 * HOUR)
CUTOFFS = [0.0, 0.3 * HOUR, HOUR, 5 * HOUR, 9 * HOUR, 10 * HOUR, 11.2 * HOUR, 12 * HOUR, 13.5 * HOUR, 22 * HOUR]


def made(cutoffs=CUTOFFS, wait="15m"):
    """Return the examples of both cohorts: the second is weighted by what is known of the first."""
    correction = ESDFM(wait, base=EpsilonGreedy())  # of one item: rates of whole populations, exactly
    correction.begin(ONE_ITEM)
    parts = stream(correction, ROWS, cutoffs)
    number, label, weight = (
        np.concatenate(column)
        for column in zip(*((p.impressions.number, p.label, p.weight) for p in parts), strict=True)
    )
    return [(number[own], label[own], weight[own]) for own in (number < 40, number >= 40)]


def share(rows):
    _, label, weight = rows
    return weight @ label / weight.sum()


def test_once_late_positives_are_known_the_true_rate_is_learnt():
    first, second = made()
    late = 0.75 * P
    assert share(first) == pytest.approx(P / (1.0 + late), abs=1e-12)  # weights of 1
    assert share(second) == pytest.approx(P, abs=1e-12)
    _, label, weight = second
    assert set(weight[label > 0].round(12)) == {round(1.0 + late, 12)}
    assert set(weight[label == 0].round(12)) == {round((1.0 + late) * (1.0 - P) / (1.0 - P + late), 12)}


def test_the_rows_do_not_follow_the_cutoffs():
    """As known after the wait, whenever that is looked at."""
    few = made([9.0 * HOUR, 10.9 * HOUR, 30 * HOUR])
    for mine, other in zip(few, made(), strict=True):
        order = [np.lexsort((label, number)) for number, label, _ in (mine, other)]
        for a, b in zip(mine[:2], other[:2], strict=True):
            assert a[order[0]].tolist() == b[order[1]].tolist()
    assert sorted(few[1][2]) == sorted(made()[1][2])


def test_a_refit_is_the_stream_of_its_window():
    correction = ESDFM(base=EpsilonGreedy())
    correction.begin(ONE_ITEM)
    rows = population(P, DELAYS, served=[0.0, 4 * HOUR, 8 * HOUR, 20 * HOUR], each=40, window=10 * HOUR)
    examples = correction.examples(news(rows, 2 * HOUR, 19 * HOUR, refit=True))
    served = examples.impressions.request_at
    late = examples.label * (examples.impressions.delivered_at - served > 900.0)
    assert [(served == at).sum() for at in (0.0, 4 * HOUR, 8 * HOUR)] == [6, 49, 49]  # the first came in the window
    assert late.sum() == 6 + 9 + 9
    # the cohorts of hours 0, 4 and 8 have closed, all within the window: p_dp and p_rn are exact
    whole = served > 0.0
    assert examples.weight[whole] @ examples.label[whole] / examples.weight[whole].sum() == pytest.approx(P, abs=1e-12)


@pytest.mark.slow  # `test_rates_by_item` has the same claim for two items
def test_in_a_shop_it_is_right_where_the_naive_rate_is_off_by_a_quarter():
    day = Every("1d", refit_window="2d")
    window = {"feedback__conversion__window": "1d"}
    inside = RATE * -np.expm1(-24.0 / MEAN)
    assert learnt(NoCorrection(), day, **window) == pytest.approx(naive(48.0), abs=0.015)
    assert learnt(ESDFM(), day, **window) == pytest.approx(inside, abs=0.015)
    assert kept(ESDFM(), HOURLY, **window).rate_since(60.0) == pytest.approx(inside, abs=0.015)


def test_before_a_window_has_closed_it_is_unweighted():
    correction = ESDFM()
    correction.begin(ONE_ITEM)
    parts = stream(correction, ROWS, [0.0, 5 * HOUR, 9 * HOUR])
    assert {weight for part in parts for weight in part.weight} == {1.0}
    assert minimiser(*parts) == pytest.approx(P / (1.0 + 0.75 * P), abs=1e-12)
