"""Inverse probability of having been observed."""

import numpy as np
import pytest

from agents import Agent, InverseProbability, LogisticRanker, NoCorrection
from tests.support.conversions import DAILY, HOURLY, LAW, RATE, learnt, naive
from tests.support.populations import minimiser, news, population, stream

P, HOUR = 0.3, 3600.0
TOY = "mixture(0.5: constant(1h), 0.25: constant(3h), 0.25: constant(7h))"
DELAYS = [HOUR, HOUR, 3 * HOUR, 7 * HOUR]
ROWS = population(P, DELAYS, served=[0.0, 2 * HOUR, 5 * HOUR], each=40)
CUTOFFS = [0.0, HOUR, 1.5 * HOUR, 2.6 * HOUR, 4.5 * HOUR, 6 * HOUR, 9 * HOUR, 20 * HOUR, 200 * HOUR]


@pytest.mark.parametrize("law", [TOY, None])
def test_in_a_refit_labels_are_right_at_every_age(law):
    made = InverseProbability(wait="1h", law=law).examples(news(ROWS, -1.0, 10.5 * HOUR, refit=True))
    for at in (0.0, 2 * HOUR, 5 * HOUR):  # looks at 8, 8 and 4 hours
        assert made.label[made.impressions.request_at == at].mean() == pytest.approx(P, abs=1e-12)
    assert set(made.label.round(12)) == {0.0, 1.0, round(1.0 / 0.75, 12)}
    assert set(made.weight) == {1.0}


def test_in_the_stream_each_look_is_right():
    made = []
    for k, part in enumerate(stream(InverseProbability(wait="1h", law=TOY), ROWS, CUTOFFS)):
        made.append(part)
        if k:
            assert minimiser(*made) == pytest.approx(P, abs=1e-12)
    assert sum(part.weight.sum() for part in made) == 120
    assert sum(len(part) for part in made) == 120 + 2 * 3 * (9 + 12)  # of each cohort 9 change at 4 h, 12 at 8 h
    late = np.concatenate([part.label[part.weight < 0] for part in made])
    assert set(late.round(9)) == {0.0, 2.0, round(1 / 0.75, 9)}


def test_estimated_in_the_stream_it_is_right_from_the_second_cohort_on():
    """Of the first, the law is known when it has been looked at."""
    rows = population(P, DELAYS, served=[0.0, 20 * HOUR], each=40)
    parts = stream(InverseProbability(wait="1h"), rows, [hour * HOUR for hour in range(120)])
    seen = {}
    for hour, part in enumerate(parts):
        for number, label, weight in zip(part.impressions.number.tolist(), part.label, part.weight, strict=True):
            seen[number] = seen.get(number, 0.0) + weight * label
        for first, since in ((0, 8), (40, 21)):
            if hour >= since:
                mean = sum(seen.get(number, 0.0) for number in range(first, first + 40)) / 40
                assert mean == pytest.approx(P, abs=1e-12), (hour, first)


def test_what_is_estimated_is_the_law_relative_to_the_oldest_look():
    correction = InverseProbability(wait="1h")
    correction.examples(news(ROWS, -1.0, 6.5 * HOUR, refit=True))  # ages of 6.5, 4.5 and 1.5 hours: looks to 4 h
    np.testing.assert_allclose(correction._shares()[:4], [2 / 3, 2 / 3, 1.0, 1.0], rtol=1e-12)
    correction.examples(news(ROWS, -1.0, 9 * HOUR, refit=True))
    np.testing.assert_allclose(correction._shares()[:4], [0.5, 0.5, 0.75, 1.0], rtol=1e-12)


@pytest.mark.slow  # `test_rates_by_item` has the same claim for two items
def test_in_a_shop_it_is_right_where_the_naive_rate_is_off_by_a_quarter():
    assert learnt(NoCorrection(), DAILY) == pytest.approx(naive(24.0), abs=0.01)
    assert learnt(InverseProbability(wait="1h", law=LAW), DAILY) == pytest.approx(RATE, abs=0.02)
    assert learnt(InverseProbability(law=LAW), HOURLY) == pytest.approx(RATE, abs=0.01)
    known = -np.expm1(-16.0 / 6.0)  # in a day no look is older than 16 hours
    assert learnt(InverseProbability("1h"), DAILY) == pytest.approx(RATE * known, abs=0.02)
    assert learnt(InverseProbability(), HOURLY) == pytest.approx(RATE, abs=0.01)


def test_it_is_refused_where_labels_are_counted():
    with pytest.raises(ValueError, match=r"InverseProbability makes labels .* EpsilonGreedy"):
        Agent(LogisticRanker(), InverseProbability())
