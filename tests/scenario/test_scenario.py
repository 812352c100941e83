"""Scenario files: what they may say, what they mean, and how errors read."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import Scenario, ScenarioError, read_plain, shipped

NEWS_FEED = """\
name: news_feed
description: Clicks in seconds, tastes that move within a day, a catalogue that turns over.
horizon: 7d
users:
  count: 20000
  visits: {rate: 4 per day, daily_peak: "20:00", daily_swing: 0.6}     # per user; t = 0 is midnight
  preferences: {dim: 8, spread: 1.0}
  trend: {half_life: 12h, spread: 0.6}    # moves everyone's taste together
  drift: {half_life: 3d, spread: 0.4}            # each user's own Ornstein-Uhlenbeck wander
  shifts: [{at: 3d, share: 0.3, size: 1.5}]      # an abrupt common move of a share of the users
  satiation: {half_life: 6h, strength: 0.5}      # what was shown wears off
  satisfaction: {half_life: 2d, return_effect: 0.5}   # good slates bring users back sooner
  observed: {share: 0.75, noise: 0.3}            # what the agent gets to see of a taste
items: {count: 200, lifetime: 2d, click_rate: 0.05, popularity: 0.5}
slate: {size: 5, choice: "position_based(examination=[1, 0.7, 0.5, 0.4, 0.3])"}
feedback:
  click: {delay: "lognormal(median=20s, p95=5m)", window: 30m}
  conversion: {rate: 0.1, spread: 1.0, agrees_with_click: 0.5, delay: "weibull(scale=1d, shape=0.6)", window: 7d}
  learn_from: click
platform:
  ingest: constant(30s)
  training: {fixed: 10m, per_example: 0.2ms}     # fixed: a duration or a law
  push: lognormal(median=20m, p95=2h)
"""

BANDIT = """\
name: bernoulli_bandit
description: Three arms, feedback flushed every 1000 s.
horizon: 100000s
users: {count: 1, visits: {every: 1s}}
items: {click_rates: [0.5, 0.4, 0.4]}
slate: {size: 1, choice: bernoulli}
feedback: {click: {delay: "released(every=1000s)"}, learn_from: click}
platform: {ingest: constant(0s), training: {fixed: 0s, per_example: 0s}, push: constant(0s)}
"""


@pytest.fixture
def load(tmp_path):
    def load_text(text, overrides=None):
        file = tmp_path / "mine.yaml"
        file.write_text(text)
        return Scenario.load(file, overrides)

    return load_text


def wrong(load, text):
    with pytest.raises(ScenarioError) as caught:
        load(text)
    return caught.value.messages


def test_the_pinned_examples(load):
    feed = load(NEWS_FEED)
    assert feed.digest == Scenario.load("news_feed").digest
    assert feed.horizon == 604800.0
    assert feed.users.visits.rate == pytest.approx(4 / 86400)
    assert feed.users.visits.daily_peak == 72000.0
    assert feed.users.shifts[0].at == 259200.0
    assert feed.slate.choice.examination == (1.0, 0.7, 0.5, 0.4, 0.3)
    assert feed.feedback.click.negatives == "silent"
    assert feed.feedback.conversion.window == 604800.0
    assert feed.platform.training.per_example == 0.0002
    assert str(feed.platform.training.fixed) == "constant(10m)"
    bandit = load(BANDIT)
    assert bandit.digest == Scenario.load("bernoulli_bandit").digest
    assert bandit.items.count == 3
    assert bandit.feedback.click.negatives == "explicit"


@pytest.mark.parametrize("name", shipped())
def test_shipped_scenarios_load_without_warnings(name):
    scenario = Scenario.load(name)
    assert scenario.name == name
    assert scenario.warnings() == ()
    assert Scenario.check(scenario.plain(), folder=scenario.folder).digest == scenario.digest


def test_every_absent_key_is_filled_in(load):
    plain = load(BANDIT).plain()
    assert plain["users"]["trend"] == {"half_life": "1d", "spread": 0.0}
    assert plain["users"]["visits"]["every"] == "1s"
    assert plain["items"]["lifetime"] is None
    assert plain["feedback"]["conversion"] is None
    changed = Scenario.load(plain, {"users.visits.every": "2s", "platform.push": "exponential(mean=1h)"})
    assert changed.users.visits.every == 2.0
    assert changed.platform.push.mean == 3600.0


def test_overrides_are_checked_with_the_rest():
    with pytest.raises(ScenarioError) as caught:
        Scenario.load("news_feed", {"slate.size": 400, "users.visits.rate": None})
    keys = [m.split(": ")[1] for m in caught.value.messages]
    assert keys == [
        "users.visits",
        "users.visits.daily_swing",
        "users.satisfaction.return_effect",
        "slate.size",
        "slate.choice",
    ]


def test_a_message_names_file_line_column_key_and_nearest(load):
    text = (
        NEWS_FEED.replace("horizon: 7d", "horizon: 7")
        .replace("daily_swing", "daily_swnig")
        .replace("count: 200,", "count: lots,")
    )
    assert wrong(load, text) == [
        "mine.yaml:3:1: horizon: 7 has no unit; write a duration such as 90s, 20m, 6h, 7d",
        "mine.yaml:6:50: users.visits.daily_swnig: unknown key, did you mean daily_swing; "
        "allowed are rate, every, daily_peak, daily_swing, weekly, session",
        "mine.yaml:14:9: items.count: input should be a valid integer, found 'lots'",
    ]


def test_missing_keys_come_last(load):
    messages = wrong(load, "name: x\nusers: {count: 0, visits: {every: 1s}}\nitems: {count: 3, click_rate: 0.1}\n")
    assert messages[0].startswith("mine.yaml:2:9: users.count: input should be greater than or equal to 1")
    assert [m.split(": ", 1)[1] for m in messages[1:]] == [
        "horizon: is missing",
        "slate: is missing",
        "feedback: is missing",
    ]


def test_a_forgotten_quote_is_named(load):
    text = NEWS_FEED.replace('"lognormal(median=20s, p95=5m)"', "lognormal(median=20s, p95=5m)")
    assert any("put the whole law in quotes" in m for m in wrong(load, text))
    text = NEWS_FEED.replace('"weibull(scale=1d, shape=0.6)"', "mixture(0.5: constant(1s), 0.5: constant(2s))")
    assert any("must stand in quotes" in m or "in quotes" in m for m in wrong(load, text))


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"users.visits.daily_swing": 1.0}, "users.visits.daily_swing: input should be less than 1"),
        ({"users.visits.every": "1h"}, "users.visits: give exactly one of rate and every"),
        ({"users.preferences.dim": 0}, "users.trend.spread: has no effect while users.preferences.dim is 0"),
        ({"items.click_rates": [0.1]}, "items: give exactly one of click_rate and click_rates"),
        ({"slate.choice": "cascde"}, "did you mean cascade"),
        ({"slate.size": 4}, "slate.choice: examination has 5 entries for a slate of 4"),
        ({"feedback.click.window": None, "feedback.click.negatives": "silent"}, "silent needs a window"),
        ({"feedback.conversion": None, "feedback.learn_from": "conversion"}, "there is no feedback.conversion"),
        ({"feedback.learn_from": "sneezes"}, "feedback.learn_from: input should be 'click' or 'conversion'"),
        (
            {"platform.push": "never(p=0.1, else=constant(1s))"},
            "platform.push: never(p=0.1, else=constant(1s)) may never end",
        ),
        ({"platform.ingest": "mixture(0.5: constant(1s), 0.5: released(every=1h))"}, "platform.ingest: released holds"),
        ({"platform.pushh": "constant(1s)"}, "did you mean push"),
        ({"users.trend.half_life": "1ms"}, "users.trend.half_life: is too short for this horizon"),
        ({"users.visits.rate": "4 a day"}, "is not a rate"),
        ({"users.visits.daily_peak": "25:00"}, "is not a time of day"),
        ({"users.count": True}, "users.count"),
        ({"users.observed.share": 0, "users.observed.noise": 0.1}, "users.observed.noise: has no effect"),
    ],
)
def test_what_is_refused(override, message):
    with pytest.raises(ScenarioError) as caught:
        Scenario.load("news_feed", override)
    assert any(message in line for line in caught.value.messages), caught.value.messages


def test_an_incident_beyond_the_horizon_is_a_warning():
    late = [{"kind": "push_stuck", "at": "8d", "for": "1h"}, {"kind": "push_stuck", "at": "7d", "for": "1h"}]
    assert Scenario.load("news_feed", {"incidents": late}).warnings() == (
        "incidents.0.at: the incident comes after the horizon",
    )


def test_beyond_the_horizon_is_a_warning():
    late = "users.shifts.0.at: the shift comes after the horizon"
    conversions = {"horizon": "2d", "feedback.learn_from": "conversion"}
    assert Scenario.load("news_feed", {"horizon": "2d"}).warnings() == (late,)  # its conversions teach nobody anything
    assert Scenario.load("news_feed", conversions).warnings() == (
        late,
        "feedback.conversion.window: the window is longer than the horizon: it never closes",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("_target_: os.system\n", "mine.yaml:1:1: _target_: this key is not allowed"),
        ("name: x\nusers: {_partial_: true}\n", "mine.yaml:2:9: users._partial_: this key is not allowed"),
        ("hydra: {callbacks: {}}\n", "hydra: this key is not allowed"),
        ("# @package _global_\nname: x\n", "mine.yaml:1:1: the file: '# @package' is a directive"),
        ("name: ${oc.env:HOME}\n", "mine.yaml:1:7: name: interpolation"),
        ("${x}: 1\n", "this key is not allowed"),
        ("a: &x 1\nb: *x\n", "anchors and aliases are not allowed"),
        ("a: !!python/object/apply:os.system [ls]\n", "the tag tag:yaml.org,2002:python/object/apply:os.system"),
        ("a: {<<: {b: 1}}\n", "a.<<: this key is not allowed"),
        ("a: 1\na: 2\n", "mine.yaml:2:1: a: the key is given twice"),
        ("a: " + "[" * 60 + "]" * 60, "more than 32 levels"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("- 1\n", "expected keys and values"),
        ("", "expected keys and values"),
        ("a: [1\n", "not YAML"),
        ("x: '" + "y" * 1_100_000 + "'", "larger than 1 MB"),
        ("? [a, b]\n: 1\n", "a key must be a word"),
    ],
)
def test_a_strangers_file_is_data_or_nothing(load, text, message):
    assert any(message in line for line in wrong(load, text))


def test_words_are_read_as_people_mean_them(load):
    text = BANDIT.replace("description: Three arms, feedback flushed every 1000 s.", "description: on").replace(
        "0.5,", "5e-1,"
    )
    scenario = load(text)
    assert scenario.description == "on"
    assert scenario.items.click_rates == (0.5, 0.4, 0.4)
    plain = NEWS_FEED.replace('"20:00"', "20:00")
    assert load(plain).users.visits.daily_peak == 72000.0


def described(schema, value):
    """A block whose key says the same as the block itself is documented once, at the block."""
    return "$ref" in value and schema["$defs"][value["$ref"].rpartition("/")[2]].get("description")


def test_the_json_schema_documents_every_key():
    schema = Scenario.json_schema()
    blocks = [schema, *schema["$defs"].values()]
    undocumented = [
        k
        for b in blocks
        for k, v in b.get("properties", {}).items()
        if not (v.get("description") or described(schema, v))
    ]
    assert undocumented == []
    assert json.loads(json.dumps(schema)) == schema


def test_unknown_names_get_a_hint():
    with pytest.raises(ScenarioError, match="did you mean news_feed"):
        Scenario.load("news_fed")
    with pytest.raises(ScenarioError, match="there is no file"):
        Scenario.load("./absent.yaml")


def test_the_digest_follows_the_meaning():
    base = Scenario.load("news_feed")
    assert Scenario.load("news_feed", {"horizon": "168h", "description": "x"}).digest == base.digest
    assert Scenario.load("news_feed", {"platform.push": "lognormal(median=1200s, p95=120m)"}).digest == base.digest
    assert Scenario.load("news_feed", {"users.trend.spread": 0.61}).digest != base.digest


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    count=st.integers(1, 10**6),
    spread=st.floats(0, 5, allow_nan=False),
    delay=st.sampled_from(["constant(0s)", "exponential(mean=3m)", "never(p=0.25, else=gamma(shape=2, mean=1h))"]),
    window=st.sampled_from([None, "30m", "2.5h"]),
)
def test_plain_data_load_back_to_the_same_world(count, spread, delay, window):
    scenario = Scenario.load(
        "news_feed",
        {
            "users.count": count,
            "users.drift.spread": spread,
            "feedback.click.delay": delay,
            "feedback.click.window": window,
        },
    )
    assert Scenario.load(scenario.plain()).digest == scenario.digest


def test_read_plain_is_what_the_file_says_with_defaults(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(BANDIT)
    assert read_plain(file)["users"]["visits"] == {
        "rate": None,
        "every": "1s",
        "daily_peak": "12:00",
        "daily_swing": 0.0,
        "weekly": None,
        "session": None,
    }
