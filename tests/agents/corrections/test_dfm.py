"""The delayed feedback model."""

from math import exp

import numpy as np
import pytest

from agents import DFM, NoCorrection
from tests.support.conversions import DAILY, DAYS, HOURLY, LAW, RATE, kept, learnt, naive
from tests.support.corrections import Expecting
from tests.support.populations import as_known, minimiser, news, population, stream

P, HOUR, DAY = 0.3, 3600.0, 86400.0
TOY = "mixture(0.5: constant(1h), 0.25: constant(3h), 0.25: constant(7h))"
DELAYS = [HOUR, HOUR, 3 * HOUR, 7 * HOUR]
ROWS = population(P, DELAYS, served=[0.0, 2 * HOUR, 5 * HOUR], each=40)
MEAN = 4 * DAY
FINE = (-MEAN * np.log1p(-(np.arange(100) + 0.5) / 100)).tolist()  # exponential, by its quantiles
CLICKS = population(0.1, FINE, served=np.arange(0.0, 16 * DAY, 6 * HOUR).tolist(), each=1000)


def expected_label(f, known):
    """Return the mean label at one age for who predicts f: p F + (1 - p F) f S / (1 - f F)."""
    return P * known + (1.0 - P * known) * f * (1.0 - known) / (1.0 - f * known)


@pytest.mark.parametrize("now", [0.5, 1.5, 4.0, 6.5, 8.0, 30.0])
def test_in_a_refit_the_labels_are_right_at_every_age(now):
    made = DFM(law=TOY).examples(news(ROWS, -1.0, now * HOUR, refit=True), Expecting(P))
    for at in set(made.impressions.request_at):
        assert made.label[made.impressions.request_at == at].mean() == pytest.approx(P, abs=1e-12)
    assert set(made.weight) == {1.0}


def test_trainings_repeated_are_em():
    f, rows = 0.9, news(ROWS, 4 * HOUR, 6 * HOUR, refit=True)  # the cohort of hour 5, an hour old: half is known
    for _ in range(60):
        f, before = minimiser(DFM(law=TOY).examples(rows, Expecting(f))), f
        assert f == pytest.approx(expected_label(before, 0.5), abs=1e-12)
    assert f == pytest.approx(P, abs=1e-9)


def test_in_the_stream_each_look_is_right():
    """Looks at 15 m, 30 m, ... : what was said before is taken back."""
    correction, made = DFM(law=TOY), []
    cutoffs = [0.0, 0.2 * HOUR, 0.3 * HOUR, 1.1 * HOUR, 2.6 * HOUR, 6 * HOUR, 9 * HOUR, 40 * HOUR, 9 * DAY]
    for k, part in enumerate(stream(correction, ROWS, cutoffs, Expecting(P))):
        made.append(part)
        if k > 1:
            assert minimiser(*made) == pytest.approx(P, abs=1e-12)
    total = {}
    for part in made:
        for number, label, weight in zip(part.impressions.number.tolist(), part.label, part.weight, strict=True):
            total[number, label] = total.get((number, label), 0.0) + weight
    assert {key: weight for key, weight in total.items() if weight} == dict.fromkeys(enumerate(ROWS.label), 1.0)


def test_what_is_published_for_streams_learns_too_much():
    known, f = 0.5, P  # by an hour
    for _ in range(60):
        f = minimiser(
            *stream(DFM(wait="1h", law=TOY, late="added"), ROWS, [0.0, HOUR, 3 * HOUR, 6 * HOUR, DAY], Expecting(f))
        )
    more = P * (1.0 - known)
    assert f == pytest.approx((expected_label(f, known) + more) / (1.0 + more), abs=1e-9)
    assert f > 1.4 * P
    early, f = DFM(wait="15m", law=TOY, late="added"), P
    for _ in range(100):
        f = minimiser(*stream(early, ROWS, [0.0, 0.25 * HOUR, 2.25 * HOUR, 5.25 * HOUR, DAY], Expecting(f)))
    assert f > 0.99  # nothing comes within the wait: it ends where predictions are cut


@pytest.mark.long
@pytest.mark.parametrize("day", [4, 16])
def test_rate_and_delay_of_the_toy_of_chapelle_are_found_together(day):
    """Clicks at a steady rate, p = .1, delays of 4 d on average; what has not come is not known to be a no."""
    rows = news(CLICKS, -1.0, day * DAY - 1.0, refit=True)
    seen = as_known(CLICKS, day * DAY - 1.0).take(CLICKS.request_at < day * DAY - 1.0).label.mean()
    assert seen == pytest.approx(0.1 * (1.0 - (1.0 - exp(-day / 4.0)) / (day / 4.0)), abs=0.002)
    correction = DFM()
    for _ in range(7):  # each goes on where the one before ended
        made = correction.examples(rows, Expecting(np.nan))
    assert minimiser(made) == pytest.approx(0.1, abs=0.002)
    assert correction._delays._per_second * MEAN == pytest.approx(1.0, abs=0.03)


@pytest.mark.long
def test_in_a_shop_it_is_right_where_the_naive_rate_is_off_by_a_quarter():
    assert learnt(NoCorrection(), DAILY) == pytest.approx(naive(24.0), abs=0.01)
    assert learnt(DFM(), DAILY) == pytest.approx(RATE, abs=0.012)
    assert learnt(DFM(law=LAW), DAILY) == pytest.approx(RATE, abs=0.012)
    assert learnt(DFM(), HOURLY) == pytest.approx(RATE, abs=0.01)
    assert learnt(NoCorrection(), HOURLY) == pytest.approx(naive(24.0 * DAYS), abs=0.005)
    assert kept(DFM(late="added"), HOURLY).rate() > 0.45


def test_what_cannot_be():
    with pytest.raises(ValueError, match="expected replaced or added"):
        DFM(late="lost")
    with pytest.raises(ValueError, match="expected 0 < wait <= until"):
        DFM(wait="2h", until="1h")
