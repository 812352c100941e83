"""A gate before the push: which version passes, when, and by which impressions."""

from math import log

import numpy as np
import pytest
from scipy.stats import binom

from agents import Agent, Every, ObservedOnly, Online, Uniform
from sim.pipeline.agent_error import AgentError
from sim.ports import Slates
from tests.support.worlds import run, world

PLATFORM = {"training": {"fixed": "3s"}, "push": "constant(2s)"}


class Says:
    """A learner whose versions expect this of whatever is shown, one number after another."""

    def __init__(self, *numbers):
        self.numbers, self.count, self.asked = numbers, -1, []

    def train(self, experience):
        """Learn nothing."""

    def policy(self):
        self.count += 1
        return Expects(self.numbers[min(self.count, len(self.numbers) - 1)], self.asked)

    def predict(self, impressions):
        return np.full(len(impressions), self.numbers[min(self.count, len(self.numbers) - 1)])

    def __deepcopy__(self, memo):
        return self


class Expects:
    def __init__(self, number, asked):
        self.number, self.asked = number, asked

    def act(self, observations):
        return Slates(np.repeat(observations.catalogue.ids[None, :1], len(observations), axis=0))

    def predict(self, observations, items):
        if len(items) > 1:  # not the random item that predictions are scored on
            self.asked.append((self.number, observations.at.tolist(), observations.user.tolist(), items.tolist()))
        return np.full(len(items), self.number)


def gated(learner, gate, ship="push", **overrides):
    scenario = world(**{"horizon": "62s", "platform": PLATFORM | {"gate": gate}} | overrides)
    return run(scenario, Agent(learner, ObservedOnly(), Every("10s"), ship), block=1)


def test_it_waits_and_is_then_pushed_or_rejected():
    """Each outcome is a click: of two versions the one that expects more is better."""
    out = gated(Says(0.5, 0.9, 0.5, 0.8, 0.95, 0.95), {"for": "4s", "margin": 0, "least": 1})
    table = out.versions[1:6]
    assert table.cutoff_at.tolist() == [10, 20, 30, 40, 50]
    assert table.trained_at.tolist() == [13, 23, 33, 43, 53]
    np.testing.assert_array_equal(table.live_at, [19, np.nan, np.nan, 49, 59])  # an equal one passes
    assert table.status.tolist() == ["retired", "rejected", "rejected", "retired", "live"]
    assert out.versions.retired_at.tolist()[:2] == [19, 49]
    assert out.summary["versions/rejected"] == 2
    assert out.summary["versions/pushed"] == 3
    assert out.summary["versions/untested"] == 0
    lag = out.requests.set_index("request_at").version
    assert (lag[18.0], lag[19.0], lag[48.0], lag[49.0]) == (0, 1, 1, 4)


def test_both_are_asked_about_what_came_after_the_cutoff():
    learner = Says(0.5, 0.9)
    gated(learner, {"for": "4s", "margin": 0, "least": 1}, horizon="20s")
    rows = [11, 12, 13, 14, 15, 16]  # that of 10 was in the log at the cutoff, that of 17 comes in a later round
    assert learner.asked == [(number, rows, [0] * 6, [0] * 6) for number in (0.9, 0.5)]


@pytest.mark.parametrize(("least", "untested"), [(6, 0), (7, 1)])
def test_with_fewer_impressions_it_passes_and_is_counted(least, untested):
    out = gated(Says(0.9, 0.5), {"for": "4s", "margin": 0, "least": least}, horizon="20s")
    assert out.versions.status.tolist()[:2] == [["live", "rejected"], ["retired", "live"]][untested]
    assert out.summary["versions/untested"] == untested


@pytest.mark.parametrize(("more", "status"), [(1e-9, "rejected"), (-1e-9, "live")])
def test_by_more_than_the_margin_of_the_live_ones_loss(more, status):
    margin = log(0.8) / log(0.9) - 1 - more
    out = gated(Says(0.9, 0.8), {"for": "4s", "margin": margin}, horizon="40s", platform__gate__least=1)
    assert out.versions.status[1] in (status, {"live": "retired"}.get(status))


def test_unknown_predictions_test_nothing():
    out = gated(Says(float("nan"), 0.5), {"for": "4s", "least": 1}, horizon="20s")
    assert out.versions.status[1] == "live"
    assert out.summary["versions/untested"] == 1


@pytest.mark.parametrize(("said", "rejected"), [(0.9, True), (0.7, False)])
def test_a_model_that_is_far_off_is_rejected(said, rejected):
    """Clicks of 0.7, known by the live version: 0.9 costs 0.81 a click where 0.7 costs 0.61."""
    coins = world(items={"click_rates": [0.7]}, horizon="4000s", platform={"gate": {"for": "400s", "margin": 0.1}})
    out = run(coins, Agent(Says(0.5, 0.7, said), ObservedOnly(), Every("500s")))
    assert (out.versions.status[2:8] == "rejected").all() == rejected
    assert out.summary["versions/rejected"] == 6 * rejected


@pytest.mark.long
def test_it_rejects_by_the_clicks_that_it_sees_as_often_as_the_binomial_law_says():
    """Clicks of 0.3; versions say 0.3 and 0.42 in turn, and each meets the one that is live, on 20 impressions."""
    gate = {"for": "21s", "margin": 0.01, "least": 20}
    coins = world(items={"click_rates": [0.3]}, horizon="4400s", platform={"gate": gate})
    out = run(coins, Agent(Says(*[0.3, 0.42] * 200), ObservedOnly(), Every("22s")))
    clicks = out.impressions.set_index("request_at").outcome
    live, fates = 0.3, []
    for row in out.versions.iloc[1:-1].itertuples():
        said, k = (0.3, 0.42)[row.version % 2], clicks[row.cutoff_at + 1 : row.cutoff_at + 20].sum()
        own, other = (-k * log(q) - (20 - k) * log(1 - q) for q in (said, live))
        assert (row.status == "rejected") == (own > 1.01 * other)
        fates += [row.status == "rejected"] if (said, live) == (0.42, 0.3) else []
        live = live if row.status == "rejected" else said
    expected = binom.cdf(6, 20, 0.3)  # the loss of 0.42 is the higher one by more than 1 % up to six clicks
    assert len(fates) > 80
    assert np.mean(fates) == pytest.approx(expected, abs=3 * np.sqrt(expected * (1 - expected) / len(fates)))


def test_a_learner_without_predictions_is_refused_by_name():
    with pytest.raises(AgentError, match=r"platform\.gate compares predictions, and Uniform has no method predict"):
        gated(Uniform(), {"for": "4s"})


def test_what_is_updated_in_place_has_no_gate():
    plain, gate = (
        run(world(platform=PLATFORM | more), Agent(Uniform(), ObservedOnly(), Online()))
        for more in ({}, {"gate": {"for": "4s"}})
    )
    assert plain.fingerprint == gate.fingerprint
