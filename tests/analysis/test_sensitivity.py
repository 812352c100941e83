"""Ranges and swings: against scipy, and answers that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.analysis.sensitivity.columns import columns
from sim.analysis.sensitivity.ranges import Range, ranges_of
from sim.analysis.sensitivity.sentences import about, answer, lines
from sim.analysis.sensitivity.swings import FLIPS, NO, OPENS, Sensitivity, sensitivity, verdict
from sim.analysis.sensitivity.table import frame, plain
from sim.errors import LabError
from sim.lab.report.charts.sensitivity import draw

PUSH = Range("platform.push", "constant(20m)", "constant(6h)")
TREND = Range("users.trend.spread", "0", "1.8")
NOISE = np.random.default_rng(5).normal(size=(10, 8))


def _scores(values) -> dict[tuple[int, int], float]:
    return {(0, n): float(value) for n, value in enumerate(values)}


def _sides(gap: float, row: int, noise: float = 0.1):
    """Two agents whose difference is about a number; the noise of B is its own."""
    return _scores(NOISE[row]), _scores(NOISE[row] + gap + noise * NOISE[row + 1])


def _found(push=(-1.0, 1.0), trend=(-1.0, -1.2), centre=-1.0) -> Sensitivity:
    ends = [(_sides(low, 2), _sides(high, 4)) for low, high in (trend, push)]
    return sensitivity([TREND, PUSH], _sides(centre, 0), ends)


def test_the_difference_and_its_verdict_are_those_of_scipy() -> None:
    found = _found(trend=(-1.0, 0.03))
    gaps = np.stack([gap + 0.1 * NOISE[row + 1] for gap, row in ((-1.0, 0), (-1.0, 2), (0.03, 4), (-1.0, 2), (1.0, 4))])
    raw = stats.ttest_1samp(gaps, 0.0, axis=1)
    ranked = np.argsort(raw.pvalue)
    adjusted = np.empty(5)
    adjusted[ranked] = np.minimum(np.maximum.accumulate(raw.pvalue[ranked] * np.arange(5, 0, -1)), 1.0)
    push, trend = found.swings
    worlds = [found.centre, trend.low, trend.high, push.low, push.high]
    assert [one.adjusted for one in worlds] == pytest.approx(adjusted)
    assert [verdict(one) for one in worlds] == ["B better", "B better", "undecided", "B better", "A better"]
    moved = gaps[4] - gaps[3]
    low, high = stats.ttest_1samp(moved, 0.0).confidence_interval(0.95)
    assert push.by == pytest.approx(moved.mean())
    assert (push.by - push.half, push.by + push.half) == pytest.approx((low, high))


def test_the_figure_has_a_row_for_the_scenario_as_it_is() -> None:
    found = _found(push=(-0.8, 1.0))  # the centre is beside this bar
    made = draw(found, "regret", "Which?", "told")
    (axes,) = made.axes
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names == ["the scenario as it is", *(one.range.name for one in found.swings)]
    line = axes.containers[0]
    assert line.lines[0].get_xydata().tolist() == [[found.centre.behind, 0.0]]
    (ends,) = line.lines[2][0].get_segments()
    assert ends[:, 0] == pytest.approx(
        [found.centre.behind - found.centre.half, found.centre.behind + found.centre.half]
    )
    assert "20m" in {text.get_text() for text in axes.texts}


def test_what_turns_it_is_named_the_largest_first() -> None:
    found = _found(trend=(-1.0, 0.03))
    assert [(one.range, one.turns) for one in found.swings] == [(PUSH, FLIPS), (TREND, OPENS)]
    assert answer(found) == (
        "As the scenario is, B is better. Within its range push flips it, trend spread leaves it open. "
        "Measure next: push."
    )
    assert plain(found)["measure_next"] == "platform.push"
    assert frame(found)["key"].tolist() == ["", *["platform.push"] * 2, *["users.trend.spread"] * 2]
    assert {len(one.cells) for one in columns(found)} == {found.worlds} == {5}


def test_a_larger_swing_that_turns_nothing_is_not_measured() -> None:
    found = _found(trend=(-9.0, -1.0), push=(-1.0, 1.0))
    assert [(one.range, one.turns) for one in found.swings] == [(TREND, NO), (PUSH, FLIPS)]
    assert found.next is not None
    assert found.next.range == PUSH


def test_nothing_turns_a_verdict_that_stands_everywhere() -> None:
    assert answer(_found(push=(-1.0, -2.0))) == "No range turns it: B is better in all 5 worlds."
    open_ = _found(push=(0.0, 0.0), trend=(0.0, 0.0), centre=0.0)
    assert answer(open_) == ("No range turns it: it is decided in none of 5 worlds; more replications may decide it.")


def test_identical_agents_differ_by_nothing_anywhere() -> None:
    same = _scores(NOISE[0])
    found = sensitivity([PUSH], (same, same), [((same, same), (same, same))])
    (push,) = found.swings
    assert (push.by, push.half, push.turns, found.centre.behind) == (0.0, 0.0, NO, 0.0)
    assert answer(found) == "No range turns it: A and B are equal in all 3 worlds."
    assert lines(found) == ["push, constant(20m) to constant(6h): B less A goes from 0 to 0, by nothing."]
    assert about(found, False).startswith("B less A is regret at the base rate, below 0 if B is better; 8 replications")


def test_one_replication_decides_nothing() -> None:
    one, other = _scores([1.0]), _scores([2.0])
    found = sensitivity([PUSH], (one, other), [((one, other), (other, one))])
    assert (found.swings[0].by, found.swings[0].half, found.turning) == (-2.0, None, [])
    assert answer(found).startswith("One replication says nothing of chance")


def test_open_where_the_range_may_move_nothing_says_so() -> None:
    noisy = (_scores(NOISE[2]), _scores(NOISE[2] + 3.0 * NOISE[3] - 0.5))
    found = sensitivity([PUSH], _sides(-1.0, 0), [(_sides(-1.0, 2), noisy)])
    assert not found.swings[0].moves
    assert answer(found).endswith("its range is not known to move the difference.")


def test_a_world_without_scores_is_refused() -> None:
    known = _sides(1.0, 0)
    with pytest.raises(LabError, match=r"platform\.push: the compared score is not known at both ends"):
        sensitivity([PUSH], known, [(known, ({}, {}))])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("users.trend.spread", "is no range; KEY=LOW..HIGH is allowed"),
        ("users.trend.spread=0", "is no range"),
        ("platform.push=20m..constant(6h)", "20m is a duration, and constant\\(6h\\) is the law constant; two ends"),
        ("platform.push=constant(1h)..gamma(mean=2h, shape=2)", "two ends of the same kind"),
        ("users.trend.spread=1.8..0", "users.trend.spread: 1.8 is above 0; the lower end comes first"),
        ("users.trend.half_life=24h..1d", "both ends are 24h; two different ends are allowed"),
        ("platform.push=constant(1h)..constant(1h)", "both ends are"),
    ],
)
def test_a_range_that_is_wrong_is_refused(text: str, message: str) -> None:
    with pytest.raises(LabError, match=message):
        ranges_of([text])


def test_a_key_has_one_range() -> None:
    with pytest.raises(LabError, match=r"users\.count is given twice"):
        ranges_of(["users.count=1..2", "scenario.users.count=3..4"])
    (rate,) = ranges_of(["users.visits.rate=1 per day .. 4 per day"])
    assert rate.overrides == ("scenario.users.visits.rate=1 per day", "scenario.users.visits.rate=4 per day")
