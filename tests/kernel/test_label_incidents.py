"""Outage, loss and duplicates of labels, entry by entry."""

import numpy as np
import pytest

from agents import Agent, BetaThompson, Every, LinUCB, NoCorrection, ObservedOnly, Online, OracleLabels, Uniform
from sim.draws import Stream, child, root, uniform
from sim.scenario import Scenario
from tests.support.worlds import ALWAYS_SINGLE, CLOCKWORK, FirstItems, run, world

LATE = {"feedback__click__delay": "constant(2s)"}
WINDOW = {"feedback__click": {"delay": "constant(2s)", "window": "5s"}}
OTHERS = ({"backfill": False}, {"kind": "label_loss", "share": 0.5})


def outage(at="10s", lasts="5s", **more):
    return [{"kind": "label_outage", "at": at, "for": lasts, **more}]


def told(scenario, cadence=None, ship="in_place"):
    """Return a run and what its learner was told, by cutoff."""
    learner = FirstItems()
    out = run(scenario, Agent(learner, ObservedOnly(), cadence or Online(), ship))
    return out, {experience.news.cutoff: experience.news for experience in learner.told}


def test_entries_due_in_an_outage_come_at_its_end_with_those_of_that_instant():
    out, news = told(world(**LATE, incidents=outage()))
    due = out.impressions.request_at + 2
    late = (due >= 10) & (due < 15)
    assert out.impressions.delivered_at[late].tolist() == [15.0] * 5
    assert out.impressions.delivered_at[~late & (due <= 100)].tolist() == due[~late & (due <= 100)].tolist()
    assert [cutoff for cutoff in news if cutoff < 18] == [3, 4, 5, 6, 7, 8, 9, 15, 16, 17]  # one training for all six
    assert news[15.0].matured.request_at.tolist() == [8, 9, 10, 11, 12, 13]
    assert out.summary["feedback/delivered"] == 98
    assert out.summary["feedback/pending"] == 2


def test_labels_age_while_they_do_not_come():
    plain = run(world(**LATE), Agent(FirstItems(), ObservedOnly(), Online())).summary
    late = run(world(**LATE, incidents=outage()), Agent(FirstItems(), ObservedOnly(), Online())).summary
    assert plain["staleness/label_age/mean"] == 2.0
    assert late["staleness/label_age/mean"] == pytest.approx(2 + (1 + 2 + 3 + 4 + 5) / 98, rel=1e-12)
    assert late["staleness/unlearned/mean"] - plain["staleness/unlearned/mean"] == pytest.approx(0.15)


@pytest.mark.parametrize("cadence", [Online(), Every("15s", refit_window="1d")])
def test_they_come_in_the_order_in_which_they_were_due(cadence):
    scenario = world(horizon="60s", feedback__click__delay="uniform(low=0s, high=9s)", incidents=outage("16s", "14s"))
    out, news = told(scenario, cadence)
    due = out.impressions.set_index("request_at").feedback_at
    queue = due[(due >= 16) & (due < 30)].sort_values().index.tolist()
    assert news[30.0].matured.request_at.tolist()[-len(queue) :] == queue
    assert queue != sorted(queue)


def test_pending_until_the_end():
    learner = FirstItems()
    learner.train = lambda told: learner.told.append((told.news.cutoff, len(told.pending)))
    run(world(**LATE, incidents=outage()), Agent(learner, NoCorrection(), Every("7s", refit_window="1d"), "in_place"))
    assert learner.told[:3] == [(7, 1), (14, 6), (21, 1)]  # at 14 those shown from 8 on; what is shown then comes later


@pytest.mark.parametrize(
    ("feedback", "delivered"),
    [(LATE, [np.nan] * 5), (WINDOW, [13.0, 14.0, 15.0, 16.0, 17.0])],
    ids=["without a window", "with one"],
)
def test_without_backfill_positives_are_lost_and_closings_are_on_time(feedback, delivered):
    out, news = told(world(**feedback, incidents=outage(backfill=False)))
    shown = out.impressions
    lost = shown.status == "lost"
    assert shown.request_at[lost].tolist() == [8, 9, 10, 11, 12]
    assert shown.outcome[lost].tolist() == [1] * 5
    np.testing.assert_array_equal(shown.delivered_at[lost], delivered)
    assert out.summary["feedback/lost"] == 5
    assert out.summary["feedback/delivered"] == 93
    assert out.summary["reward/total"] == 100
    told_no = [cutoff for cutoff, what in news.items() if (what.matured.label == 0).any()]
    assert told_no == [one for one in delivered if one == one]


def test_closings_and_explicit_noes_are_held_back_as_positives_are():
    silent = world(**WINDOW, items__click_rates=[0.0, 0.0], incidents=outage())
    explicit = world(items__click_rates=[0.0, 0.0], feedback__click__delay="constant(5s)", incidents=outage())
    for scenario in (silent, explicit):
        out, _ = told(scenario)
        assert out.impressions.delivered_at[3:10].tolist() == [9, 15, 15, 15, 15, 15, 15]
        assert (out.impressions.status[:95] == "negative").all()
        kept, _ = told(Scenario.load(scenario, {"incidents.0.backfill": False}))
        assert kept.impressions.delivered_at[3:10].tolist() == [9, 10, 11, 12, 13, 14, 15]


def test_a_label_that_is_lost_teaches_nobody():
    """Its closing is read as a no, but no label of it is settled: nothing that is learnt, nothing that is missed."""
    lossy = world(**WINDOW, incidents=[{"kind": "label_loss", "at": "0s", "for": "1d", "share": 1.0}])
    out, news = told(lossy)
    assert (out.impressions.status[:95] == "lost").all()
    assert (out.impressions.status[95:] == "pending").all()
    assert out.versions.learnt.max() == 0
    assert out.versions.examples.max() == 95
    assert sum(len(what.matured) for what in news.values()) == 95
    assert out.summary["staleness/unlearned/mean"] == 0
    assert out.summary["staleness/label_age/without"] == 1
    assert out.summary["staleness/cycle_time/mean"] is None
    kept, _ = told(Scenario.load(lossy, {"incidents.0.share": 0.0}))
    assert kept.fingerprint == told(Scenario.load(lossy, {"incidents": []}))[0].fingerprint


def test_the_truth_of_a_lost_label_is_unknown():
    lossy = world(**WINDOW, incidents=[{"kind": "label_loss", "at": "5s", "for": "5s", "share": 1.0}])
    learner = FirstItems()
    out = run(lossy, Agent(learner, OracleLabels(), Every("50s", refit_window="1d"), "in_place"))
    lost = set(out.impressions.request_at[out.impressions.status == "lost"])
    assert lost == {3, 4, 5, 6, 7}
    assert not lost & set(learner.told[0].examples.impressions.request_at)


def test_which_labels_are_lost_is_a_draw_of_user_visit_and_item():
    lossy = world(
        CLOCKWORK,
        horizon="4000s",
        **WINDOW,
        incidents=[
            {"kind": "label_loss", "at": "1000s", "for": "1000s", "share": 0.3},
            {"kind": "label_loss", "at": "2000s", "for": "1000s", "share": 0.3},
        ],
    )
    shown = run(lossy, Agent(Uniform(), ObservedOnly(), Every("500s")), seed=5).impressions
    keys = child(child(root(5, 0, Stream.VISIT), shown.user), shown.visit)
    keys = child(child(keys, int(Stream.LABEL_LOSS)), shown.item)
    due = shown.request_at + 2
    first, second = ((due >= at) & (due < at + 1000) for at in (1000, 2000))
    expected = (first & (uniform(keys, 0) < 0.3)) | (second & (uniform(keys, 1) < 0.3))
    assert (shown.status == "lost").tolist() == expected.tolist()
    assert expected.sum() == pytest.approx(600, abs=4 * np.sqrt(2000 * 0.21))
    plain = run(Scenario.load(lossy, {"incidents": []}), Agent(Uniform(), ObservedOnly(), Every("500s")), seed=5)
    for column in ("request_at", "item", "outcome", "feedback_at"):
        assert shown[column].tolist() == plain.impressions[column].tolist()


def test_second_copies_change_a_count_and_nothing_else():
    doubled = [{"kind": "label_duplicates", "at": "1000s", "for": "2000s", "share": 0.25}]
    agent = Agent(BetaThompson(), ObservedOnly(), Online())
    plain, twice = (run(world(**LATE, horizon="4000s", incidents=list(told)), agent) for told in ([], doubled))
    assert twice.fingerprint == plain.fingerprint
    assert plain.summary["feedback/duplicates"] == 0
    assert twice.summary["feedback/duplicates"] == pytest.approx(500, abs=4 * np.sqrt(2000 * 0.1875))
    assert {name for name in plain.summary if plain.summary[name] != twice.summary[name]} == {"feedback/duplicates"}


@pytest.mark.parametrize(
    ("learner", "incident"),
    [
        (BetaThompson(), {}),
        pytest.param(LinUCB(0.3), OTHERS[0], marks=pytest.mark.long),
        pytest.param(BetaThompson(), OTHERS[1], marks=pytest.mark.long),
        pytest.param(LinUCB(0.3), {}, marks=pytest.mark.slow),
        pytest.param(BetaThompson(), OTHERS[0], marks=pytest.mark.slow),
        pytest.param(LinUCB(0.3), OTHERS[1], marks=pytest.mark.slow),
    ],
)
def test_a_learners_fast_path_and_blocks_agree(learner, incident):
    scenario = world(
        horizon="300s",
        items__click_rates=[0.4, 0.6],
        feedback__click={"delay": "exponential(mean=20s)", "window": "1m"},
        incidents=outage("100s", "150s", **incident),
    )
    agent = Agent(learner, ObservedOnly(), Online())
    fast, single, block = (run(scenario, agent, **how) for how in ({}, {"tuning": ALWAYS_SINGLE}, {"block": 7}))
    assert fast.fingerprint == single.fingerprint == block.fingerprint
    assert fast.summary == single.summary == block.summary
