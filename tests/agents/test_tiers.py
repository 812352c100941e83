"""Full refits with updates between them, through one trainer."""

import numpy as np
import pytest

from agents import DFM, UCB1, Agent, Every, LinUCB, LogisticRanker, NoCorrection, ObservedOnly, Tiers, Wait
from sim.ports import Examples, labels_of
from tests.contracts.shelves import CORRECTIONS, make
from tests.support.worlds import TASTES, FirstItems, run, world


def told(cadence, correction=None, **overrides):
    """Return a run and what its learner was told."""
    learner = FirstItems()
    out = run(world(**overrides), Agent(learner, correction or ObservedOnly(), cadence))
    return out, learner.told


def test_refits_and_updates_take_turns():
    """Every 5 s what is new, every 20 s the last 30 s; a click is known at once."""
    out, trainings = told(Tiers(full="20s", update="5s", refit_window="30s"))
    assert [one.news.cutoff for one in trainings] == list(range(5, 101, 5))
    assert [one.refit for one in trainings] == [cutoff % 20 == 0 for cutoff in range(5, 101, 5)]
    at = {one.news.cutoff: one.examples.impressions.request_at.tolist() for one in trainings}
    assert at[5.0] == [1, 2, 3, 4]
    assert at[10.0] == [5, 6, 7, 8, 9]
    assert at[20.0] == list(range(1, 20))  # over again
    assert at[25.0] == [20, 21, 22, 23, 24]  # what is new since the refit
    assert at[60.0] == list(range(31, 60))
    assert out.summary["versions/trained"] == 20


def test_an_update_that_waits_becomes_part_of_the_refit():
    """The training of 13 s goes on to 29 s; the triggers of 15, 20 (a refit) and 25 s merge into one refit."""
    trainer = {"platform__training": {"fixed": "0s", "per_example": "2s"}}
    out, trainings = told(Tiers(full="20s", update="5s", refit_window="1d"), horizon="30s", **trainer)
    assert [(one.news.cutoff, one.refit) for one in trainings] == [(5, False), (13, False), (29, True)]
    assert out.summary["triggers/merged"] == 2


@pytest.mark.parametrize("correction", [NoCorrection(), Wait(), ObservedOnly()])
@pytest.mark.long
def test_with_a_window_that_holds_all_it_learns_what_a_stream_does(correction):
    """Counts after refits and updates are those of updates alone."""
    scenario = world(TASTES, horizon="1d", platform={}, items__lifetime=None)
    tiers = run(scenario, Agent(LinUCB(0.3), correction, Tiers("6h", "1h", "30d"), "in_place"), seed=2)
    plain = run(scenario, Agent(LinUCB(0.3), correction, Every("1h", refit_window=None), "in_place"), seed=2)
    assert tiers.versions.examples.tolist() == plain.versions.examples.tolist()
    assert tiers.requests.version.tolist() == plain.requests.version.tolist()
    assert (tiers.impressions.item == plain.impressions.item).mean() > 0.99  # but for the last bits of sums


def test_what_was_served_before_the_window_of_the_last_refit_is_not_taken_back():
    """A click comes 15 s late; the refit at 20 s knows of the last 5 s only, those of 6 to 15 s are in no row."""
    late = {"feedback__click": {"delay": "15s", "window": "1m"}}
    _, trainings = told(Tiers("20s", "10s", refit_window="5s"), NoCorrection(), horizon="30s", **late)
    rows: Examples = trainings[2].examples
    assert trainings[2].news.cutoff == 30
    negative = rows.impressions.request_at[rows.weight < 0]
    assert negative.tolist() == []  # those known by now were served up to 15 s
    _, trainings = told(Tiers("20s", "10s", refit_window="8s"), NoCorrection(), horizon="30s", **late)
    assert trainings[2].examples.impressions.request_at[trainings[2].examples.weight < 0].tolist() == [13, 14, 15]


class Forgets(DFM):
    """A correction that holds nothing after a refit."""

    goes_on = False


def test_a_correction_that_forgets_is_refused_by_name():
    with pytest.raises(ValueError, match="Tiers adds what is new between refits, and Forgets does not go on") as caught:
        Agent(LogisticRanker(), Forgets(), Tiers("7d", "2h"))
    assert "these corrections would do: " in str(caught.value)
    assert all(name in str(caught.value) for name in ("NoCorrection", "Wait", "FNW", "Shifted"))
    assert Agent(UCB1(), Wait(), Tiers("7d", "2h")).ship == "push"


def test_all_corrections_that_ship_go_on():
    for part in CORRECTIONS:
        labels = labels_of(made := make(part), "makes")
        assert Agent(LinUCB() if labels == "real" else LogisticRanker(), made, Tiers("7d", "2h")).correction.goes_on


def test_a_learner_that_takes_nothing_back_is_warned_of():
    assert len(Agent(LogisticRanker(), NoCorrection(), Tiers("7d", "2h")).warnings()) == 1


def test_refits_are_those_of_multiples_of_full_on_paper():
    tiers, at, looks = Tiers("3.3h", "1.1h"), 0.0, []
    while at < 3.3 * 3600 * 40:
        at = tiers.next(at)
        looks.append((at, tiers.refits(at)))
    assert np.flatnonzero([refit for _, refit in looks]).tolist() == list(range(2, len(looks), 3))
