"""Importance by the time elapsed."""

import numpy as np
import pytest

from agents import FSIW, NoCorrection
from sim.ports import delay_law
from tests.support.conversions import ALL, DAILY, HOURLY, LAW, MEAN, RATE, kept, learnt, naive
from tests.support.corrections import Expecting
from tests.support.populations import ONE_ITEM, as_known, minimiser, news, population, stream

P, HOUR, DAY = 0.3, 3600.0, 86400.0
TOY = "mixture(0.5: constant(1h), 0.25: constant(3h), 0.25: constant(7h))"
DELAYS = [HOUR, HOUR, 3 * HOUR, 7 * HOUR]
ROWS = population(P, DELAYS, served=[0.0, 2 * HOUR, 5 * HOUR], each=40)


def off(f, known):
    """Return what is learnt at one age by who predicts f: p / (p + (1 - pF)(1 - f) / (1 - fF))."""
    return P / (P + (1.0 - P * known) * (1.0 - f) / (1.0 - f * known))


def test_with_the_law_the_true_rate_is_learnt_at_every_age():
    correction = FSIW(wait="1h", law=TOY)
    for now in (1.5, 4.0, 6.5, 8.0, 30.0):
        made = correction.examples(news(ROWS, -1.0, now * HOUR, refit=True), Expecting(P))
        for at in set(made.impressions.request_at):
            own = made.impressions.request_at == at
            share = made.weight[own] @ made.label[own] / made.weight[own].sum()
            assert share == pytest.approx(P, abs=1e-12), (now, at)


@pytest.mark.parametrize("f", [0.0, 0.1, P, 0.7])
def test_a_wrong_prediction_is_put_right_by_repetition(f):
    correction = FSIW(wait="1h", law=TOY)
    made = stream(correction, ROWS, [0.0, HOUR, 3 * HOUR, 6 * HOUR], Expecting(f))  # each read at an age of one hour
    assert minimiser(*made) == pytest.approx(off(f, 0.5), abs=1e-12)
    for _ in range(60):
        f = off(f, 0.5)
    assert f == pytest.approx(P, abs=1e-12)


def test_unknown_predictions_are_noes_that_count_in_full():
    rows = news(ROWS, -1.0, 8 * HOUR, refit=True)
    for model in (None, Expecting(np.nan)):
        assert np.array_equal(
            FSIW(law=TOY).examples(rows, model).weight, FSIW(law=TOY).examples(rows, Expecting(0.0)).weight
        )


def test_each_impression_is_read_once_when_it_is_old_enough():
    made = stream(FSIW(wait="1h", law=TOY), ROWS, [0.0, 0.9 * HOUR, 1.1 * HOUR, 2.9 * HOUR, 5.5 * HOUR, 20 * HOUR])
    assert [len(part) for part in made] == [0, 0, 40, 0, 40, 40]
    assert np.concatenate([part.impressions.number for part in made]).tolist() == list(range(120))
    assert [int(part.label.sum()) for part in made] == [0, 0, 6, 0, 9, 12]  # at 1.1, 3.5 and 15 hours
    at = [1.1, 3.5, 15.0]
    for part, age in zip([part for part in made if len(part)], at, strict=True):
        assert part.weight.max() == pytest.approx(1.0 / delay_law(TOY).cdf(np.array(age * HOUR)), abs=1e-12)


def test_without_anything_settled_weights_are_one():
    correction = FSIW()
    correction.begin(ONE_ITEM)
    made = correction.examples(news(ROWS, -1.0, 8 * HOUR), Expecting(P))
    assert set(made.weight) == {1.0}


def test_what_is_learnt_of_the_delay_is_its_law():
    """An exponential law; what it says of a yes at an age, and of a no."""
    mean, each = 6 * HOUR, 2000
    delays = (-mean * np.log1p(-(np.arange(60) + 0.5) / 60)).tolist()
    served = [float(at) for at in np.arange(0, 3 * DAY, HOUR)]
    rows, correction = population(P, delays, served, each), FSIW()
    correction.begin(ONE_ITEM)
    made = correction.examples(news(rows, -1.0, 3 * DAY, refit=True), None)
    age = 3 * DAY - made.impressions.request_at
    known = -np.expm1(-age / mean)
    yes = made.label > 0
    for low, high in ((HOUR, 2 * HOUR), (3 * HOUR, 6 * HOUR), (8 * HOUR, 20 * HOUR), (24 * HOUR, 60 * HOUR)):
        own = (age >= low) & (age < high)
        assert (1.0 / made.weight[own & yes]).mean() == pytest.approx(known[own & yes].mean(), abs=0.03)
        later = P * (1.0 - known) / (1.0 - P * known)
        assert 1.0 - made.weight[own & ~yes].mean() == pytest.approx(later[own & ~yes].mean(), abs=0.02)
    assert minimiser(made) == pytest.approx(P, abs=0.01)
    assert as_known(rows, 3 * DAY).label.mean() < 0.28


@pytest.mark.slow  # `test_rates_by_item` has the same claim for two items
def test_in_a_shop_it_is_right_where_the_naive_rate_is_off_by_a_quarter():
    assert learnt(NoCorrection(), DAILY) == pytest.approx(naive(24.0), abs=0.01)
    assert learnt(FSIW(law=LAW), DAILY) == pytest.approx(RATE, abs=0.015)
    assert learnt(FSIW(law=LAW), HOURLY) == pytest.approx(RATE, abs=0.015)
    assert learnt(FSIW(), ALL) == pytest.approx(RATE, abs=0.01)
    assert kept(FSIW(deadline="1d"), HOURLY).rate_since(48.0) == pytest.approx(RATE, abs=0.03)  # a yes weighs 5
    assert 1.0 - np.exp(-24.0 / MEAN) > 0.98


def test_what_cannot_be():
    with pytest.raises(ValueError, match="expected 0 < wait < deadline"):
        FSIW(wait="3h", deadline="2h")
    with pytest.raises(ValueError, match="exponentiel"):
        FSIW(law="exponentiel(mean=1d)")
    with pytest.raises(TypeError, match="has no train"):
        FSIW(base=3)
