"""Rules of thumb: where they hold and break, by numbers made by hand, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

from sim.analysis.paired.contenders import Contender
from sim.analysis.report.build_rules import rules_report
from sim.analysis.rules.rule import Rules, rules_of
from sim.analysis.rules.sentences import percent, sentence
from sim.analysis.rules.verdicts import BREAKS, HOLDS, check_places, places_of
from sim.errors import LabError
from sim.score import Scores

LATE, KEPT = "scenario.feedback.click.delay", "scenario.users.trend.half_life"
TOLD = {
    "margin": 0.05,
    "down": KEPT,
    "across": LATE,
    "each": [
        {
            "says": "daily is enough",
            "source": "somebody",
            "obeys": {"cadence": "daily", "window": "1d"},
            "versus": {"cadence": "hourly"},
        }
    ],
}
RULES = rules_of(TOLD)


def _one(cadence: str, kept: str, late: str, regret: Sequence[float], reward: float = 2.0) -> Contender:
    settings = {"cadence": cadence, "window": "constant(1d)", KEPT: kept, LATE: late}
    scores = Scores({"reward/per_request": reward})
    return Contender((), settings, "w", {(1, n): one for n, one in enumerate(regret)}, scores)


def _pair(kept: str, late: str, losses: Sequence[float], reward: float = 2.0) -> list[Contender]:
    """Return an hourly agent, and a daily one that has so much more regret."""
    base = np.linspace(0.4, 0.6, len(losses))
    return [_one("hourly", kept, late, base, reward), _one("daily", kept, late, base + np.array(losses), reward)]


NOISE = np.array([-0.02, 0.01, 0.0, 0.02, -0.01, 0.0])
FOUND = [
    *_pair("12h", "5m", 0.5 + NOISE),
    *_pair("12h", "6h", 0.3 + NOISE),
    *_pair("4d", "5m", 0.02 + NOISE),
    *_pair("4d", "6h", 0.1 + 4 * NOISE),
]


def test_a_rule_holds_below_the_margin_and_breaks_above() -> None:
    tested = places_of(RULES, RULES.each[0], FOUND)
    assert [one.verdict for one in tested] == [BREAKS, BREAKS, HOLDS, "undecided"]
    assert [one.loss for one in tested] == pytest.approx([0.25, 0.15, 0.01, 0.05])
    half = stats.t.ppf(0.975, 5) * NOISE.std(ddof=1) / np.sqrt(6) / 2.0
    assert tested[0].half == pytest.approx(half)


def test_p_values_are_those_of_a_test_against_the_margin_with_holms_correction() -> None:
    tested = places_of(RULES, RULES.each[0], FOUND)
    losses = ([0.5 + NOISE, 0.3 + NOISE, 0.02 + NOISE, 0.1 + 4 * NOISE], 0.05 * 2.0)
    raw = np.array([stats.ttest_1samp(one, losses[1]).pvalue for one in losses[0]])
    order = np.argsort(raw)
    expected = np.minimum(np.maximum.accumulate(raw[order] * (4 - np.arange(4))), 1.0)
    assert [tested[n].place.decision.adjusted for n in order] == pytest.approx(list(expected), rel=1e-6)


def test_a_rule_that_changes_nothing_holds() -> None:
    (one,) = places_of(RULES, RULES.each[0], _pair("12h", "5m", [0.0] * 6))
    assert (one.verdict, one.loss, one.half) == (HOLDS, pytest.approx(0.0, abs=1e-12), 0.0)


def test_skewed_losses_are_not_judged() -> None:
    (one,) = places_of(RULES, RULES.each[0], _pair("12h", "5m", [0.5, 0.5, 0.5, 0.5, 0.5, 3.0]))
    assert one.verdict == "level not guaranteed"
    told = sentence(RULES, RULES.each[0], [one])
    assert told == '"daily is enough" is not judged (too skewed for a t-test) in the only world: +46 % lost.'


def test_without_scores_a_rule_is_undecided() -> None:
    unknown = [_one(cadence, "12h", "5m", []) for cadence in ("hourly", "daily")]
    (told, _) = rules_report(RULES, unknown).paragraphs
    assert told == '"daily is enough" is undecided in the only world: no replication has a score.'


def test_the_report_says_where() -> None:
    report = rules_report(RULES, FOUND)
    assert report.paragraphs == (
        '"daily is enough" holds at 4d (5m): +1.0 % lost; breaks at 12h: +15 % to +25 % lost; '
        "is undecided at 4d (6h): +5.0 % lost.",
        "Losses are shares of the reward. At 12h (5m): 12h is how long tastes keep, 5m is how late clicks come. "
        "Without brackets a whole row of the map is meant.",
    )
    ((panel,),) = report.panels
    assert [[cell.verdict for cell in row if cell] for row in panel.cells] == [[BREAKS, BREAKS], [HOLDS, "undecided"]]
    assert report.table["loss"].tolist() == pytest.approx([0.25, 0.15, 0.01, 0.05])
    assert dict(report.legend)[HOLDS] == "holds: loses less than 5 %"
    assert percent(-0.0001) == "0.0 %"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"margin": 0}, "decision.margin: "),
        ({"each": []}, "decision.each: "),
        ({"down": None}, "decision.down: "),
        ({"each": [{key: TOLD["each"][0][key] for key in ("says", "obeys", "versus")}]}, "decision.each.0.source: "),  # type: ignore[index]
        ({"acros": "x"}, "decision.acros: "),
        ({"each": [TOLD["each"][0] | {"versus": TOLD["each"][0]["obeys"]}]}, "decision.each.0: "),  # type: ignore[index]
    ],
)
def test_a_wrong_rule_is_a_line(change: dict[str, object], message: str) -> None:
    with pytest.raises(LabError) as error:
        rules_of(TOLD | change)
    (line,) = str(error.value).splitlines()
    assert line.startswith(message)


def test_settings_that_no_run_has_or_several_have_are_refused() -> None:
    with pytest.raises(LabError, match="daily is enough: no two runs of the sweep have the settings of obeys and vers"):
        check_places(RULES, FOUND[:1])
    loose = Rules.model_validate(TOLD | {"across": KEPT})
    with pytest.raises(LabError, match=r"daily is enough: several runs have .*; more settings are needed to name one"):
        check_places(loose, FOUND)
