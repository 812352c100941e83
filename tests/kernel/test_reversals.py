"""Positives that are taken back, to the number."""

import numpy as np
import pytest

import sim
from agents import (
    DEFER,
    ESDFM,
    Agent,
    EpsilonGreedy,
    Every,
    LogisticRanker,
    NoCorrection,
    ObservedOnly,
    Online,
    OracleLabels,
    Shifted,
    Wait,
)
from sim.simulation import simulate
from tests.support.worlds import ALWAYS_SINGLE, FirstItems, run, world

# a click 2 s after each of the requests at 1, 2, ... 100 s, taken back 10 s later
BACK = {"feedback__click__delay": "2s", "feedback__click__reversal": {"rate": 1.0, "delay": "10s", "window": "30s"}}
OPTIONS = [{}, pytest.param({"block": 1}, marks=pytest.mark.slow), {"block": 7}, {"tuning": ALWAYS_SINGLE}]


def rows(learner):
    """Return the instant, impression, label and weight of all that a learner was handed."""
    return [
        (told.cutoff, *row)
        for told in learner.told
        for row in zip(
            told.examples.impressions.number.tolist(),
            told.examples.label.tolist(),
            told.examples.weight.tolist(),
            strict=True,
        )
    ]


def test_it_is_positive_until_the_log_takes_it_back():
    found = run(world(**BACK), FirstItems())
    status = found.impressions.status.tolist()
    assert status == ["reversed"] * 88 + ["positive"] * 10 + ["pending"] * 2
    assert [found.summary[f"feedback/{name}"] for name in ("reversed", "delivered", "pending")] == [88.0, 10.0, 2.0]
    assert found.impressions.outcome.sum() == 100
    assert found.impressions.value.sum() == found.summary["reward/total"] == 0.0  # known or not, the world reverses
    assert found.requests.expected_reward.tolist() == [0.0] * 100


def test_what_comes_after_the_window_does_not_count():
    late = world(**BACK, feedback__click__reversal__window="9s")
    found = run(late, FirstItems())
    assert found.summary["feedback/reversed"] == 0.0
    assert found.summary["reward/total"] == 100.0
    assert found.requests.expected_reward.tolist() == [1.0] * 100


def test_a_value_is_taken_back_whole():
    scenario = world(**BACK, feedback__click__value=25, feedback__click__reversal__rate=0.25)
    found = run(scenario, FirstItems())
    assert found.requests.expected_reward.tolist() == [0.75 * 25] * 100
    assert set(found.impressions.value) == {0.0, 25.0}
    taken = found.impressions.status == "reversed"
    assert (found.impressions.value[taken] == 0.0).all()
    assert 15 <= taken.sum() <= 30
    assert found.summary["prediction/nll"] is None


@pytest.mark.parametrize("options", OPTIONS)
def test_no_correction_takes_the_positive_back_and_gives_the_negative(options):
    learner = FirstItems()
    simulate(world(**BACK), Agent(learner, NoCorrection(), Online()), **options)
    assert [row for row in rows(learner) if row[1] == 4] == [
        (5.0 + 2 - 1, 4, 0.0, 1.0),  # served at 5 s, read at the entry of 6 s
        (7.0, 4, 0.0, -1.0),
        (7.0, 4, 1.0, 1.0),
        (17.0, 4, 1.0, -1.0),
        (17.0, 4, 0.0, 1.0),
    ]


@pytest.mark.parametrize("options", OPTIONS)
def test_wait_closes_as_a_negative_what_was_taken_back_before(options):
    """Windows of 5 s: taken back 1 s after the click it is never a positive; 10 s after, it is one for 7 s."""
    soon, late = FirstItems(), FirstItems()
    closing = world(**BACK, feedback__click__window="5s")
    simulate(closing, Agent(late, Wait(), Online()), **options)
    simulate(world(closing.plain(), feedback__click__reversal__delay="1s"), Agent(soon, Wait(), Online()), **options)
    assert [row for row in rows(soon) if row[1] == 4] == [(10.0, 4, 0.0, 1.0)]
    assert [row for row in rows(late) if row[1] == 4] == [
        (10.0, 4, 1.0, 1.0),
        (17.0, 4, 1.0, -1.0),
        (17.0, 4, 0.0, 1.0),
    ]


def test_both_entries_in_one_period_are_a_negative():
    """Trained each 30 s: what came and went between two trainings was never a positive."""
    learner = FirstItems()
    simulate(world(**BACK), Agent(learner, ObservedOnly(), Every("30s", refit_window=None)))
    first, second = (told.examples for told in learner.told[:2])
    assert first.label.tolist() == [0.0] * 18 + [1.0] * 10  # requests of 1-18 s were taken back by 30 s
    assert len(second) == 30 + 2 * 10
    assert second.weight.sum() == 30
    assert (second.label * second.weight).sum() == 0.0  # ten more positives, ten taken back


def test_a_refit_reads_labels_as_they_are():
    learner = FirstItems()
    simulate(world(**BACK), Agent(learner, ObservedOnly(), Every("50s", refit_window="1d")))
    assert [told.examples.label.sum() for told in learner.told] == [10.0, 10.0]
    assert all(not len(told.news.reversed) for told in learner.told)


@pytest.mark.parametrize("correction", [NoCorrection(), ObservedOnly(), Wait()])
def test_sufficient_statistics_unlearn_exactly(correction):
    """One arm: the estimate is the share of positives that stand, of what is known."""
    scenario = world(**BACK, items__click_rates=[1.0], feedback__click__value=8, feedback__click__window="4s")
    found = run(scenario, Agent(EpsilonGreedy(0.0), correction, Online()))
    at, predicted = found.impressions.request_at.to_numpy(), found.impressions.predicted.to_numpy()
    known, delay = {NoCorrection: (1, 2), ObservedOnly: (2, 2), Wait: (4, 4)}[type(correction)]
    for now in (30, 60, 90):
        requests = np.arange(1, now + 1)
        shown = (requests + known <= now).sum()
        stand = ((requests + delay <= now) & (requests + 12 > now)).sum()
        assert predicted[at == now] == pytest.approx(8 * stand / shown, rel=1e-12)


def test_a_learner_that_takes_nothing_back_gets_the_negative_besides():
    learner = FirstItems()
    learner.retracts = False
    simulate(world(**BACK), Agent(learner, ObservedOnly(), Online()))
    assert [row[2:] for row in rows(learner) if row[1] == 4] == [(1.0, 1.0), (0.0, 1.0)]


def test_entries_are_counted_and_trigger():
    versions = run(world(**BACK), Agent(FirstItems(), ObservedOnly(), Online())).versions
    assert versions.examples.iloc[-1] == 98 + 88
    assert len(versions) == 1 + 98  # from 13 s on two entries an instant, one training


@pytest.mark.parametrize("options", OPTIONS)
def test_what_is_taken_back_before_its_row_is_a_negative(options):
    """A click comes at 2 s and is taken back at 12 s; rows are read at 15 s, or at 5 s."""
    for shift, label in (("15s", 0.0), ("5s", 1.0)):
        learner = FirstItems()
        simulate(world(**BACK), Agent(learner, Shifted(shift), Every("5s", refit_window=None)), **options)
        assert [row[2:] for row in rows(learner) if row[1] == 4] == [(label, 1.0)]


@pytest.mark.parametrize("correction", [ESDFM("5s"), DEFER("5s")])
def test_small_learners_read_each_closed_impression_once(correction):
    """Windows of 8 s: at each training what has closed, and nothing of what is taken back."""
    taught = []

    class Noting(LogisticRanker):
        def train(self, experience):
            taught.append(experience.examples.impressions.number.tolist())
            super().train(experience)

        def __deepcopy__(self, memo):
            return Noting(self.ridge)

    told = type(correction)("5s", base=Noting())
    simulate(world(**BACK, feedback__click__window="8s"), Agent(FirstItems(), told, Every("5s", refit_window=None)))
    first = [number for numbers in taught[::2] for number in numbers]
    assert first == list(range(92))  # requests of 1 to 92 s have closed by 100 s


def test_a_correction_that_does_not_look_is_warned_of_by_name():
    for correction in (NoCorrection(), Wait(), ObservedOnly(), OracleLabels()):
        assert Agent(EpsilonGreedy(), correction, Online()).warnings(reversals=True) == []
    (line,) = Agent(EpsilonGreedy(), ESDFM(), Online()).warnings(reversals=True)
    assert line.startswith("ESDFM does not look at reversals where training adds what is new")
    assert "would do: NoCorrection, ObservedOnly, OracleLabels, Wait;" in line
    assert Agent(EpsilonGreedy(), ESDFM(), Every("1h")).warnings(reversals=True) == []
    assert Agent(EpsilonGreedy(), ESDFM(), Online()).warnings() == []


def test_the_run_says_so(caplog):
    sim.simulate(world(**BACK), Agent(EpsilonGreedy(), Shifted("5s"), Online()))
    assert "Shifted does not look at reversals" in caplog.text
