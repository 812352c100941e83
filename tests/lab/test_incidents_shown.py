"""Incidents in figures, on the report's page and in replays."""

from types import SimpleNamespace

from agents import Agent, Every, RidgeRanker, Wait
from sim import Scenario, simulate
from sim.analysis.replay.replay import replay, visits
from sim.analysis.replay.sentences import incidents
from sim.analysis.report.incident_marks import Mark, in_words, marks_of, shared_marks
from tests.support.worlds import TASTES, world

SAID = [
    {"kind": "push_stuck", "at": "15h", "for": "2h"},
    {"kind": "label_outage", "at": "6h", "for": "3h"},
    {"kind": "label_loss", "at": "6h", "for": "1h", "share": 0.5},
]
OUTAGE, LOSS, STUCK = (
    Mark("label outage", 0.25, 0.375),
    Mark("label loss", 0.25, 7 / 24),
    Mark("push stuck", 15 / 24, 17 / 24),
)
FEED = world(TASTES, incidents=SAID)
HOURLY = Agent(RidgeRanker(), Wait(), Every("1h"))


def stored(incidents):
    return SimpleNamespace(config=SimpleNamespace(scenario={"incidents": incidents}))


def test_a_mark_each_in_order_of_time():
    assert marks_of(FEED.incidents) == (LOSS, OUTAGE, STUCK)
    assert in_words([OUTAGE, STUCK]) == "Yellow: label outage from day 0.25 for 3 h; push stuck from day 0.625 for 2 h."
    assert in_words([OUTAGE] * 8).endswith("; 2 more.")
    assert in_words([]) == ""
    back = Scenario.load(FEED, {"incidents": [{"kind": "rollback", "at": "12h"}]}).incidents
    assert in_words(marks_of(back)) == "Yellow: rollback on day 0.5."


def test_runs_of_several_worlds_have_the_marks_of_all():
    assert shared_marks([stored(SAID), stored(SAID[1:])]) == (LOSS, OUTAGE)
    assert shared_marks([stored(SAID), stored(None)]) == ()
    assert shared_marks([]) == ()


def test_what_a_stranger_wrote_is_no_mark():
    wrong = [3, {"kind": "<script>", "at": "1h", "for": "1h"}, {"kind": "push_stuck", "at": {}, "for": "1h"}]
    assert shared_marks([stored([*wrong, SAID[0]])]) == (STUCK,)
    assert shared_marks([stored("push_stuck")]) == ()


def test_the_figure_of_a_run_shows_them():
    drawn = simulate(FEED, HOURLY).plot()
    above, below = drawn.axes
    for axes in (above, below):
        spans = [patch.get_extents().transformed(axes.transData.inverted()) for patch in axes.patches]
        assert [(round(one.x0, 6), round(one.x1, 6)) for one in spans] == [
            (0.25, round(7 / 24, 6)), (0.25, 0.375), (0.625, round(17 / 24, 6)),
        ]  # fmt: skip
    assert [text.get_text().strip() for text in above.texts] == ["label loss, label outage", "push stuck"]
    assert not simulate(world(TASTES), HOURLY).plot().axes[0].patches


def test_a_replay_tells_of_those_since_the_cutoff():
    def told(at):
        found = next(
            replay(FEED, HOURLY, one_user, one.visit, at=one.request_at)
            for one_user in range(40)
            for one in visits(FEED, HOURLY, one_user)[0]
            if at - 1800 <= one.request_at < at
        )
        return [one.kind for one in found.incidents], incidents(found)

    within, lines = told(8.5 * 3600)
    assert within == ["label_outage"]  # trainings go on: the loss was over at the last cutoff
    assert lines == ["incident     label outage: from day 1 06:00:00.0 to day 1 09:00:00.0, not over"]
    assert told(12 * 3600) == ([], [])
