"""Refits and updates in turn: corrections with weights and looks go on where the refit has left off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agents import DEFER, DEFUSE, DFM, ESDFM, FSIW, EpsilonGreedy, InverseProbability, Tiers
from tests.support.conversions import RATE, learnt
from tests.support.corrections import Expecting, made
from tests.support.populations import ONE_ITEM, minimiser, news, population, stream

P, HOUR = 0.3, 3600.0
TOY = "mixture(0.5: constant(1h), 0.25: constant(3h), 0.25: constant(7h))"
DELAYS = [HOUR, HOUR, 3 * HOUR, 7 * HOUR]
ROWS = population(P, DELAYS, served=[0.0, 2 * HOUR, 5 * HOUR, 7.5 * HOUR], each=40)
AFTER = [hour * HOUR for hour in (8, 8.4, 9, 11, 12.6, 16, 20, 40, 200)]
REFITTED = 7.6 * HOUR  # ages of 7.6, 5.6, 2.6 and 0.1 hours


def refit_and_go_on(correction, rows=ROWS, at=REFITTED, cutoffs=AFTER, model=None):
    """Return the examples of a refit and of what follows; before it, it has read some of the news."""
    stream(correction, rows, [0.0, 3 * HOUR, 6 * HOUR], model)
    parts = [made(correction, replace(news(rows, -1.0, at, refit=True), goes_on=True), model)]
    for since, now in zip([at, *cutoffs[:-1]], cutoffs, strict=True):
        parts.append(made(correction, news(rows, since, now), model))
    return parts


def of_each(parts, what):
    """Return sums over the rows of each impression."""
    total = np.zeros(len(ROWS))
    for part in parts:
        np.add.at(total, part.impressions.number, what(part))
    return total


def test_inverse_probability_takes_back_the_refits_labels():
    """What is left of each impression is that of its last look, as in the stream."""
    parts = refit_and_go_on(InverseProbability(wait="1h", law=TOY))
    for upto in range(1, len(parts)):
        assert minimiser(*parts[: upto + 1]) == pytest.approx(P, abs=1e-12)
    label = of_each(parts, lambda part: part.weight * part.label)
    np.testing.assert_allclose(label, ROWS.label, atol=1e-12)
    np.testing.assert_allclose(of_each(parts, lambda part: part.weight), 1.0, atol=1e-12)


@pytest.mark.parametrize("f", [P, 0.6])
def test_the_likelihoods_noes_weigh_as_one_at_the_last_look(f):
    """The first look after the refit says what it says beyond the age at the refit."""
    cutoffs = [hour * HOUR for hour in range(8, 120)]
    parts = refit_and_go_on(Settled(law=TOY), cutoffs=cutoffs, model=Expecting(f))
    noes = of_each(parts, lambda part: part.weight * (part.label == 0))
    pull = of_each(parts, lambda part: part.weight * (part.label - f))
    np.testing.assert_allclose(noes[ROWS.label == 0], 1.0, rtol=1e-12)
    np.testing.assert_allclose(pull[ROWS.label > 0], 1.0 - f, rtol=1e-12)


class Settled(DFM):
    """Whose refits do not move the predictions, as they do not at the maximum of the likelihood."""

    def __init__(self, law):
        super().__init__(law=law)
        self._delays.likeliest = self._delays.expect


def test_what_the_refit_expected_is_taken_out_of_the_sums():
    """After all looks the mean delay is that of the positives, whether there was a refit or not."""
    delays = [0.5 * HOUR, HOUR, 2 * HOUR, 3 * HOUR]
    rows = population(P, delays, served=[0.0, 2 * HOUR, 5 * HOUR, 7.5 * HOUR], each=40)
    correction, plain = DFM("15m", "7d"), DFM("15m", "7d")
    cutoffs = [hour * HOUR for hour in range(8, 400)]
    refit_and_go_on(correction, rows, cutoffs=cutoffs, model=Expecting(P))
    stream(plain, rows, cutoffs, Expecting(P))
    assert 1.0 / correction._delays._per_second == pytest.approx(1.0 / plain._delays._per_second, rel=1e-2)
    assert correction._delays._sums[3] == pytest.approx(plain._delays._sums[3])


@pytest.mark.parametrize("kind", [ESDFM, DEFER, DEFUSE])
def test_once_late_positives_are_known_the_true_rate_is_learnt_after_a_refit_too(kind):
    """Of two cohorts with windows of 8 hours; the first has closed by the refit, at which the second is too young."""
    rows = population(P, [0.1 * HOUR, HOUR, 3 * HOUR, 7 * HOUR], served=[0.0, 9 * HOUR], each=40, window=8 * HOUR)
    correction = kind("15m", base=EpsilonGreedy())
    correction.begin(ONE_ITEM)
    cutoffs = [hour * HOUR for hour in (9.4, 10, 13, 16.5, 18)]
    parts = refit_and_go_on(correction, rows, 9.1 * HOUR, cutoffs, model=Expecting(P))
    own = [part.impressions.number >= 40 for part in parts]
    weight = sum(part.weight[mine].sum() for part, mine in zip(parts, own, strict=True))
    yes = sum(part.weight[mine] @ part.label[mine] for part, mine in zip(parts, own, strict=True))
    assert yes / weight == pytest.approx(P, abs=1e-12)
    assert sum(int(mine.sum()) for mine in own) == {ESDFM: 49, DEFUSE: 49, DEFER: 80}[kind]


def test_what_is_too_young_for_a_refit_is_read_when_it_has_the_age():
    parts = refit_and_go_on(FSIW("1h", law=TOY), model=Expecting(P))
    number = np.concatenate([part.impressions.number for part in parts])
    assert sorted(number.tolist()) == list(range(160))  # each once
    assert [len(part) for part in parts][:4] == [120, 0, 0, 40]  # at 9 h the last are 1.5 h old
    assert minimiser(parts[3]) == pytest.approx(P, abs=1e-12)


@pytest.mark.long
@pytest.mark.parametrize(
    "correction",
    [
        *(DFM("1h", "3d"), FSIW(deadline="1d"), ESDFM("1h"), DEFER("1h"), InverseProbability("1h", "2d")),
        pytest.param(DEFUSE("1h"), marks=pytest.mark.slow),
    ],
    ids=repr,
)
def test_in_a_shop_the_rate_is_right_with_refits_and_updates(correction):
    tiers = Tiers(full="2d", update="6h", refit_window="4d")
    assert learnt(correction, tiers, feedback__conversion__window="2d") == pytest.approx(RATE, abs=0.03)
