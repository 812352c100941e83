"""The delayed feedback model."""

from math import exp

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from agents import DFM, NoCorrection
from sim.ports import Impressions, News
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


def weight(f, known, before=0.0):
    """Return what a no weighs."""
    return (1.0 - f) * (known - before) / ((1.0 - f * known) * (1.0 - f * before))


def off(f, known):
    """Return what is learnt at one age by who predicts f: p F / (p F + (1 - p F) w)."""
    return P * known / (P * known + (1.0 - P * known) * weight(f, known))


@pytest.mark.parametrize("now", [1.5, 4.0, 6.5, 8.0, 30.0])
def test_in_a_refit_the_rate_is_right_at_every_age(now):
    made = DFM(law=TOY).examples(news(ROWS, -1.0, now * HOUR, refit=True), Expecting(P))
    for at in set(made.impressions.request_at):
        own = made.impressions.request_at == at
        if made.weight[own].sum() > 0.0:  # before an hour nothing is said
            assert made.weight[own] @ made.label[own] / made.weight[own].sum() == pytest.approx(P, abs=1e-12)
    assert set(made.weight[made.label > 0]) == {1.0}
    assert len(made) == 40 * sum(at <= (now - 0.25) * HOUR for at in (0.0, 2 * HOUR, 5 * HOUR))


@pytest.mark.parametrize("f", [np.nan, 0.01, 0.9])
def test_a_refit_moves_to_the_likeliest_level_at_once(f):
    """Forty rows, an hour old: half is known. One step of EM from .9 would end at .85."""
    rows = news(ROWS, 4 * HOUR, 6 * HOUR, refit=True)
    f = minimiser(DFM(law=TOY).examples(rows, Expecting(f)))
    assert f == pytest.approx(P, abs=0.12)
    for _ in range(12):
        f = minimiser(DFM(law=TOY).examples(rows, Expecting(f)))
    assert f == pytest.approx(P, abs=1e-4)


def test_the_fixed_point_is_the_maximum_of_the_likelihood_of_chapelle():
    """A sample, not a population: the sum of log(p l e^(-ld)) and log(1 - p + p e^(-le)), by scipy."""
    rng, count, mean = np.random.default_rng(3), 400, 6 * HOUR
    at, delay = np.sort(rng.uniform(0, DAY, count)), rng.exponential(mean, count)
    come = (rng.uniform(size=count) < P) & (at + delay <= DAY)
    columns = {"number": np.arange(count), "request_at": at, "label": come.astype(float)}
    rows = Impressions.of(columns | {"delivered_at": np.where(come, at + delay, np.inf)})
    age = DAY - at

    def minus_log_likelihood(p):
        return -(come.sum() * np.log(p) + np.log(1.0 - p + p * np.exp(-age / mean))[~come].sum())

    best = minimize_scalar(minus_log_likelihood, bounds=(0.01, 0.99), method="bounded", options={"xatol": 1e-10}).x
    f, law = 0.5, DFM(wait="1s", law=LAW)
    for _ in range(100):
        f = minimiser(law.examples(News(DAY, True, rows, rows), Expecting(f)))
    assert f == pytest.approx(best, abs=1e-6)


def test_in_the_stream_each_look_is_right():
    """Looks at 15 m, 30 m, ... : each part of the news by itself."""
    cutoffs = [0.0, 0.3 * HOUR, 1.1 * HOUR, 2.6 * HOUR, 4.4 * HOUR, 6 * HOUR, 9 * HOUR, 40 * HOUR, 9 * DAY]
    parts = [part for part in stream(DFM(law=TOY), ROWS, cutoffs, Expecting(P)) if part.weight.sum() > 0.0]
    assert len(parts) > 4
    for part in parts:
        assert minimiser(part) == pytest.approx(P, abs=1e-12)


def test_noes_of_all_looks_weigh_as_one_at_the_last():
    """And those of a positive, with its yes, pull as one yes does: 1 - p."""
    f = 0.6
    pull, noes = np.zeros(120), np.zeros(120)
    for part in stream(DFM(law=TOY), ROWS, [hour * HOUR for hour in range(100)], Expecting(f)):
        np.add.at(pull, part.impressions.number, part.weight * (part.label - f))
        np.add.at(noes, part.impressions.number, part.weight * (part.label == 0))
    np.testing.assert_allclose(noes[ROWS.label == 0], weight(f, 1.0), rtol=1e-12)
    np.testing.assert_allclose(pull[ROWS.label > 0], 1.0 - f, rtol=1e-12)


def test_what_is_published_for_streams_learns_too_much():
    known, f = 0.5, P  # by an hour
    for _ in range(60):
        f = minimiser(
            *stream(DFM(wait="1h", law=TOY, late="added"), ROWS, [0.0, HOUR, 3 * HOUR, 6 * HOUR, DAY], Expecting(f))
        )
    assert f == pytest.approx(P / (P + (1.0 - P * known) * weight(f, known)), abs=1e-9)
    assert f > 1.4 * P
    early = DFM(wait="15m", law=TOY, late="added")
    f = minimiser(*stream(early, ROWS, [0.0, 0.25 * HOUR, 2.25 * HOUR, 5.25 * HOUR, DAY], Expecting(P)))
    assert f == 1.0  # nothing comes within the wait: all that counts are the yeses


@pytest.mark.long
@pytest.mark.parametrize("day", [4, 16])
def test_rate_and_delay_of_the_toy_of_chapelle_are_found_together(day):
    """Clicks at a steady rate, p = .1, delays of 4 d on average; what has not come is not known to be a no."""
    rows = news(CLICKS, -1.0, day * DAY - 1.0, refit=True)
    seen = as_known(CLICKS, day * DAY - 1.0).take(CLICKS.request_at < day * DAY - 1.0).label.mean()
    assert seen == pytest.approx(0.1 * (1.0 - (1.0 - exp(-day / 4.0)) / (day / 4.0)), abs=0.002)
    correction = DFM()
    f = seen
    for _ in range(3):
        made = correction.examples(rows, Expecting(f))
        f = minimiser(made)
    assert f == pytest.approx(0.1, abs=0.002)
    assert correction._delays._per_second * MEAN == pytest.approx(1.0, abs=0.03)


@pytest.mark.slow  # `test_rates_by_item` has the same claim for two items
def test_in_a_shop_it_is_right_where_the_naive_rate_is_off_by_a_quarter():
    assert learnt(NoCorrection(), DAILY) == pytest.approx(naive(24.0), abs=0.01)
    assert learnt(DFM(), DAILY) == pytest.approx(RATE, abs=0.012)
    assert learnt(DFM(law=LAW), DAILY) == pytest.approx(RATE, abs=0.012)
    assert learnt(DFM(law=LAW), HOURLY) == pytest.approx(RATE, abs=0.01)
    assert kept(DFM(), HOURLY).rate_since(48.0) == pytest.approx(RATE, abs=0.01)  # knows the delay by then
    assert learnt(NoCorrection(), HOURLY) == pytest.approx(naive(24.0 * DAYS), abs=0.005)
    assert kept(DFM(late="added"), HOURLY).rate() > 0.45


def test_what_cannot_be():
    with pytest.raises(ValueError, match="expected likely or added"):
        DFM(late="lost")
    with pytest.raises(ValueError, match="expected 0 < wait <= until"):
        DFM(wait="2h", until="1h")
