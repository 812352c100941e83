"""What a dashboard hides: days, signs, corrections and sentences, against closed forms and scipy."""

import numpy as np
import pytest
from scipy import stats

from sim.analysis.as_seen.cells import cells_of_two
from sim.analysis.as_seen.corrections import by_age, wait, why_not_by_age
from sim.analysis.as_seen.sentences import of_corrections, of_much, of_one, of_two
from sim.analysis.as_seen.signs import Signs, signs
from sim.analysis.as_seen.triangle import Triangle, joined, triangle
from tests.kernel.test_as_seen import LATE, NOBODY
from tests.support.worlds import run, world

DAY = 86400.0


def made(truth, seen, by_day=True):
    """Return a triangle of replications x steps, as seen at the end and a day later."""
    truth, seen = np.asarray(truth, float), np.asarray(seen, float)
    looks = np.full((*truth.shape, 5), np.nan)
    looks[:, :, : seen.shape[2]] = seen
    ends = DAY * np.arange(1, truth.shape[1] + 1)
    return Triangle("conversion", by_day, ends, np.full(truth.shape, 100.0), truth, looks)


def test_days_are_those_of_the_trace():
    scenario = world(**LATE, feedback__click__delay="exponential(mean=1d)", items={"click_rates": [0.5]})
    result = run(scenario, NOBODY, replications=2)
    found, shown = triangle(result.curve), result.impressions
    assert found.by_day
    assert found.ends.tolist() == [DAY * day for day in range(1, 6)]
    day = np.minimum(shown.request_at // DAY, 4)  # a bucket ends at each midnight
    for one, replication in enumerate((0, 1)):
        for n, midnight in enumerate(found.ends):
            own = shown[(shown.replication == replication) & (day == n)]
            assert found.requests[one, n] == len(own)
            assert found.truth[one, n] == pytest.approx(own.outcome.mean())
            came = own[own.status == "positive"].delivered_at
            assert found.seen[one, n, 0] == pytest.approx((came <= midnight).sum() / len(own))
            if n < 4:
                assert found.seen[one, n, 1] == pytest.approx((came <= midnight + DAY).sum() / len(own))
    both = joined([found, found])
    assert both.truth.shape == (4, 5)
    assert triangle(result.curve.drop(columns="seen/click/truth")) is None


def test_short_runs_have_ten_parts():
    found = triangle(run(world(horizon="2000s", feedback__click__delay="5s"), NOBODY).curve)
    assert not found.by_day
    assert found.truth.shape == (1, 10)
    assert found.seen[0, 1:9, 0] == pytest.approx(np.full(8, 0.6))  # a bucket has 10, ..., 19 s and ends at 20 s
    assert of_one(found).startswith("In part 10 the dashboard shows 59.7 % clicks at its end; in truth it was 100 %")


def test_signs_by_hand():
    first = made([[0.1, 0.1]] * 3, [[[0.05, 0.1], [0.05, np.nan]]] * 3)
    second = made([[0.2, 0.3], [0.3, 0.2], [0.4, 0.1]], [[[0.04, 0.2], [0.06, np.nan]]] * 3)
    one = signs(first, second)
    assert one.truth.tolist() == pytest.approx([0.2, 0.1])
    assert one.half[0] == pytest.approx(stats.t.ppf(0.975, 2) * 0.1 / np.sqrt(3))
    assert one.right[:, :, :2].sum(axis=0).tolist() == [[0, 3], [3, 0]]
    assert one.reached[:, :3].tolist() == [[True, True, False], [True, False, False]]
    assert one.known.tolist() == [False, False]
    assert next(iter(cells_of_two(one).values())) == (
        "-1.00     -",
        "+1.00     -",
    )  # no sign is known, so none is right


def test_an_honest_day_stays_honest():
    known = {"truth": np.ones(5), "half": np.full(5, 0.1)}

    def first(right, **changes):
        seen = np.where(np.array(right) < 0, np.nan, 1.0)[:, None]
        table = np.arange(60)[:, None, None] < np.array(right)[None, :, None]
        return Signs(**known | {"seen": seen, "right": table} | changes).first_honest(0)

    assert first([60, 40, 60, 60, -1]) == 2  # the last day is not known yet
    assert first([60] * 5) == 0
    assert first([60, 60, 60, 40, -1]) is None
    assert first([-1] * 5) is None
    assert (
        first([60, 40, 60, 60, -1], half=np.array([0.1, 0.1, 0.1, 2.0, 0.1])) is None
    )  # the truth of day 4 is not known


def test_a_dashboard_that_names_the_wrong_agent():
    gap = 0.01 * np.random.default_rng(0).standard_normal((80, 4))
    first = made(np.full((80, 4), 0.02), np.full((80, 4, 2), 0.02))
    late = np.stack([np.full((80, 4), 0.01), 0.03 + 0.1 * gap], axis=2)
    second = made(0.03 + 0.1 * gap, late)
    one = signs(first, second)
    assert [one.first_honest(n) for n in (0, 1)] == [None, 0]
    said = of_two(first, one, ("sooner", "more"))
    assert said[0].startswith(
        "At the end of day 3 sooner looks better by 1 conversions in 100 impressions; in truth more"
    )
    assert said[1] == "First honest day: read at the end: none; read 1 d later: day 1."
    assert len(said) == 2


def test_few_replications_can_show_nothing():
    one = made(np.full((20, 3), 0.02), np.full((20, 3, 1), 0.02))
    other = made(np.full((20, 3), 0.03), np.full((20, 3, 1), 0.03))
    said = of_two(one, signs(one, other), ("a", "b"))
    assert len(said) == 2
    assert said[1].startswith("With 20 replications no day can be called honest")


def test_weights_by_age_undo_an_exponential_delay():
    scenario = world(
        **LATE | {"users__visits__every": "2m"}, feedback__click__delay="exponential(mean=1d)", platform__ingest="1h"
    )
    result = run(scenario, NOBODY)
    found = triangle(result.curve)
    assert why_not_by_age(scenario) is None
    rates = by_age(found, result.curve, scenario)
    # the sum of positives over the sum of F, worked out of the instants of the requests
    ages = found.ends[0] - result.requests.request_at[result.requests.request_at <= DAY].to_numpy()
    expected = found.seen[0, 0, 0] / np.mean(-np.expm1(-np.maximum(ages - 3600.0, 0.0) / DAY))
    assert rates[0, 0, 0] == pytest.approx(expected, rel=2e-3)
    assert rates[0, :, 0].mean() == pytest.approx(1.0, abs=0.1)  # every request is a click
    assert rates[0, :4, 1].mean() == pytest.approx(1.0, abs=0.04)
    assert np.isnan(rates[0, 4, 1])


def test_where_age_does_not_tell_it_says_why():
    grouped = {"fast": {"share": 0.5}, "slow": {"share": 0.5, "delay": 3.0}}
    assert why_not_by_age(world(users__groups=grouped)) == "delays depend on users.groups"
    outage = [{"kind": "label_outage", "at": "10s", "for": "5s"}]
    assert why_not_by_age(world(incidents=outage)) == "incidents touch labels or visits"
    back = {"delay": "0s", "reversal": {"rate": 0.5, "delay": "1s", "window": "1m"}}
    assert why_not_by_age(world(feedback__click=back)) == "positives may be taken back"


def test_who_waits_reads_after_the_window():
    assert [wait(window) for window in (0.0, 1.0, DAY, 20 * DAY, 29 * DAY)] == [0, 1, 1, 4, None]
    found = made(np.full((1, 4), 0.03), np.stack([[[0.01] * 4], [[0.02, 0.02, 0.02, np.nan]]], axis=2))
    said = of_corrections(found, 0.5 * DAY, np.full(4, 0.031), None)
    assert (
        said[0] == "Who waits until the window is over (12 h) reads day 3 at the next of these looks, 1 d later: 2 %."
    )
    assert said[1].endswith("the end of day 3 reads 3.1 %; in truth 3 %.")
    assert of_corrections(found, 2 * DAY, None, "x")[1] == "Not weighted by age: x."


def test_sentences_of_one_run():
    late = made(np.full((2, 4), 0.031), np.stack([np.full((2, 4), 0.019), np.full((2, 4), 0.0305)], axis=2))
    assert of_one(late) == (
        "On day 4 the dashboard shows 1.9 % conversions at the end of the day; in truth it was 3.1 %: 39 % of them "
        "come after the end of the day, and 2 % are not there 1 d later."
    )
    assert of_much(late) == of_one(late)
    soon = made(np.full((1, 3), 0.03), np.full((1, 3, 1), 0.03))
    assert of_one(soon).endswith("which is the truth: nearly all of them come before the end of the day.")
    assert of_much(soon) == ""
    taken = made(np.full((1, 3), 0.02), np.full((1, 3, 1), 0.03))
    assert of_one(taken).endswith("in truth it was 2 %: some of what it shows is taken back later.")
    assert of_one(made(np.zeros((1, 3)), np.zeros((1, 3, 1)))) == ""
