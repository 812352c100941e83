"""Real negatives, and label correction."""

import numpy as np
import pytest

from agents import DEFER, DEFUSE, Agent, BetaThompson, EpsilonGreedy, Every, NoCorrection
from tests.support.conversions import HOURLY, MEAN, RATE, kept, learnt, naive
from tests.support.corrections import Expecting
from tests.support.populations import ONE_ITEM, population, stream

P, HOUR = 0.3, 3600.0
LATE = 0.75 * P
ROWS = population(P, [0.1 * HOUR, HOUR, 3 * HOUR, 7 * HOUR], served=[0.0, 11 * HOUR], each=40, window=10 * HOUR)
CUTOFFS = [0.0, 0.3 * HOUR, HOUR, 5 * HOUR, 9 * HOUR, 10 * HOUR, 11.2 * HOUR, 12 * HOUR, 13.5 * HOUR, 22 * HOUR]


def second(part, model=None):
    """Return labels and weights of the second cohort, weighted by what is known of the first."""
    part.begin(ONE_ITEM)
    rows = [made for made in stream(part, ROWS, CUTOFFS, model) if len(made)]
    own = np.concatenate([made.impressions.number for made in rows]) >= 40
    return np.concatenate([made.label for made in rows])[own], np.concatenate([made.weight for made in rows])[own]


def share(label, weight):
    return label @ weight / weight.sum()


@pytest.mark.parametrize("f", [0.25, P, 0.6])
def test_defer_is_right_where_the_prediction_is(f):
    label, weight = second(DEFER(base=EpsilonGreedy()), Expecting(f))
    assert len(label) == 80
    yes = (2.0 * P - LATE) * f / (f - LATE / 2.0)
    no = (2.0 * (1.0 - P) + LATE) * (1.0 - f) / (1.0 - f + LATE / 2.0)
    assert share(label, weight) == pytest.approx(yes / (yes + no), abs=1e-12)
    if f == P:
        assert share(label, weight) == pytest.approx(P, abs=1e-12)


def test_defer_repeated_ends_at_the_true_rate():
    f = 0.6
    for _ in range(60):
        f = share(*second(DEFER(base=EpsilonGreedy()), Expecting(f)))
    assert f == pytest.approx(P, abs=1e-9)


@pytest.mark.parametrize("model", [None, Expecting(np.nan)])
def test_defer_without_predictions_has_weights_of_one(model):
    label, weight = second(DEFER(base=EpsilonGreedy()), model)
    assert set(weight) == {1.0}
    assert share(label, weight) == pytest.approx(P - LATE / 2.0, abs=1e-12)


def test_defer_has_weights_for_every_prediction():
    for f in (0.0, 0.1, 0.99, 2.0):
        _, weight = second(DEFER(base=EpsilonGreedy()), Expecting(f))
        assert ((weight >= 0.0) & (weight <= 2.0 + 1e-12)).all()


def test_defuse_is_right():
    label, weight = second(DEFUSE(base=EpsilonGreedy()))
    assert len(label) == 40 + 9
    assert share(label, weight) == pytest.approx(P, abs=1e-12)
    assert weight.sum() == pytest.approx(40.0 * (1.0 + LATE), abs=1e-9)
    soft = label[(label > 0) & (label < 1)]
    z = LATE / (1.0 - P + LATE)
    assert set(soft.round(12)) == {round(z * LATE / (z * LATE + (1.0 - z) * (1.0 + LATE)), 12)}


@pytest.mark.slow  # `test_rates_by_item` has the same claim for two items
@pytest.mark.parametrize("correction", [DEFER, DEFUSE], ids=lambda part: part.__name__)
def test_in_a_shop_it_is_right_where_the_naive_rate_is_off_by_a_quarter(correction):
    day = Every("1d", refit_window="2d")
    window = {"feedback__conversion__window": "1d"}
    inside = RATE * -np.expm1(-24.0 / MEAN)
    assert learnt(NoCorrection(), day, **window) == pytest.approx(naive(48.0), abs=0.015)
    assert learnt(correction(), day, **window) == pytest.approx(inside, abs=0.015)
    assert kept(correction(), HOURLY, **window).rate_since(60.0) == pytest.approx(inside, abs=0.015)


def test_soft_labels_are_refused_where_they_are_counted():
    with pytest.raises(ValueError, match="DEFUSE makes labels"):
        Agent(BetaThompson(), DEFUSE())
    Agent(BetaThompson(), DEFER())
