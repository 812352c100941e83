"""What the log shows of a time bucket, then and later, in worlds where it can be worked out.

Random worlds are in `tests/properties/seen.py`.
"""

import numpy as np
import pytest

from agents import Agent, Never, Uniform, Wait
from tests.support.worlds import run, world

DAY = 86400.0
NOBODY = Agent(Uniform(), Wait(), Never())
LATE = {"horizon": "5d", "users__visits__every": "10m"}  # a bucket is 36 minutes; every request is a click


def test_a_bucket_shows_what_was_delivered_by_the_look():
    # known 13 h after the request: nothing at the end of the bucket, everything a day later
    curve = run(world(**LATE, feedback__click__delay="12h", platform__ingest="1h"), NOBODY).curve
    assert (curve["seen/click/truth"] == 1.0).all()
    assert (curve["seen/click/at_end"] == 0.0).all()
    later = curve["seen/click/after_1d"]
    assert (later[:160] == 1.0).all()
    assert later[160:].isna().all()  # the look is past the horizon
    assert curve["seen/click/after_7d"].isna().all()


def test_a_day_is_read_at_midnight():
    curve = run(world(**LATE, feedback__click__delay="12h", platform__ingest="1h"), NOBODY).curve
    first = curve["seen/click/day/at_end"][:40]  # at midnight the log has what was served until eleven
    requests = curve.requests[:40]
    assert (first * requests).sum() == 66.0  # at 10, 20 ... 660 minutes
    assert (curve["seen/click/day/after_1d"][:160] == 1.0).all()
    assert curve["seen/click/day/after_1d"][160:].isna().all()


def test_the_last_day_ends_at_the_horizon():
    curve = run(world(**LATE | {"horizon": "36h"}, feedback__click__delay="1h"), NOBODY).curve
    seen = curve["seen/click/day/at_end"]
    assert seen[curve.requests > 0].notna().all()
    assert (seen * curve.requests)[curve["at"] > DAY].sum() == 73 - 6  # of those at 24:00 and later, until 35:00


def test_a_reversal_takes_a_positive_back():
    late = {"feedback__click": {"delay": "0s", "reversal": {"rate": 1.0, "delay": "constant(2d)", "window": "3d"}}}
    curve = run(world(**LATE, **late), NOBODY).curve
    assert (curve["seen/click/truth"] == 0.0).all()
    assert (curve["seen/click/at_end"] == 1.0).all()
    assert (curve["seen/click/after_1d"][:160] == 1.0).all()
    assert (curve["seen/click/after_3d"][:80] == 0.0).all()


def test_where_conversions_are_learnt_clicks_are_seen_too():
    late = {
        "feedback__click": {"delay": "1h", "window": "2h"},
        "feedback__conversion": {"rate": 0.9, "spread": 0.0, "delay": "constant(30h)", "window": "2d"},
        "feedback__learn_from": "conversion",
    }
    curve = run(world(**LATE, **late), NOBODY).curve
    clicks, bought = curve["seen/click/day/at_end"], curve["seen/conversion/day/at_end"]
    assert (curve["seen/click/truth"] == 1.0).all()
    assert curve["seen/conversion/truth"].mean() == pytest.approx(0.9, abs=0.05)
    assert (clicks * curve.requests)[:40].sum() == 144 - 6
    assert (bought == 0.0).all()
    assert (curve["seen/conversion/day/after_3d"][:80] == curve["seen/conversion/truth"][:80]).all()
    assert (curve["seen/click/after_1d"][:160] == 1.0).all()


def test_what_comes_after_the_window_is_never_seen():
    curve = run(world(**LATE, feedback__click={"delay": "2d", "window": "1d"}), NOBODY).curve
    assert (curve["seen/click/truth"] == 1.0).all()
    assert (curve["seen/click/after_3d"][:80] == 0.0).all()


def test_a_warm_up_is_not_seen():
    curve = run(world(**LATE), NOBODY, score_from="2d").curve
    assert curve["seen/click/truth"][:80].isna().all()
    assert (curve["seen/click/at_end"][80:] == 1.0).all()


def test_there_is_no_score_of_it():
    assert not [name for name in run(world(), NOBODY).summary if name.startswith("seen/")]


@pytest.mark.parametrize("block", [pytest.param(1, marks=pytest.mark.slow), 7])
def test_blocks_do_not_matter(block):
    scenario = world(**LATE, feedback__click__delay="exponential(mean=1d)", items={"click_rates": [0.5]})
    one, other = run(scenario, NOBODY).curve, run(scenario, NOBODY, block=block).curve
    names = [name for name in one if name.startswith("seen/")]
    assert len(names) == 11
    np.testing.assert_array_equal(one[names], other[names])
