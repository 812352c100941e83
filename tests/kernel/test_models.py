"""Corrections get the predictions of the learner as it was before the training, checked."""

import re
from typing import ClassVar

import numpy as np
import pytest

from agents import Agent, BetaThompson, Every, LinUCB, ObservedOnly, Online, Uniform
from sim.kernel import AgentError
from sim.pipeline import guarded_learner
from sim.pipeline.guarded_correction import takes_model
from sim.ports import Examples
from tests.faults.broken import Fine
from tests.support.corrections import Sceptical
from tests.support.worlds import TASTES, run, world


class Diary:
    """Learns what matured, and notes what the learner expected of it."""

    notes: ClassVar[list] = []  # of the copies too

    def begin(self, space):
        self.notes.append(space.items)

    def examples(self, news, model):
        rows = news.matured
        expected = None if model is None else model.predict(rows).tolist()
        self.notes.append((news.cutoff, news.age(rows).tolist(), rows.item.tolist(), expected))
        return Examples.plain(rows, rows.label)


class Brief(ObservedOnly):
    """As it was written before there were models."""

    def examples(self, news):
        return super().examples(news)


class Mean:
    """The mean of all labels."""

    def policy(self):
        return Fine()

    def __init__(self):
        self.labels = []

    def train(self, experience):
        self.labels = [*([] if experience.refit else self.labels), *experience.examples.label]

    def predict(self, impressions):
        return np.full(len(impressions), np.mean(self.labels) if self.labels else np.nan)


def noted(agent):
    Diary.notes.clear()
    run(world(feedback__click__delay="constant(2s)", items__click_rates=[1.0, 0.0]), agent)
    return Diary.notes


def test_it_is_the_learner_before_the_training():
    # A request each second from 1 s on, of the first item, which is always clicked; the click comes after 2 s.
    items, first, second, *_ = noted(Agent(Mean(), Diary(), Every("10s", refit_window=None)))
    assert items == 2
    assert first == (10.0, [float(9 - n) for n in range(8)][: len(first[1])], [0] * 8, None)
    assert second[3] == [1.0] * len(second[2])


@pytest.mark.parametrize("window", [None, "1m"])
def test_a_refit_is_told_by_the_learner_that_it_replaces(window):
    _, *notes = noted(Agent(BetaThompson(), Diary(), Every("10s", refit_window=window)))
    clicks, pulls = {0: 0, 1: 0}, {0: 0, 1: 0}
    for _, _, items, expected in notes:
        if expected is not None:
            means = {item: (1 + clicks[item]) / (2 + pulls[item]) for item in clicks}
            assert expected == [means[item] for item in items]
        if window is not None:
            clicks, pulls = {0: 0, 1: 0}, {0: 0, 1: 0}
        for item in items:
            pulls[item] += 1
            clicks[item] += item == 0
    assert notes[0][3] is None
    assert notes[1][3] is not None


def test_who_does_not_predict_tells_nothing():
    assert {note[3] for note in noted(Agent(Uniform(), Diary(), Every("10s")))[1:]} == {None}


class Whatever:
    def examples(self, *about):
        """Take all."""


class Optional:
    def examples(self, news, model=None):
        """Take both."""


class Other:
    def examples(self, news, verbose=False):
        """Take the news."""


@pytest.mark.parametrize(
    ("correction", "takes"),
    [(Diary, True), (Whatever, True), (Optional, True), (Other, False), (Brief, False), (ObservedOnly, False)],
)
def test_what_takes_a_model_is_seen_by_its_parameters(correction, takes):
    assert takes_model(correction().examples) == takes


def test_a_learner_that_is_its_own_policy_has_one_method_for_both():
    class Both(Mean, Fine):
        def policy(self):
            return self

        def predict(self, rows, items=None):
            return super().predict(rows)

    class One(Both):
        def predict(self, rows):
            return super().predict(rows)

    class OfPolicies(Fine):
        def predict(self, observations, items):
            return np.full(len(items), 0.5)

    every = Every("10s")
    assert noted(Agent(Both(), Diary(), every))[-1][3] is not None
    assert {note[3] for note in noted(Agent(OfPolicies(), Diary(), every))[1:]} == {None}
    with pytest.raises(AgentError, match=r"One failed to give policy 0 at 0 s: .* predict\(observations, items\) too"):
        noted(Agent(One(), Diary(), every))


def test_who_takes_no_model_goes_on_working():
    few = world(TASTES, users__count=20, horizon="12h")
    prints = {run(few, Agent(LinUCB(), part, Every("1h"))).fingerprint for part in (Brief(), ObservedOnly())}
    assert len(prints) == 1


def test_many_are_predicted_in_parts(monkeypatch):
    whole = run(world(TASTES, horizon="6h", users__shifts=[]), Agent(LinUCB(), Sceptical(), Every("1h"))).fingerprint
    monkeypatch.setattr(guarded_learner, "ROWS", 7)
    assert (
        run(world(TASTES, horizon="6h", users__shifts=[]), Agent(LinUCB(), Sceptical(), Every("1h"))).fingerprint
        == whole
    )


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (np.ones(3), r"predictions have shape \(3,\), expected \(r,\) = \(\d+,\)"),
        (np.inf, "a predicted outcome is infinite"),
        ("0.5", "predictions hold <U3, expected real numbers"),
        (None, r"RuntimeError\('no idea'\)"),
    ],
)
@pytest.mark.parametrize("cadence", [Online(), Every("10s")], ids=["online", "refit"])
def test_a_learner_that_predicts_nonsense_is_named(said, why, cadence):
    class Guessing(Mean):
        def predict(self, impressions):
            if said is None:
                raise RuntimeError("no idea")
            return said if np.ndim(said) else np.full(len(impressions), said)

    with pytest.raises(AgentError) as caught:
        run(world(feedback__click__delay="constant(2s)"), Agent(Guessing(), Diary(), cadence))
    text = str(caught.value)
    assert re.match(rf"Guessing failed to predict for version 2 at \S+ s: {why}", text), text


def test_a_correction_that_cannot_begin_is_named():
    class Helpless(Diary):
        def begin(self, space):
            raise RuntimeError("no space")

    with pytest.raises(AgentError, match=r"Helpless failed to begin as version 0 at 0 s: RuntimeError\('no space'\)"):
        run(world(), Agent(Fine(), Helpless(), Online()))
