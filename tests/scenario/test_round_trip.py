"""What is loaded, written and loaded again is equal."""

import copy
import pickle

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.analysis.paired.scored_run import files_named
from sim.scenario import Scenario, ScenarioError, read_plain, shipped

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30) | st.sampled_from(
    [
        "1e3",
        "on",
        "yes",
        "null",
        "~",
        "0o7",
        "0x1F",
        "20:00",
        "1_000",
        ".inf",
        "- a",
        "a: b",
        "# x",
        " x ",
        "'",
        '"',
        "=",
        "<<",
    ]
)
shift = st.fixed_dictionaries(
    {"at": st.sampled_from(["0s", "1.5h"]), "share": st.floats(0, 1), "size": st.floats(0, 9)}
)
spreads = st.floats(0.0, 20.0) | st.integers(0, 20)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    description=words.filter(lambda word: "${" not in word and word != "???"),
    count=st.integers(1, 10**6),
    spread=spreads,
    trend=spreads,
    swing=st.floats(0.0, 1.0, exclude_max=True),
    peak=st.sampled_from(["00:00", "7:05", "23:59:59"]),
    shifts=st.lists(shift),
    rate=st.sampled_from(["4 per day", "0.3 per hour", "1 per 20m", "2 per week", "1e-3 per s", "1 per 1.5d"]),
    delay=st.sampled_from(["30s", "exponential(median=3m)", "never(p=0.25, else=gamma(shape=2, mean=1h))"]),
    window=st.sampled_from([None, "30m", "2.5h", "0.1ms"]),
)
def test_any_scenario_survives(
    tmp_path_factory, description, count, spread, trend, swing, peak, shifts, rate, delay, window
):
    scenario = Scenario.load(
        {
            "name": "any",
            "description": description,
            "horizon": "30d",
            "users": {
                "count": count,
                "visits": {"rate": rate, "daily_swing": swing, "daily_peak": peak},
                "preferences": {"dim": 3, "spread": spread},
                "trend": {"spread": trend},
                "shifts": shifts,
            },
            "items": {"count": 4, "click_rate": 0.25},
            "slate": {"size": 2, "choice": "position_based(examination=[1, 0.5])"},
            "feedback": {"click": {"delay": delay, "window": window}},
        }
    )
    assert Scenario.load(scenario.plain()) == scenario
    file = tmp_path_factory.mktemp("any") / "any.yaml"
    file.write_text(scenario.text, encoding="utf-8")
    again = Scenario.load(file)
    assert again == scenario
    assert again.digest == scenario.digest
    assert again.description == description


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_survive(name, tmp_path):
    scenario = Scenario.load(name)
    assert hash(scenario) == hash(Scenario.load(name))
    assert Scenario.load(scenario) == scenario
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert copy.deepcopy(scenario).plain() == scenario.plain()
    (tmp_path / "copy.yaml").write_text(scenario.text)
    for own in files_named(scenario.text):
        (tmp_path / own).write_bytes((scenario.folder / own).read_bytes())
    assert Scenario.load(tmp_path / "copy.yaml") == scenario
    assert read_plain(tmp_path / "copy.yaml") == scenario.plain()
    assert yaml.safe_load(scenario.text)["name"] == name  # other readers agree


def test_a_change_is_another_scenario(load, feed):
    one = load(feed)
    assert one != load(feed, {"platform.push": "constant(2h)"})
    assert one == load(feed, {"platform.push": "constant(60m)"})
    assert one != "feed"


def test_numbers_of_numpy_are_numbers(load, feed):
    scenario = load(feed, {"users.count": np.int64(7), "users.trend.spread": np.float64(0.5)})
    assert scenario.users.count == 7
    assert type(scenario.plain()["users"]["trend"]["spread"]) is float
    arms = Scenario.load("bernoulli_bandit", {"items.click_rates": np.array([0.1, 0.2])})
    assert arms.items.click_rates == (0.1, 0.2)
    assert "0.1" in arms.text


def test_overrides_reach_into_lists(load, feed):
    text = feed.replace("  preferences", "  shifts: [{at: 1h, share: 1, size: 1}]\n  preferences")
    assert load(text, {"users.shifts.0.size": 2.5}).users.shifts[0].size == 2.5


def test_overrides_leave_the_source_alone():
    plain = Scenario.load("news_feed").plain()
    before = copy.deepcopy(plain)
    Scenario.load(plain, {"users.visits.rate": "1 per day", "users.shifts.0.size": 2})
    assert plain == before


def test_an_empirical_law_is_its_files_content(load, feed, tmp_path):
    text = feed.replace("constant(1h)", "truncated(max=1d, law=empirical(file=pushes.txt))")
    (tmp_path / "pushes.txt").write_text("60\n120\n")
    scenario = load(text)
    assert scenario.platform.push.mean == pytest.approx(90.0)
    assert Scenario.load(scenario) == scenario  # the folder goes with it
    assert Scenario.load(scenario, {"users.count": 3}).users.count == 3
    (tmp_path / "pushes.txt").write_text("60\n180\n")
    assert load(text).digest != scenario.digest
    assert load(text) != scenario
    with pytest.raises(ScenarioError, match="empirical needs a scenario that is a file"):
        Scenario.load(scenario.plain())


def test_a_window_may_be_swept_to_none(load, feed):
    assert load(feed).feedback.click.negatives == "silent"
    plain = load(feed).plain()
    assert plain["feedback"]["click"]["negatives"] is None
    assert Scenario.load(plain, {"feedback.click.window": None}).feedback.click.negatives == "explicit"


def test_arms_may_be_swept(load):
    plain = Scenario.load("bernoulli_bandit").plain()
    assert Scenario.load(plain, {"items.click_rates": [0.1] * 7}).items.count == 7


def test_warnings_are_not_errors(load, feed):
    text = feed.replace("rate: 4 per day, daily_swing: 0.5", "every: 3d")
    assert load(text).warnings() == ("users.visits.every: the first visit comes after the horizon",)
